import type { JanitorReport, Stranger } from './janitor-types.ts';

/** A report as lines for people. */
export function tellJanitor({ strangers, decisions, left }: JanitorReport): string {
  const lines = [
    ...strangers.map(tellStranger),
    ...decisions.map(({ do: what, why }) => `${spoken[what]}: ${why}`),
    ...left,
  ];
  return lines.length === 0 ? 'nothing is open that nobody takes care of' : lines.join('\n');
}

const spoken = {
  'start-guard': 'a guard takes over',
  'wake-guard': 'a guard is told to look',
  release: 'locks are let go',
  forget: 'written down, and over',
} as const;

function tellStranger({ site, vpg, kind, stage, by, since, note }: Stranger): string {
  const who = by === '' ? 'nobody knows by whom' : `begun by ${by}`;
  const when = since === '' ? '' : ` since ${since}`;
  return `${vpg} at ${site}: a ${kind} (${stage})${when}, ${who}; drillbook did not begin it and leaves it alone${note === undefined ? '' : `; ${note}`}`;
}
