import { shownTimes } from '../control/runbook-shelf.ts';
import { timesShown } from '../control/schedules/shown.ts';
import { overdueSince } from '../control/schedules/look.ts';
import { readStandings, type Standing } from '../control/schedules/standing.ts';
import type { ConsoleDeps } from './deps.ts';
import type { ShownSchedule } from './pages/schedule-lines.ts';

/** A page that follows a run is made anew many times; schedules are not. */
const freshMs = 30_000;

/**
 * The schedules that Temporal has, of a runbook or all, with their coming times as drillbook.yaml has its calendars now. Undefined: Temporal
 * does not say. Nobody who looks at a failover is kept from it by that.
 */
export function standingsOf({ control, readConfig, clock }: Pick<ConsoleDeps, 'control' | 'readConfig' | 'clock'>) {
  type Read = Promise<readonly (Standing & { readonly overdueSince?: number })[] | undefined>;
  let last: { readonly at: number; readonly all: Read } | undefined;
  const all = async () => {
    if (last === undefined || clock() - last.at > freshMs)
      last = { at: clock(), all: readAll(control).catch(() => undefined) };
    return await last.all;
  };
  const standings = async (runbook?: string): Promise<readonly ShownSchedule[] | undefined> => {
    const found = (await all())?.filter(each => runbook === undefined || each.runbook === runbook);
    if (found === undefined) return undefined;
    if (found.length === 0) return [];
    const times = await timesShown(await readConfig(), clock(), shownTimes);
    return found.map(each => ({ ...each, ...times(each) }));
  };
  /** Somebody has changed one of them here. */
  const forget = (): void => {
    last = undefined;
  };
  return Object.assign(standings, { forget });
}

async function readAll(control: ConsoleDeps['control']) {
  const [all, overdue] = await Promise.all([readStandings(control), overdueSince(control.client).catch(() => ({}))]);
  return all.map(each => withOverdue(each, overdue));
}

/** Whether it is overdue is the runbook's; each of its schedules tells it. */
export function withOverdue<T extends Pick<Standing, 'runbook'>>(
  schedule: T,
  overdue: Readonly<Record<string, number>>,
): T & { readonly overdueSince?: number } {
  const since = Object.hasOwn(overdue, schedule.runbook) ? overdue[schedule.runbook] : undefined;
  return since === undefined ? schedule : { ...schedule, overdueSince: since };
}
