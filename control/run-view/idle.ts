import type { QueueOwner } from '../queues.ts';
import type { Idle, WatchedRun } from './facts.ts';

/** Steps on which nobody works, of one site or probe; since the first of them, ms since 1970. */
export interface IdleView {
  /** `No worker of site-b has taken db`: how long is to be said behind it. */
  readonly sentence: string;
  readonly since: number;
  /** What to do. */
  readonly mend: string;
}

/** One line for each site or probe whose workers are missing: what is theirs waits, whatever the run's own worker says. */
export function idleOf({ idle }: Pick<WatchedRun, 'idle'>): readonly IdleView[] {
  const groups = new Map<string, Idle[]>();
  for (const one of idle) {
    const key = `${String(one.taken)} ${one.of.map(spellOwner).join(' ')}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map(lineOf);
}

function lineOf(group: readonly Idle[]): IdleView {
  const { of = [], taken = false } = group[0] ?? {};
  const steps = named([...new Set(group.map(({ key }) => key))]);
  const whose = of.length === 0 ? '' : ` of ${named([...new Set(of.map(({ name }) => name))])}`;
  return {
    sentence: taken ? `No news from the worker${whose} that has ${steps}` : `No worker${whose} has taken ${steps}`,
    since: Math.min(...group.map(({ since }) => since)),
    mend: `Start one (${commandOf(of)}), or see why it ended; a busy one comes to it in time.`,
  };
}

/** As `drillbook worker` is told to serve them. */
function commandOf(of: readonly QueueOwner[]): string {
  return ['drillbook worker', ...of.map(({ what, name }) => `--${what} ${name}`)].join(' ');
}

const spellOwner = ({ what, name }: QueueOwner): string => `${what}/${name}`;

function named(names: readonly string[]): string {
  const shown = names.slice(0, 4).join(', ');
  return names.length > 4 ? `${shown} and ${names.length - 4} more` : shown;
}
