import type { z } from 'zod';
import { readCheckpoint } from '../../actions/checkpoint.ts';
import type { Json } from '../../actions/json.ts';
import { isSecretReference } from '../../actions/secret.ts';
import { describeShape, type ObjectShape, type Shape } from '../shape/fields.ts';
import { durationFromZeroOf } from '../shape/scalars.ts';
import { describeValue, ownWords } from '../shape/zod-words.ts';

export type Fit = { readonly value: Json } | { readonly why: string };

/** A value that an expression gave, as the field takes it (durations and checkpoints may come as text); or why it cannot. */
export function fitValue(value: Json, shape: Shape): Fit {
  switch (shape.kind) {
    case 'any':
    case 'condition':
      return { value };
    case 'words':
      return typeof value === 'object' || !shape.values.includes(value) ? misfit(value, shape) : { value };
    case 'checkpoint': {
      const read = typeof value === 'string' ? readCheckpoint(value) : undefined;
      return read === undefined ? parsed(value, shape.schema, shape) : { value: read as Json };
    }
    case 'duration':
      return parsed(typeof value === 'string' ? (durationFromZeroOf(value) ?? value) : value, shape.schema, shape);
    case 'list': {
      if (!isList(value)) return misfit(value, shape);
      const items = value.map(item => fitValue(item, shape.of));
      const wrong = items.findIndex(item => 'why' in item);
      const fit = items[wrong];
      if (fit !== undefined && 'why' in fit) return { why: `item ${wrong + 1}: ${fit.why}` };
      return parsed(
        items.flatMap(item => ('value' in item ? [item.value] : [])),
        shape.schema,
        shape,
      );
    }
    case 'map':
      return isMap(value)
        ? entries(value, name => (shape.secretKeys?.test(name) === true ? { kind: 'secret' } : shape.of))
        : misfit(value, shape);
    case 'object':
      return isMap(value) ? object(value, shape) : misfit(value, shape);
    case 'either': {
      const fits = shape.options.map(option => fitValue(value, option));
      return fits.find(fit => 'value' in fit) ?? misfit(value, shape);
    }
    case 'secret':
      return isSecretReference(value) ? { value } : { why: `a secret is wanted, not ${describeValue(value)}` };
    default:
      return parsed(value, shape.schema, shape);
  }
}

function object(value: { readonly [key: string]: Json }, shape: ObjectShape): Fit {
  const unknown = Object.keys(value).find(key => !shape.keys.has(key));
  if (unknown !== undefined) return { why: `unknown key "${unknown}"` };
  const missing = [...shape.keys].find(([name, key]) => key.required && !Object.hasOwn(value, name));
  if (missing !== undefined) return { why: `"${missing[0]}" is missing` };
  const given = entries(value, name => shape.keys.get(name)?.shape ?? { kind: 'any' });
  if ('why' in given) return given;
  const defaults = [...shape.keys].filter(([name, key]) => key.default !== undefined && !Object.hasOwn(value, name));
  return {
    value: { ...(given.value as object), ...Object.fromEntries(defaults.map(([n, k]) => [n, k.default ?? null])) },
  };
}

function entries(value: { readonly [key: string]: Json }, shapeOf: (name: string) => Shape): Fit {
  const found: [string, Json][] = [];
  for (const [name, item] of Object.entries(value)) {
    const fit = fitValue(item, shapeOf(name));
    if ('why' in fit) return { why: `${name}: ${fit.why}` };
    found.push([name, fit.value]);
  }
  return { value: Object.fromEntries(found) };
}

/** The value that an input or an expression gave may be repeated: secrets never come this way (docs/language.md, rule 12). */
function misfit(value: Json, shape: Shape): Fit {
  const found = typeof value === 'object' ? describeValue(value) : JSON.stringify(value);
  return { why: `${describeShape(shape)} is wanted, not ${found}` };
}

function parsed(value: Json, schema: z.ZodType, shape: Shape): Fit {
  const result = schema.safeParse(value, { error: ownWords });
  if (result.success) return { value };
  const issue = result.error.issues[0];
  if (issue === undefined || issue.code === 'invalid_type' || issue.code === 'invalid_union')
    return misfit(value, shape);
  return { why: `${issue.message}; it is ${typeof value === 'object' ? describeValue(value) : JSON.stringify(value)}` };
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
const isMap = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
