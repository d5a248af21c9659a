import type { z } from 'zod';

/** What zod found, as a part of a sentence. A message that a schema gives itself comes first. */
export function describeIssue(issue: z.core.$ZodRawIssue): string | undefined {
  const { input } = issue;
  switch (issue.code) {
    case 'invalid_type':
      return input === undefined ? 'is missing' : `${kindOf(issue.expected)} is wanted, this is ${found(input)}`;
    case 'invalid_value':
      return input === undefined ? 'is missing' : `${orList(issue.values)} is wanted, this is ${found(input)}`;
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? 'is empty'
        : `${issue.minimum} is the least, this is ${found(input)}`;
    case 'too_big':
      return `${issue.maximum} is the most, this is ${found(input)}`;
    case 'invalid_union':
      return issue.discriminator === undefined
        ? `this is ${found(input)}`
        : `one of ${orList(Array.isArray(issue.options) ? issue.options : [])} is wanted`;
    case 'invalid_key':
      return issue.issues[0]?.message;
    case 'invalid_format':
    case 'not_multiple_of':
    case 'unrecognized_keys':
    case 'invalid_element':
    case 'custom':
      return undefined;
  }
}

function kindOf(expected: string): string {
  switch (expected) {
    case 'string':
      return 'text';
    case 'number':
      return 'a number';
    case 'int':
      return 'a whole number';
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list';
    case 'object':
    case 'record':
      return 'a map';
    default:
      return expected;
  }
}

function orList(values: readonly unknown[]): string {
  const words = values.map(String);
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

/** A value as it was found, short. */
export function found(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
