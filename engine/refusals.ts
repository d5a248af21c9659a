import { type EngineState, lookUp } from './state.ts';

/** So many refused votes of one name in one approval are recorded; more of them are turned away without a trace. */
export const mostRefusals = 20;
/** Names may be made up: more of them than this are not counted. */
const mostNames = 1_000;

export function countRefusal(state: EngineState, key: string, name: string): void {
  const refusals = (state.refusals ??= {});
  const id = idOf(key, name);
  const n = lookUp(refusals, id);
  if (n !== undefined || Object.keys(refusals).length < mostNames) refusals[id] = (n ?? 0) + 1;
}

/** A stranger must not fill the history of a run with what does not count. */
export function hasTooManyRefusals({ refusals = {} }: EngineState, key: string, name: string): boolean {
  return (lookUp(refusals, idOf(key, name)) ?? 0) >= mostRefusals;
}

function idOf(key: string, name: string): string {
  return `${key}\n${name}`;
}
