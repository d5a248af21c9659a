import type { ListedRun } from '../../control/run-list.ts';
import type { Pending } from '../../control/pending.ts';

/** ms since 1970 as the API writes them: ISO 8601 in UTC. */
export const isoTime = (ms: number): string => new Date(ms).toISOString();

export function runOut({ startedAt, endedAt, ...run }: ListedRun) {
  return { ...run, startedAt: isoTime(startedAt), ...(endedAt === undefined ? {} : { endedAt: isoTime(endedAt) }) };
}

export function pendingOut({ since, expiresAt, votes, from, choices, ...rest }: Pending) {
  return {
    ...rest,
    from: [...from],
    choices: [...choices],
    since: isoTime(since),
    votes: votes.map(vote => ({ ...vote, at: isoTime(vote.at) })),
    ...(expiresAt === undefined ? {} : { expiresAt: isoTime(expiresAt) }),
  };
}

const timeFields: ReadonlySet<string> = new Set(['at', 'since', 'deadline']);

/** Of what guards and locks say: its times as the API writes them. */
export function withTimes(view: object): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(view as Readonly<Record<string, string | number | boolean | undefined>>).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, typeof value === 'number' && timeFields.has(key) ? isoTime(value) : value]],
    ),
  );
}
