import { isTime, readCheckpoint } from '../../actions/checkpoint.ts';
import type { Json } from '../../actions/json.ts';
import { didYouMean } from '../diagnostics.ts';
import type { InputDraft, InputType } from '../model.ts';
import { readCheckpointValue } from './given-checkpoint.ts';
import { durationFromZeroOf } from '../shape/scalars.ts';
import { describeValue } from '../shape/zod-words.ts';

export type Given = { readonly value: Json } | { readonly why: string };

/** Of one text: longer ones are files, not inputs. With a pattern less, that a try stays cheap. */
const maxLength = 10_000;
const maxLengthWithPattern = 1_000;
const maxItems = 10_000;

/**
 * A value for an input after its declaration: durations come out as ms, all else as JSON of the declared type.
 * `from`: on a command line everything is text (`start`), in a file and in JSON the type must be right; JSON that comes
 * as `start` is taken too.
 */
export function readGiven(input: InputDraft, value: unknown, from: 'file' | 'start'): Given {
  if (value === null || value === undefined) return { why: 'there is no value' };
  if (input.type !== 'list') return readOne(input, input.type, value, from);
  const items = from === 'start' && typeof value === 'string' ? splitList(value) : value;
  if (!Array.isArray(items)) return wanted(from === 'start' ? 'a list like a,b' : 'a list', value);
  if (items.length > maxItems) return { why: 'more than 10,000 items' };
  const list: Json[] = [];
  for (const [i, item] of (items as readonly unknown[]).entries()) {
    const one = readOne(input, input.values === undefined ? input.of : 'enum', item, from);
    if ('why' in one) return { why: `item ${i + 1}: ${one.why}` };
    list.push(one.value);
  }
  return { value: list };
}

const splitList = (text: string): readonly string[] => (text === '' ? [] : text.split(',').map(s => s.trim()));

function readOne(input: InputDraft, type: InputType, value: unknown, from: 'file' | 'start'): Given {
  switch (type) {
    case 'number':
      return readNumber(value, from);
    case 'boolean':
      if (typeof value === 'boolean') return { value };
      if (from === 'start' && (value === 'true' || value === 'false')) return { value: value === 'true' };
      return wanted('true or false', value);
    case 'duration': {
      const ms = durationFromZeroOf(value);
      return ms === undefined ? wanted('a duration like 90s, 15m, 1h30m', value) : { value: ms };
    }
    case 'checkpoint':
      if (isMap(value)) return readMap(value);
      return typeof value === 'string' ? readText(input, type, value) : wanted('a checkpoint', value);
    default:
      if (typeof value === 'string') return readText(input, type, value);
      return wanted(typeof value === 'object' ? 'text' : 'text, in quotes,', value);
  }
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readMap(value: Readonly<Record<string, unknown>>): Given {
  const read = readCheckpointValue(value);
  return 'why' in read ? read : { value: read.value as Json };
}

function readNumber(value: unknown, from: 'file' | 'start'): Given {
  const n = from === 'start' && typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  return typeof n === 'number' && Number.isFinite(n) ? { value: n } : wanted('a number', value);
}

function readText(
  input: InputDraft,
  type: Exclude<InputType, 'number' | 'boolean' | 'duration'>,
  value: string,
): Given {
  const broken = brokenCharacter(value);
  if (broken !== undefined) return { why: broken };
  const limit = input.pattern === undefined ? maxLength : maxLengthWithPattern;
  if (value.length > limit) return { why: `longer than ${limit} characters` };
  switch (type) {
    case 'enum': {
      const values = input.values ?? [];
      if (values.includes(value)) return { value };
      return { why: `${shown(value)} is none of ${values.join(', ')}${didYouMean(value, values)}` };
    }
    case 'time':
      return isTime(value) ? { value } : wanted('a time with its offset like 2026-11-21T02:10:00Z', value);
    case 'checkpoint':
      if (readCheckpoint(value) !== undefined) return { value };
      return { why: `${shown(value)} is no checkpoint: latest, tag:T, id:N or before:TIME[,app-consistent]` };
    case 'string':
    case 'list':
      if (input.pattern === undefined || input.pattern.test(value)) return { value };
      return { why: `${shown(value)} does not match ${input.pattern.source}` };
  }
}

const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function brokenCharacter(text: string): string | undefined {
  const found = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/.exec(text)?.[0];
  if (found !== undefined) return `a control character (U+${hex(found.charCodeAt(0))}) stands in it`;
  return loneSurrogate.test(text) ? 'half of a character stands in it' : undefined;
}

const hex = (code: number): string => code.toString(16).toUpperCase().padStart(4, '0');

function wanted(what: string, found: unknown): Given {
  return { why: `${what} is wanted, this is ${typeof found === 'object' ? describeValue(found) : shown(found)}` };
}

/** A value in a message: never a screenful. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : String(value);
  const short = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return typeof value === 'string' ? `"${short}"` : short;
}
