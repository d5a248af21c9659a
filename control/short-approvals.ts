import type { Plan } from '../compiler/plan.ts';
import type { Config } from './config/config.ts';
import { type Asking, type Deciders, whoDecides } from './run-view/who-decides.ts';
import { valueOf } from './what.ts';

/** An approval that waits: how many must say the same, and what has been said. */
interface Asked {
  readonly count: number;
  readonly votes: readonly unknown[];
}

/** How many votes there are too few, also when all who have voted agree; undefined: there are enough, or nobody here knows. */
export function missingVotes({ count, votes }: Asked, { people, outside }: Deciders): number | undefined {
  if (outside.length > 0) return undefined;
  // Whoever has voted otherwise may change his vote.
  const missing = count - votes.length - people.filter(({ alone }) => alone !== true).length;
  return missing > 0 ? missing : undefined;
}

/** The approvals of a Plan that cannot get their votes while this requester's does not count, a sentence each; it starts all the same. */
export function shortApprovals(
  plan: Plan,
  config: Config,
  asking: Pick<Asking, 'requester' | 'behind'>,
): readonly string[] {
  const { name: runbook, mode } = plan;
  return plan.steps.flatMap(step => {
    if (step.uses !== 'approval') return [];
    const field = (key: string): readonly string[] => {
      const value = valueOf(step.with, key);
      return Array.isArray(value) ? value.filter(each => typeof each === 'string') : [];
    };
    const given = valueOf(step.with, 'count');
    const [from, glass, count] = [field('from'), field('break-glass'), typeof given === 'number' ? given : 1];
    // Names that are made during the run.
    if (from.length === 0) return [];
    const asked = {
      key: step.id,
      kind: 'approval',
      from,
      breakGlass: glass,
      votes: [],
      choices: ['approve', ...field('choices')],
    } as const;
    const found = whoDecides(config, { runbook, mode, plan, ...asking }, asked);
    if (missingVotes({ count, votes: [] }, found) === undefined) return [];
    const voters = found.people.filter(({ alone }) => alone !== true).map(({ person }) => person);
    const who = voters.length === 0 ? 'nobody can give one' : `only ${voters.join(' and ')} can give one`;
    const alone = found.people.filter(each => each.alone === true).map(({ person }) => person);
    const way =
      alone.length === 0
        ? 'have somebody else start it'
        : `have somebody else start it, or ${alone.join(' or ')} must break the glass`;
    return [
      `The approval ${step.id} needs ${count === 1 ? 'a vote' : `${count} votes`} of ${from.join(', ')}, and where ${asking.requester} asks for the run ${who}: ${way}.`,
    ];
  });
}
