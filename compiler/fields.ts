import type { z } from 'zod';
import type { Contract } from '../actions/contract.ts';
import type { Json } from '../actions/json.ts';

/** What a field takes, out of its zod schema: made once a contract, walked beside the author's YAML. */
export type Shape =
  | {
      readonly kind: 'text' | 'name' | 'number' | 'bool' | 'time';
      readonly schema: z.ZodType;
      readonly names?: NameKind;
    }
  | { readonly kind: 'words'; readonly values: readonly (string | boolean | number)[] }
  | { readonly kind: 'duration' | 'checkpoint' | 'condition'; readonly schema: z.ZodType }
  | { readonly kind: 'list'; readonly of: Shape; readonly schema: z.ZodType }
  | { readonly kind: 'map'; readonly of: Shape; readonly schema: z.ZodType }
  | ObjectShape
  | { readonly kind: 'either'; readonly options: readonly Shape[] }
  | { readonly kind: 'any' };

export interface ObjectShape {
  readonly kind: 'object';
  readonly keys: ReadonlyMap<string, Key>;
  readonly exactlyOneOf?: readonly string[];
}

export interface Key {
  readonly shape: Shape;
  readonly required: boolean;
  readonly default?: Json;
}

export type NameKind = 'target' | 'person' | 'vpg' | 'probe' | 'secret';
const nameKinds: readonly string[] = ['target', 'person', 'vpg', 'probe', 'secret'] satisfies NameKind[];

const cache = new Map<Contract, ObjectShape>();

/** The shape of an action's `with`. */
export function inputShape(contract: Contract): ObjectShape {
  let shape = cache.get(contract);
  if (shape === undefined) {
    shape = objectShape(contract.input);
    cache.set(contract, shape);
  }
  return shape;
}

function objectShape(schema: z.ZodObject): ObjectShape {
  const keys = new Map<string, Key>();
  for (const [name, field] of Object.entries(schema.shape)) keys.set(name, keyOf(field as z.ZodType));
  const exactlyOneOf = schema.meta()?.['exactlyOneOf'] as readonly string[] | undefined;
  return { kind: 'object', keys, ...(exactlyOneOf !== undefined && { exactlyOneOf }) };
}

function keyOf(schema: z.ZodType): Key {
  const { def } = (schema as unknown as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'optional':
      return { ...keyOf(def.innerType as unknown as z.ZodType), required: false };
    case 'default':
      return {
        shape: shapeOf(def.innerType as unknown as z.ZodType),
        required: false,
        default: def.defaultValue as Json,
      };
    default:
      return { shape: shapeOf(schema), required: true };
  }
}

/** The shape of a schema. Kinds (`.meta({ kind })`, see actions/fields.ts) come before the JSON type. */
function shapeOf(schema: z.ZodType): Shape {
  const kind = schema.meta()?.['kind'] as string | undefined;
  if (kind === 'duration' || kind === 'checkpoint') return { kind, schema };
  if (kind === 'cel') return { kind: 'condition', schema };
  if (kind === 'time') return { kind, schema };
  const { def } = (schema as unknown as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'string':
      return kind !== undefined && nameKinds.includes(kind)
        ? { kind: 'name', schema, names: kind as NameKind }
        : { kind: 'text', schema };
    case 'number':
      return { kind: 'number', schema };
    case 'boolean':
      return { kind: 'bool', schema };
    case 'enum':
      return { kind: 'words', values: Object.values(def.entries) };
    case 'literal':
      return { kind: 'words', values: def.values as (string | boolean | number)[] };
    case 'array':
      return { kind: 'list', of: shapeOf(def.element as unknown as z.ZodType), schema };
    case 'record':
      return { kind: 'map', of: shapeOf(def.valueType as unknown as z.ZodType), schema };
    case 'object':
      return objectShape(schema as z.ZodObject);
    case 'union':
      return { kind: 'either', options: def.options.map(o => shapeOf(o as unknown as z.ZodType)) };
    case 'optional':
    case 'default':
      return shapeOf(def.innerType as unknown as z.ZodType);
    default:
      return { kind: 'any' };
  }
}

/** For people: "text", "a duration", … */
export function describeShape(shape: Shape): string {
  switch (shape.kind) {
    case 'text':
      return 'text';
    case 'name':
      return shape.names === undefined ? 'a name' : `the name of a ${shape.names === 'vpg' ? 'VPG' : shape.names}`;
    case 'number':
      return 'a number';
    case 'bool':
      return 'true or false';
    case 'time':
      return 'a time';
    case 'words':
      return shape.values.map(String).join(' or ');
    case 'duration':
      return 'a duration';
    case 'checkpoint':
      return 'a checkpoint';
    case 'condition':
      return 'a condition';
    case 'list':
      return 'a list';
    case 'map':
    case 'object':
      return 'a map';
    case 'either':
      return shape.options.map(describeShape).join(' or ');
    case 'any':
      return 'a value';
  }
}
