import { isTime, readCheckpoint } from '../actions/checkpoint.ts';
import type { Json } from '../actions/json.ts';
import { didYouMean } from './diagnostics.ts';
import type { InputDraft, InputType } from './model.ts';
import { durationOf } from './scalars.ts';

export type Given = { readonly value: Json } | { readonly why: string };

/** A pattern is tried on nothing longer: some patterns take for ever on long text. */
const maxLength = 1_000;

/**
 * A value for an input after its declaration: durations come out as ms, all else as JSON of the declared type.
 * `from`: from a command line everything is text, in a file and in JSON the type must be right.
 */
export function readGiven(input: InputDraft, value: unknown, from: 'file' | 'start'): Given {
  if (value === null || value === undefined) return { why: 'there is no value' };
  if (input.type !== 'list') return readOne(input, input.type, value, from);
  const items = from === 'start' && typeof value === 'string' ? splitList(value) : value;
  if (!Array.isArray(items)) return { why: 'a list is wanted' };
  if (items.length > 10_000) return { why: 'more than 10,000 items' };
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
      return { why: 'true or false is wanted' };
    case 'duration': {
      const ms = durationOf(value);
      return ms === undefined ? { why: 'a duration like 90s, 15m, 1h30m is wanted' } : { value: ms };
    }
    default:
      return typeof value === 'string' ? readWords(input, type, value) : { why: 'text is wanted' };
  }
}

function readNumber(value: unknown, from: 'file' | 'start'): Given {
  const n = from === 'start' && typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  return typeof n === 'number' && Number.isFinite(n) ? { value: n } : { why: 'a number is wanted' };
}

function readWords(
  input: InputDraft,
  type: Exclude<InputType, 'number' | 'boolean' | 'duration'>,
  value: string,
): Given {
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(value)) return { why: 'a control character stands in it' };
  switch (type) {
    case 'enum': {
      const values = input.values ?? [];
      if (values.includes(value)) return { value };
      return { why: `"${value}" is none of ${values.join(', ')}${didYouMean(value, values)}` };
    }
    case 'time':
      return isTime(value) ? { value } : { why: 'a time like 2026-11-21T02:10:00Z is wanted' };
    case 'checkpoint':
      if (readCheckpoint(value) !== undefined) return { value };
      return { why: `"${value}" is no checkpoint: latest, tag:T, id:N or before:TIME` };
    case 'string':
    case 'list':
      if (input.pattern === undefined) return { value };
      if (value.length > maxLength) return { why: `longer than ${maxLength} characters` };
      return input.pattern.test(value) ? { value } : { why: `it does not match ${input.pattern.source.slice(4, -2)}` };
  }
}
