import type { z } from 'zod';
import type { Contract } from '../../actions/contract.ts';
import type { Json } from '../../actions/json.ts';
import {
  bool,
  duration,
  dyn,
  type ExprType,
  type Field,
  fields,
  listOf,
  mapOf,
  number,
  string,
  unify,
} from '../../expressions/types.ts';
import { words } from '../../expressions/types.ts';

const cache = new Map<Contract, Readonly<Record<string, Field>>>();

/** The types of an action's outputs, by name. */
export function outputTypes(contract: Contract): Readonly<Record<string, Field>> {
  let types = cache.get(contract);
  if (types === undefined) {
    types = objectFields(contract.output);
    cache.set(contract, types);
  }
  return types;
}

function objectFields(schema: z.ZodObject): Readonly<Record<string, Field>> {
  return Object.fromEntries(
    Object.entries(schema.shape).map(([name, field]) => {
      const { def } = (field as unknown as z.core.$ZodTypes)._zod;
      const type = typeOf(field as z.ZodType);
      return [name, def.type === 'optional' ? { type, absent: 'it is not always given' } : { type }];
    }),
  );
}

function typeOf(schema: z.ZodType): ExprType {
  const kind = schema.meta()?.['kind'];
  if (kind === 'duration') return duration;
  const { def } = (schema as unknown as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'string':
      return string;
    case 'number':
      return number;
    case 'boolean':
      return bool;
    case 'enum':
      return words(Object.values(def.entries).map(String));
    case 'array':
      return listOf(typeOf(def.element as unknown as z.ZodType));
    case 'record':
      return mapOf(typeOf(def.valueType as unknown as z.ZodType));
    case 'object':
      return { kind: 'object', fields: fields(objectFields(schema as z.ZodObject)) };
    case 'optional':
    case 'default':
      return typeOf(def.innerType as unknown as z.ZodType);
    default:
      return dyn;
  }
}

/** The type of a value that stands in the file. */
export function typeOfJson(value: Json): ExprType {
  switch (typeof value) {
    case 'string':
      return string;
    case 'number':
      return number;
    case 'boolean':
      return bool;
    default:
      if (value === null) return dyn;
      if (isList(value))
        return listOf(
          value
            .map(typeOfJson)
            .reduce((a, b) => unify(a, b) ?? dyn, value.length === 0 ? dyn : typeOfJson(value[0] ?? null)),
        );
      return {
        kind: 'object',
        fields: fields(Object.fromEntries(Object.entries(value).map(([k, v]) => [k, { type: typeOfJson(v) }]))),
      };
  }
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
