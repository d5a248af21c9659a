import { askToClose } from './guard-closing.ts';
import { isLive, letGo } from './guard-live.ts';
import { givesLocksUp } from './guard-preempt.ts';
import type { GuardState, Opening } from './guard-state.ts';
import type { GuardCommand } from './guard-types.ts';

/** What the guard does without a word from its run. */

const ownClosingMs = 30 * 60_000;
export const notClosed = 'the run did not close it by its deadline';

/** What is live is closed by nobody here: people end it. */
export function closeAlone(opening: Opening, at: number, summary: string, out: GuardCommand[]): void {
  if (opening.stage === 'ended' || opening.closing !== undefined || isLive(opening)) return;
  const step = `close-${opening.key}`;
  askToClose(opening, { step, success: false, summary, deadline: at + ownClosingMs }, at, out);
}

export function closeAll(state: GuardState, at: number, summary: string, out: GuardCommand[]): void {
  for (const opening of state.openings) closeAlone(opening, at, summary, out);
}

/** The run is gone: it is not known any more what it wanted. */
export function holderGone(state: GuardState, at: number, out: GuardCommand[]): void {
  state.gone = true;
  closeAll(state, at, 'the run ended without closing it', out);
  for (const opening of state.openings) letGo(opening, out);
}

/** With nothing open it lets the locks go, and ends once they are. */
export function endWhenNothingIsLeft(state: GuardState, out: GuardCommand[]): void {
  const over = state.released || state.gone;
  if (!over && !givesLocksUp(state)) return;
  if (state.openings.some(o => o.stage !== 'ended')) return;
  switch (state.locks) {
    case 'asked':
    case 'held':
      state.locks = 'releasing';
      out.push({ do: 'unlock' });
      return;
    case 'releasing':
      return;
    case 'none':
      // It may hold what an earlier guard was granted.
      if (Object.keys(state.holds ?? {}).length > 0) {
        state.locks = 'releasing';
        out.push({ do: 'unlock' });
        return;
      }
      if (over) out.push({ do: 'end' });
      return;
    case 'released':
      if (over) out.push({ do: 'end' });
      return;
  }
}
