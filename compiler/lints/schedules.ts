import { firstGap } from '../triggers/cron-times.ts';
import type { Reporter } from '../reporter.ts';
import type { ScheduleDraft } from '../model.ts';

const year = 366 * 86_400_000;
/** Where nobody says when it is; the rules of most zones stay as they are. */
const someday = Date.UTC(2026, 0, 1);

/** Days that are meant otherwise by crontab, and times that do not happen (docs/language.md, rule 17). */
export function lintSchedules(schedules: readonly ScheduleDraft[], now: number | undefined, reporter: Reporter): void {
  const from = now ?? someday;
  for (const { cron, timeZone, at } of schedules) {
    if (cron.bothDays) reporter.report('DB7011', at, {});
    const gap = firstGap(cron, timeZone, from, from + 2 * year);
    if (gap !== undefined) reporter.report('DB7010', at, { local: gap.local.replace('T', ' '), zone: timeZone });
  }
}
