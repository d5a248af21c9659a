import type { EngineState } from './state.ts';

/** Of words that do not count so many are known again: anybody may send some, under any name. */
const keptIds = 500;
/** A signature counts within 5 minutes of the worker's clock, before and after (activities/proof.ts); the rest is for clocks. */
const keptMs = 15 * 60_000;

/** `refused`: the worker found that it does not count. */
interface Word {
  readonly id: string;
  readonly at: number;
  readonly refused?: boolean;
}

/** Whether a word with this id came before; from now on it has. What may have counted is known as long as its signature is good. */
export function heardBefore(state: EngineState, { id, at, refused = false }: Word): boolean {
  const words = (state.words ??= []);
  while (words[0] !== undefined && words[0][1] < at - keptMs) words.shift();
  if (state.voteIds.includes(id) || words.some(([known]) => known === id)) return true;
  if (!refused) words.push([id, at]);
  state.voteIds.push(id);
  if (state.voteIds.length > keptIds) state.voteIds.shift();
  return false;
}
