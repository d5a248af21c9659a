import type { EngineState, Opening } from './state.ts';

export function isOpen({ state }: Opening): boolean {
  return state !== 'closed' && state !== 'never';
}

/** Live changes of the run, in whatever sub-runbook, that are neither committed nor rolled back (or may not be). */
export function openLive(state: EngineState): Opening[] {
  return Object.values(state.openings).filter(o => o.live === true && isOpen(o));
}

/** Neither on its way up nor being ended. */
export function isSettled({ state, ending }: Opening): boolean {
  return state === 'open' && ending === undefined;
}

/** Something was made final: the rest can no longer be given up as if nothing had happened. */
export function hasCommitted(state: EngineState): boolean {
  return Object.values(state.openings).some(o => o.ended?.how === 'commit');
}
