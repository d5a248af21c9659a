import type { Control } from '../control/connection.ts';
import { isUnknown, pendingOfAll, type RunPending } from '../control/pending.ts';
import { type ListedRun, listRunsAndGoing } from '../control/run-list.ts';

export interface Runs {
  /** The latest, and all that go on; the newest first. */
  readonly runs: readonly ListedRun[];
  readonly pending: readonly RunPending[];
}

/** What runs there are and what waits in them, of all: whoever shows it leaves out what its reader may not see. */
export type RunsNow = () => Promise<Runs>;

export const mostRuns = 200;
/** As often as an open page makes its list anew, ms. */
const freshMs = 2_500;

/** Every run that goes on is asked for it: once, however many people look. `clock`: ms. */
export function createRunsNow(
  control: Control,
  clock: () => number,
  read: (control: Control) => Promise<Runs> = readAll,
): RunsNow {
  let last: { readonly runs: Runs; readonly at: number } | undefined;
  let asking: Promise<Runs> | undefined;
  const remember = createMemory(clock);
  return async () => {
    if (last !== undefined && clock() - last.at < freshMs) return last.runs;
    asking ??= read(control)
      .then(read => {
        const runs = remember(read);
        last = { runs, at: clock() };
        return runs;
      })
      .finally(() => {
        asking = undefined;
      });
    return await asking;
  };
}

/** What each run that goes on asked when a worker answered for it last. */
function createMemory(clock: () => number): (runs: Runs) => Runs {
  const heard = new Map<string, NonNullable<RunPending['last']>>();
  return all => {
    const { runs, pending } = all;
    const told = new Map(pending.map(each => [each.run, each]));
    for (const { run, endedAt } of runs) {
      const now = told.get(run);
      if (endedAt !== undefined) heard.delete(run);
      else if (now === undefined || !isUnknown(now)) heard.set(run, { pending: now?.pending ?? [], at: clock() });
    }
    if (!pending.some(isUnknown)) return all;
    const withLast = (each: RunPending): RunPending => {
      const last = isUnknown(each) ? heard.get(each.run) : undefined;
      return last === undefined ? each : { ...each, last };
    };
    return { runs, pending: pending.map(withLast) };
  };
}

async function readAll(control: Control): Promise<Runs> {
  const [runs, pending] = await Promise.all([listRunsAndGoing(control, mostRuns), pendingOfAll(control)]);
  return { runs, pending };
}
