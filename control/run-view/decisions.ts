import type { Pending } from '../../engine/pending.ts';
import type { PlanStep } from '../../compiler/plan.ts';
import type { WatchedRun } from './facts.ts';
import { consequenceOf } from './means.ts';
import { isLiveMode } from '../../actions/modes.ts';
import { wayTo } from './place-of.ts';

/** Something that waits for a person, and each way on. Times: ms since 1970. */
export interface DecisionView {
  /** Of the step; empty: the run. */
  readonly key: string;
  readonly kind: Pending['kind'];
  readonly title: string;
  readonly message: string;
  /** Who may answer, in words. */
  readonly whom: string;
  readonly from: readonly string[];
  readonly since: number;
  readonly expiresAt?: number;
  readonly votes: Pending['votes'];
  readonly count: number;
  readonly choices: readonly ChoiceView[];
  /** Who may not vote, for he has asked for the run; absent: its worker does not say. */
  readonly notFrom?: readonly string[];
  /** Who may decide alone; empty: nobody. */
  readonly breakGlass: readonly string[];
}

export interface ChoiceView {
  readonly choice: string;
  readonly label: string;
  /** What it does, and what it destroys: one sentence. */
  readonly means: string;
  /** It asks for the runbook's name. */
  readonly destroys: boolean;
  readonly needsReason: boolean;
}

export function decisionsOf(facts: WatchedRun): readonly DecisionView[] {
  const { plan } = facts.start;
  return facts.pending.map(pending => {
    const { key, kind, message, since, from, votes, count = 1, expiresAt, breakGlass = [], notFrom } = pending;
    const step = wayTo(plan, key).at(-1)?.step;
    return {
      key,
      kind,
      title: titleOf(pending, step),
      message,
      whom: whomOf(pending),
      from,
      since,
      votes,
      count,
      choices: pending.choices.map(choice => choiceOf(facts, pending, choice)),
      breakGlass,
      ...(notFrom === undefined ? {} : { notFrom }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
  });
}

function titleOf({ kind, key }: Pending, step: PlanStep | undefined): string {
  const name = step?.name ?? key;
  switch (kind) {
    case 'approval':
      return `Approval: ${name}`;
    case 'manual':
      return `By hand: ${name}`;
    case 'question':
      return `What now: ${name} did not succeed`;
    case 'held':
      return 'The run is held';
    case 'paused':
      return 'The run is paused';
  }
}

function whomOf({ kind, from, count = 1 }: Pending): string {
  const names = from.join(', ');
  switch (kind) {
    case 'approval':
      return `${count} ${count === 1 ? 'vote' : 'different people'} of ${names}`;
    case 'manual':
      return names === '' ? 'whoever operates this runbook' : names;
    case 'question':
    case 'paused':
      return 'whoever operates this runbook';
    case 'held': {
      const whom = names === '' ? 'its approvers' : names;
      return count === 1 ? whom : `${whom}; a commit needs ${count} different people`;
    }
  }
}

function choiceOf(facts: WatchedRun, pending: Pending, choice: string): ChoiceView {
  const { plan } = facts.start;
  const live = isLiveMode(plan.mode);
  const what = consequenceOf(facts, pending, choice);
  const destroys = what.destroys || (live && (choice === 'roll-back' || choice === 'commit' || choice === 'abort'));
  const says = pending.kind === 'approval' && choice !== 'reject' && plan.mode === 'drill';
  const needsReason = !says && pending.kind !== 'paused' && (live || choice !== 'retry');
  return { choice, label: labelOf(choice), means: what.means, destroys, needsReason };
}

function labelOf(choice: string): string {
  const text = choice === 'go-on' ? 'go on' : choice.replaceAll(/[-_]/g, ' ');
  const words = choice === 'roll-back' ? 'roll back' : text;
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
