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
  const cutOff = cut(outputs, mostCharacters) as JsonMap;
  const { bytes, most } = measure(cutOff);
  if (bytes <= most) return cutOff;
  throw new StepErrored(
    `${action} gave outputs of ${bytes} bytes, and a run keeps ${most} of them: ask for less at once, with fewer VPGs or VMs`,
  );
}

/** Longer than any name of a VM in vSphere. */
const fewCharacters = 96;

/**
 * The same of what has been opened or ended at a ZVM: that it has is so, whatever is told of it. Texts are cut shorter; no list is,
 * for an expression may ask for all of it. What is too much all the same is left out whole: an expression that reads it says so.
 */
export function fitted(outputs: JsonMap): { readonly outputs: JsonMap; readonly leftOut: readonly string[] } {
  let cutOff = cut(outputs, mostCharacters) as JsonMap;
  if (!fits(cutOff)) cutOff = cut(outputs, fewCharacters) as JsonMap;
  const leftOut: string[] = [];
  while (!fits(cutOff)) {
    const [largest = ''] = Object.keys(cutOff).sort((a, b) => sizeIn(cutOff, b) - sizeIn(cutOff, a));
    leftOut.push(largest);
    cutOff = Object.fromEntries(Object.entries(cutOff).filter(([key]) => key !== largest));
  }
  return { outputs: cutOff, leftOut };
}

function fits(outputs: JsonMap): boolean {
  const { bytes, most } = measure(outputs);
  return bytes <= most;
}

const sizeIn = (outputs: JsonMap, key: string): number => measure({ [key]: outputs[key] ?? null }).bytes;

function measure(outputs: JsonMap): { readonly bytes: number; readonly most: number } {
  const most = Math.min(mostBytes + entriesIn(outputs) * mostBytesAnEntry, mostBytesAtAll);
  return { bytes: Buffer.byteLength(JSON.stringify(outputs)), most };
}

/** One text of at most so many characters, with a mark where it was longer. */
export const cutText = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;

function cut(value: Json, most: number): Json {
  if (typeof value === 'string') return cutText(value, most);
  if (isList(value)) return value.map(each => cut(each, most));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, cut(each, most)]));
}

function entriesIn(outputs: JsonMap): number {
  return Object.values(outputs).reduce<number>((sum, value) => sum + sizeOf(value), 0);
}

function sizeOf(value: Json): number {
  if (isList(value)) return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
