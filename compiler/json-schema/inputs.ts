import type { JsonSchema } from './parts.ts';
import { durationFromZero, plainCheckpoint, time } from './kinds.ts';
import { described, listOf, mapOf, plainText, ref, where, words } from './parts.ts';
import { inputTypes } from '../model.ts';
import { keySet } from '../shape/shape-inputs.ts';

const ofTypes = inputTypes.filter(type => type !== 'list' && type !== 'enum');
const only = (key: string, types: readonly string[]): JsonSchema =>
  where('type', types, {}, { properties: { [key]: false } });
const fits = (types: readonly string[], value: JsonSchema): JsonSchema =>
  where('type', types, { properties: { default: value } });

/** One of `inputs`. */
export const inputSchema: JsonSchema = mapOf(
  keySet,
  {
    type: described('What is taken.', words(inputTypes)),
    values: described(
      'Of an enum: what it may be. Of a list: what may stand in it.',
      listOf(plainText, { minItems: 1 }),
    ),
    of: described('Of a list: the type of its items. Default string.', words(ofTypes)),
    pattern: described('Of a string: a regular expression for the whole value.', plainText),
    default: described('Taken where none is given.', { not: { type: 'null' }, allOf: [ref('literal')] }),
    required: described('Must be given: in all modes, or in these.', { anyOf: [{ type: 'boolean' }, ref('modes')] }),
    description: described('What it is for, for people.', plainText),
  },
  {
    allOf: [
      where('type', ['enum'], { required: ['values'] }),
      only('of', ['list']),
      only('values', ['enum', 'list']),
      only('pattern', ['string']),
      fits(['string', 'enum'], { type: 'string' }),
      fits(['number'], { type: 'number' }),
      fits(['boolean'], { type: 'boolean' }),
      fits(['duration'], durationFromZero),
      fits(['time'], time),
      fits(['checkpoint'], plainCheckpoint),
      fits(['list'], { type: 'array', maxItems: 10_000 }),
    ],
  },
);
