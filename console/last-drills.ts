import { lastPassedDrill } from '../control/last-drill.ts';
import type { ListedRun } from '../control/run-list.ts';
import type { ConsoleDeps } from './deps.ts';

/** `at`: when it ended, ms since 1970; absent: Temporal knows none. `verdict`: that it passed with, with exceptions or without. */
export interface LastDrill {
  readonly at?: number;
  readonly verdict?: ListedRun['verdict'];
}

/** A page that follows a run is made anew many times; drills do not end so often. */
const freshMs = 30_000;

/** When the last drill of a runbook that passed has ended, for those who vote. Undefined: Temporal does not say, which keeps nobody from voting. */
export function lastDrillsOf({ control, clock }: Pick<ConsoleDeps, 'control' | 'clock'>) {
  const known = new Map<string, { readonly at: number; readonly drill: Promise<LastDrill | undefined> }>();
  return async (runbook: string): Promise<LastDrill | undefined> => {
    const last = known.get(runbook);
    if (last !== undefined && clock() - last.at <= freshMs) return await last.drill;
    const drill = lastPassedDrill(control, runbook).then(
      (last): LastDrill => (last?.endedAt === undefined ? {} : { at: last.endedAt, verdict: last.verdict }),
      () => undefined,
    );
    known.set(runbook, { at: clock(), drill });
    return await drill;
  };
}
