import type { ListedRun } from '../../control/run-list.ts';
import type { Pending } from '../../control/pending.ts';
import type { ListedSchedule } from '../../control/schedules/list.ts';
import { happens, marksOf } from '../../control/schedules/marks.ts';
import type { Deciders } from '../../control/run-view/who-decides.ts';
import type { ShownTimes } from '../../control/schedules/shown.ts';
import { formatDuration } from '../../report/times.ts';

/** ms since 1970 as the API writes them: ISO 8601 in UTC. */
export const isoTime = (ms: number): string => new Date(ms).toISOString();

/** `deeds` is for comparing what runs did: an id of nothing that the API knows. */
export function runOut({ startedAt, endedAt, deeds: _, ...run }: ListedRun) {
  return { ...run, startedAt: isoTime(startedAt), ...(endedAt === undefined ? {} : { endedAt: isoTime(endedAt) }) };
}

export function pendingOut({ since, expiresAt, votes, from, choices, breakGlass, notFrom, open, ...rest }: Pending) {
  return {
    ...rest,
    from: [...from],
    choices: [...choices],
    ...(breakGlass === undefined ? {} : { breakGlass: [...breakGlass] }),
    ...(notFrom === undefined ? {} : { notFrom: [...notFrom] }),
    since: isoTime(since),
    votes: votes.map(vote => ({ ...vote, at: isoTime(vote.at) })),
    ...(expiresAt === undefined ? {} : { expiresAt: isoTime(expiresAt) }),
    ...(open === undefined ? {} : { open: open.map(openOut) }),
  };
}

function openOut({ since, until, ...open }: NonNullable<Pending['open']>[number]) {
  return {
    ...open,
    ...(since === undefined ? {} : { since: isoTime(since) }),
    ...(until === undefined ? {} : { until: isoTime(until) }),
  };
}

/** `numbers`: whoever asks has shown who he is. */
export function decidersOut({ key, kind }: Pending, { people, outside }: Deciders, numbers: boolean) {
  const shown = people.map(({ telephone, ...person }) => ({
    ...person,
    ...(telephone === undefined || !numbers ? {} : { telephone }),
  }));
  return { key, kind, people: shown, outside: [...outside] };
}

/** `times`: those that do not happen are among them, and say why. */
export function scheduleOut(
  {
    next: _,
    blackouts,
    last,
    withinMs,
    jitterMs,
    overdueSince,
    ...schedule
  }: ListedSchedule & { readonly overdueSince?: number },
  shown: ShownTimes,
) {
  return {
    ...schedule,
    ...(withinMs === undefined ? {} : { within: formatDuration(withinMs) }),
    ...(jitterMs === 0 ? {} : { jitter: formatDuration(jitterMs) }),
    ...(overdueSince === undefined ? {} : { overdueSince: isoTime(overdueSince) }),
    blackouts: [...blackouts],
    last: last.map(runOut),
    times: shown.times.map(time => ({
      at: isoTime(time.at),
      ...(time.until === undefined ? {} : { until: isoTime(time.until) }),
      happens: happens(time),
      marks: [...marksOf(time)],
    })),
    ...(shown.unreadable === undefined ? {} : { unreadable: shown.unreadable }),
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
