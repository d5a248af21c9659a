import { leastCatchUpMs, type ScheduleTerms } from '../../actions/schedule-terms.ts';
import { parseCron } from '../../compiler/triggers/cron.ts';
import { cronTimes } from '../../compiler/triggers/cron-times.ts';
import type { AdmissionQuestion } from '../../engine/admission.ts';
import { formatDuration } from '../../report/times.ts';
import { whyNotByClocks } from './clocks.ts';

const minute = 60_000;
/** Temporal starts a run within seconds. */
const marginMs = minute;
/** With `overlap: wait`: so long a run may wait for the one before. */
const mostWaitMs = 24 * 3_600_000;

/** The id that Temporal gives to the runs of a schedule, before the time. No name has a dot. */
export const runPrefix = (schedule: string): string => schedule.replace('/', '.');

/**
 * Why a run is not one that its schedule starts by itself, at one of its times: whoever reaches the namespace can start it at any other, or
 * more than once for one. Temporal's own trigger and backfill do that, too. Pure.
 */
export function whyNotItsTime({
  schedule,
  terms,
  run,
  startedAt,
}: Pick<AdmissionQuestion, 'schedule' | 'terms' | 'run' | 'startedAt'>): string | undefined {
  const { cron, timeZone, catchUpMs, jitterMs, overlap } = terms;
  const at = timeIn(run, `${runPrefix(schedule)}-`);
  if (at === undefined) return `Temporal has not named ${run} for ${schedule}: it was not started by that schedule`;
  // Crons are to the minute: what is not is shown whole.
  const when = `${new Date(at).toISOString().slice(0, at % minute === 0 ? 16 : 19)}Z`;
  const byHand = `"drillbook schedule trigger ${schedule}" starts it at any time, at your word`;
  const clocks = at % minute === 0 ? whyNotByClocks(cron, timeZone, at) : undefined;
  if (clocks !== undefined) return clocks;
  if (!isTime(terms, at)) return `${when} is no time of "${cron}" (${timeZone}): ${byHand}`;
  const late = startedAt - at;
  const most = jitterMs + Math.max(catchUpMs, leastCatchUpMs) + marginMs + (overlap === 'wait' ? mostWaitMs : 0);
  if (late > most)
    return `it was started ${formatDuration(late)} after its time, ${when}, which is too late: ${byHand}`;
  return late < -marginMs ? `it was started before its time, ${when}` : undefined;
}

/** `payments.weekly-2026-11-29T03:30:00Z`. */
function timeIn(run: string, prefix: string): number | undefined {
  const text = run.startsWith(prefix) ? run.slice(prefix.length) : '';
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? undefined : at;
}

/**
 * Exactly a time of the cron, so that a time has one name, and a name is taken once. Jitter is not in it: Temporal names a run after its time
 * without it (server 1.32).
 */
function isTime({ cron: text, timeZone }: ScheduleTerms, at: number): boolean {
  const parsed = parseCron(text);
  if ('problems' in parsed) return false;
  for (const time of cronTimes(parsed.cron, timeZone, at, at + 1)) if (time.gap !== true && time.at === at) return true;
  return false;
}
