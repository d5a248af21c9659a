import type { z } from 'zod';
import { didYouMean } from '../diagnostics.ts';

/**
 * The error map to parse with, `schema.safeParse(value, { error: ownWords })`: an issue as our clause of what is wanted and what was
 * found, never zod's sentence. A message that the schema itself states comes before it. A value is repeated only where one
 * of a few words is wanted.
 */
export const ownWords: z.core.$ZodErrorMap = issue => {
  switch (issue.code) {
    case 'invalid_type':
      return `${wantedOf(issue.expected)} is wanted, this is ${issue.expected === 'int' ? String(issue.input) : describeValue(issue.input)}`;
    case 'invalid_value':
      return wordsFor(issue.values.map(String), issue.input);
    case 'too_small':
      return boundOf(issue.origin, issue.minimum, issue.inclusive !== false ? 'at least' : 'more than');
    case 'too_big':
      return boundOf(issue.origin, issue.maximum, issue.inclusive !== false ? 'at most' : 'less than');
    case 'not_multiple_of':
      return `a multiple of ${String(issue.divisor)} is wanted`;
    case 'invalid_format':
      return formatWords[issue.format] ?? 'it is not written as it must be';
    case 'unrecognized_keys':
      return `unknown key${issue.keys.length === 1 ? '' : 's'} ${issue.keys.map(k => `"${k}"`).join(', ')}`;
    case 'invalid_union':
      return 'it has none of the forms that are possible here';
    case 'invalid_key':
      return 'a key in it cannot be one';
    case 'invalid_element':
      return 'a value in it cannot be one';
    default:
      return 'it is not what is wanted';
  }
};

/** `"x" is none of a, b, c: did you mean "a"?` */
export function wordsFor(values: readonly string[], found: unknown): string {
  if (typeof found === 'string' && found.length <= 64)
    return `"${found}" is none of ${values.join(', ')}${didYouMean(found, values)}`;
  return `${values.length === 1 ? values.join('') : `one of ${values.join(', ')}`} is wanted, this is ${describeValue(found)}`;
}

/** For people: what a value is, never the value. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return value === '' ? 'empty text' : 'text';
    case 'number':
    case 'bigint':
      return 'a number';
    case 'boolean':
      return 'true or false';
    default:
      return 'a map';
  }
}

const wantedWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  bigint: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a map',
  record: 'a map',
  map: 'a map',
};

const wantedOf = (expected: string): string => wantedWords[expected] ?? 'another value';

const formatWords: Readonly<Record<string, string>> = {
  email: 'an e-mail address is wanted',
  url: 'a URL is wanted',
  datetime: 'a time like 2026-11-21T02:10:00Z is wanted',
  date: 'a date like 2026-11-21 is wanted',
};

function boundOf(origin: string, bound: number | bigint, how: string): string {
  const unit = origin === 'string' ? ' characters' : origin === 'array' || origin === 'set' ? ' entries' : '';
  if (unit !== '' && Number(bound) === 1 && how === 'at least') return 'it must not be empty';
  return `${how} ${String(bound)}${unit} ${unit === '' ? 'is' : 'are'} wanted`;
}
