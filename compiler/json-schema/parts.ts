import type { Json, JsonMap } from '../../actions/json.ts';
import type { KeySet } from '../shape/keys.ts';
import { reserved } from '../shape/reserved.ts';

/** A JSON Schema, draft-07, as plain JSON. */
export type JsonSchema = JsonMap;

/** Pieces that the schemas of whole files are made of. */

/** A map with the keys that the compiler knows, each with what is said of it here. */
export function mapOf(keys: KeySet, properties: Readonly<Record<string, JsonSchema>>, more: JsonMap = {}): JsonSchema {
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(keys.known.map(key => [key, properties[key] ?? {}])),
    ...(keys.required !== undefined && { required: keys.required }),
    ...more,
  };
}

/** The schema with what an editor shows of it; backticks only where it is rendered. */
export function described(description: string, schema: JsonSchema): JsonSchema {
  return { ...hover(description), ...schema };
}

export function hover(description: string): JsonMap {
  if (!description.includes('`')) return { description };
  return { description: description.replaceAll('`', ''), markdownDescription: description };
}

export const ref = (name: string): JsonSchema => ({ $ref: `#/definitions/${name}` });

/** Text that is not empty and has no expression in it. */
export const plainText: JsonSchema = {
  type: 'string',
  pattern: '^(?![\\s\\S]*\\$\\{\\{)[\\s\\S]*\\S',
};
export const id: JsonSchema = {
  type: 'string',
  pattern: `^(?!(?:${reserved.join('|')})$)[a-z][a-z0-9_]*$`,
  patternErrorMessage: 'Small letters, digits and "_", a letter first.',
};
export const count: JsonSchema = { type: 'integer', minimum: 1 };

export const listOf = (items: JsonSchema, more: JsonMap = {}): JsonSchema => ({ type: 'array', items, ...more });

/** Any value without an expression in it, however deep. */
export const literalDefinition: JsonSchema = {
  not: { type: 'string', pattern: '\\$\\{\\{' },
  if: { type: 'array' },
  then: { type: 'array', items: ref('literal') },
  else: { if: { type: 'object' }, then: { type: 'object', additionalProperties: ref('literal') } },
};

/** What holds only where a key has one of some values. */
export function where(key: string, values: readonly string[], then: JsonSchema, otherwise?: JsonSchema): JsonSchema {
  return {
    if: { properties: { [key]: { enum: values } }, required: [key] },
    then,
    ...(otherwise !== undefined && { else: otherwise }),
  };
}

export const words = (values: readonly string[], more: Readonly<Record<string, Json>> = {}): JsonSchema => ({
  enum: values,
  ...more,
});
