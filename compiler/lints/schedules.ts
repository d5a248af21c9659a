import { formatDuration } from '../../expressions/duration.ts';
import { cronTimes, firstGap } from '../triggers/cron-times.ts';
import type { Reporter } from '../reporter.ts';
import type { ScheduleDraft } from '../model.ts';

const year = 366 * 86_400_000;
/** Where nobody says when it is; the rules of most zones stay as they are. */
const someday = Date.UTC(2026, 0, 1);

/** So many times of a schedule are compared, each with the next. */
const mostTimes = 500;

/** Days that are meant otherwise by crontab, times that do not happen, and surprises that outlast their day (docs/language.md, rule 17). */
export function lintSchedules(schedules: readonly ScheduleDraft[], now: number | undefined, reporter: Reporter): void {
  const from = now ?? someday;
  for (const schedule of schedules) {
    const { cron, timeZone, at, withinMs, overlap } = schedule;
    if (cron.bothDays) reporter.report('DB7011', at, {});
    const gap = firstGap(cron, timeZone, from, from + 2 * year);
    if (gap !== undefined) reporter.report('DB7010', at, { local: gap.local.replace('T', ' '), zone: timeZone });
    const apart = withinMs === undefined ? undefined : leastApart(schedule, from);
    if (withinMs !== undefined && apart !== undefined && withinMs >= apart)
      reporter.report('DB7019', at, {
        within: formatDuration(withinMs),
        apart: formatDuration(apart),
        what: overlap === 'wait' ? 'waits for it (`overlap: wait`)' : 'is left out (`overlap: skip`)',
      });
  }
}

/** The shortest time between two of its times that follow each other, ms. Undefined: it has not two in two years. */
function leastApart({ cron, timeZone }: ScheduleDraft, from: number): number | undefined {
  let [least, before, n] = [Infinity, -Infinity, 0];
  for (const { at, gap } of cronTimes(cron, timeZone, from, from + 2 * year)) {
    if (gap === true) continue;
    least = Math.min(least, at - before);
    before = at;
    if (++n === mostTimes) break;
  }
  return least === Infinity ? undefined : least;
}
