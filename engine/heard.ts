import type { EngineState } from './state.ts';

/** A word may come twice for so many others (a repeated update across a continuation, a signature that is used again). */
const keptIds = 500;

/** Whether a word with this id came before; from now on it has. */
export function heardBefore(state: EngineState, id: string): boolean {
  if (state.voteIds.includes(id)) return true;
  state.voteIds.push(id);
  if (state.voteIds.length > keptIds) state.voteIds.shift();
  return false;
}
