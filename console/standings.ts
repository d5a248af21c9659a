import { shownTimes } from '../control/runbook-shelf.ts';
import { timesShown } from '../control/schedules/shown.ts';
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
  let last: { readonly at: number; readonly all: Promise<readonly Standing[] | undefined> } | undefined;
  const all = async () => {
    if (last === undefined || clock() - last.at > freshMs)
      last = { at: clock(), all: readStandings(control).catch(() => undefined) };
    return await last.all;
  };
  return async (runbook?: string): Promise<readonly ShownSchedule[] | undefined> => {
    const found = (await all())?.filter(each => runbook === undefined || each.runbook === runbook);
    if (found === undefined) return undefined;
    if (found.length === 0) return [];
    const times = await timesShown(await readConfig(), clock(), shownTimes);
    return found.map(each => ({ ...each, ...times(each) }));
  };
}
