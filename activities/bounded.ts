import type { Json, JsonMap } from '../actions/json.ts';
import { StepErrored } from './outcome.ts';

/** What a step's outputs may take as JSON, bytes: all of them go into the run's history, and on into each of its executions. */
const mostBytes = 2_048;
/** For each entry of a list or a map more: what is told of many VPGs is told of each. */
const mostBytesAnEntry = 256;
const mostBytesAtAll = 512 * 1024;
/** Of one text; identifiers are far shorter. */
const mostCharacters = 512;

/**
 * Outputs as a history may keep them: long texts are cut, with a mark.
 * @throws StepErrored where they are too much all the same
 */
export function bounded(action: string, outputs: JsonMap): JsonMap {
  const cutOff = cut(outputs) as JsonMap;
  const bytes = Buffer.byteLength(JSON.stringify(cutOff));
  const most = Math.min(mostBytes + entriesIn(cutOff) * mostBytesAnEntry, mostBytesAtAll);
  if (bytes <= most) return cutOff;
  throw new StepErrored(
    `${action} gave outputs of ${bytes} bytes, and a run keeps ${most} of them: ask for less at once, with fewer VPGs or VMs`,
  );
}

function cut(value: Json): Json {
  if (typeof value === 'string')
    return value.length <= mostCharacters ? value : `${value.slice(0, mostCharacters - 1)}…`;
  if (isList(value)) return value.map(cut);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, cut(each)]));
}

function entriesIn(outputs: JsonMap): number {
  return Object.values(outputs).reduce<number>((sum, value) => sum + sizeOf(value), 0);
}

function sizeOf(value: Json): number {
  if (isList(value)) return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
