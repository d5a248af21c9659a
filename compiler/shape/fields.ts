import type { z } from 'zod';
import type { Contract } from '../../actions/contract.ts';
import type { Json } from '../../actions/json.ts';
import type { KeyRules } from '../../actions/rules.ts';

/** What a field takes, out of its zod schema: made once a contract, walked beside the author's YAML. */
export type Shape =
  | {
      readonly kind: 'text' | 'name' | 'number' | 'bool' | 'time';
      readonly schema: z.ZodType;
      readonly names?: NameKind;
      /** `{ secret: NAME }` may stand here too. */
      readonly secret?: true;
      readonly form?: 'size';
    }
  | { readonly kind: 'words'; readonly values: readonly (string | boolean | number)[] }
  | { readonly kind: 'duration' | 'checkpoint' | 'condition'; readonly schema: z.ZodType }
  | { readonly kind: 'list'; readonly of: Shape; readonly schema: z.ZodType }
  | {
      readonly kind: 'map';
      readonly of: Shape;
      readonly key: z.ZodType;
      readonly schema: z.ZodType;
      readonly secretKeys?: RegExp;
    }
  /** Nothing but `{ secret: NAME }`. */
  | { readonly kind: 'secret' }
  | ObjectShape
  | { readonly kind: 'either'; readonly options: readonly Shape[] }
  /** Values under keys like these must be secrets, at any depth; every other may be one. */
  | { readonly kind: 'any'; readonly secretKeys?: RegExp };

export interface ObjectShape extends KeyRules {
  readonly kind: 'object';
  readonly keys: ReadonlyMap<string, Key>;
}

export interface Key {
  readonly shape: Shape;
  readonly required: boolean;
  readonly default?: Json;
  readonly description?: string;
}

/** A VPG and a VM are names at a site, all others are names of drillbook.yaml. */
export type NameKind = 'target' | 'person' | 'vpg' | 'vm' | 'probe' | 'secret' | 'endpoint' | 'command' | 'site';
const nameKinds: Readonly<Record<NameKind, string>> = {
  target: 'a target',
  person: 'a person or group',
  vpg: 'a VPG',
  vm: 'a VM',
  probe: 'a probe',
  secret: 'a secret',
  endpoint: 'an endpoint',
  command: 'a command',
  site: 'a site',
};

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

/** The shape of an object: of a `with`, of the outputs. */
export function objectShape(schema: z.ZodObject): ObjectShape {
  const keys = new Map<string, Key>();
  for (const [name, field] of Object.entries(schema.shape)) {
    const { description } = field as z.ZodType;
    keys.set(name, { ...keyOf(field as z.ZodType), ...(description !== undefined && { description }) });
  }
  const { exactlyOneOf, atMostOneOf, check } = (schema.meta() ?? {}) as KeyRules;
  return {
    kind: 'object',
    keys,
    ...(exactlyOneOf !== undefined && { exactlyOneOf }),
    ...(atMostOneOf !== undefined && { atMostOneOf }),
    ...(check !== undefined && { check }),
  };
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
  const { kind, secret, secretKeys } = (schema.meta() ?? {}) as FieldMeta;
  const keys = secretKeys !== undefined && { secretKeys: new RegExp(secretKeys) };
  if (kind === 'duration' || kind === 'checkpoint') return { kind, schema };
  if (kind === 'cel') return { kind: 'condition', schema };
  if (kind === 'time') return { kind, schema };
  if (kind === 'json') return { kind: 'any', ...keys };
  if (secret === 'only') return { kind: 'secret' };
  if (secret === true) return { kind: 'text', schema: textOf(schema), secret: true };
  const { def } = (schema as unknown as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'string':
      if (kind === 'size') return { kind: 'text', schema, form: kind };
      return isNameKind(kind) ? { kind: 'name', schema, names: kind } : { kind: 'text', schema };
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
      return {
        kind: 'map',
        of: shapeOf(def.valueType as unknown as z.ZodType),
        key: def.keyType as unknown as z.ZodType,
        schema,
        ...keys,
      };
    case 'object':
      return objectShape(schema as z.ZodObject);
    case 'union':
      return either(def.options.map(o => shapeOf(o as unknown as z.ZodType)));
    case 'optional':
    case 'default':
      return shapeOf(def.innerType as unknown as z.ZodType);
    default:
      return { kind: 'any' };
  }
}

interface FieldMeta {
  readonly kind?: string;
  readonly secret?: true | 'only';
  readonly secretKeys?: string;
}

/** `true`, `false` and words are words of one list. */
function either(options: readonly Shape[]): Shape {
  const words = options.flatMap(o => (o.kind === 'bool' ? [true, false] : o.kind === 'words' ? o.values : []));
  return options.every(o => o.kind === 'bool' || o.kind === 'words')
    ? { kind: 'words', values: words }
    : { kind: 'either', options };
}

const isNameKind = (kind: string | undefined): kind is NameKind => kind !== undefined && Object.hasOwn(nameKinds, kind);

/** Of a field that takes text or a secret: what its text must be. */
function textOf(schema: z.ZodType): z.ZodType {
  const { def } = (schema as unknown as z.core.$ZodTypes)._zod;
  const options = def.type === 'union' ? (def.options as unknown as readonly z.ZodType[]) : [];
  return options.find(o => (o as unknown as z.core.$ZodTypes)._zod.def.type === 'string') ?? schema;
}

/** Whether text round an expression, or a text that an expression gives, can fill a field. */
export function takesText(shape: Shape): boolean {
  return (
    ['text', 'name', 'time', 'checkpoint', 'any'].includes(shape.kind) ||
    (shape.kind === 'either' && shape.options.some(takesText))
  );
}

/** The fields, as paths below `what`, in which a secret may stand. */
export function secretFields(shape: Shape, what: string): readonly string[] {
  switch (shape.kind) {
    case 'text':
      return shape.secret === true ? [what] : [];
    case 'secret':
      return [what];
    case 'any':
      return shape.secretKeys === undefined ? [] : [`${what}.…`];
    case 'object':
      return [...shape.keys].flatMap(([name, key]) => secretFields(key.shape, `${what}.${name}`));
    case 'list':
      return secretFields(shape.of, `${what}[…]`);
    case 'map':
      return secretFields(shape.of, `${what}.…`);
    case 'either':
      return shape.options.flatMap(option => secretFields(option, what));
    default:
      return [];
  }
}

/** For people: "text", "a duration", … */
export function describeShape(shape: Shape): string {
  switch (shape.kind) {
    case 'text':
      return shape.form === 'size' ? 'a size' : 'text';
    case 'name':
      return shape.names === undefined ? 'a name' : `the name of ${nameKinds[shape.names]}`;
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
    case 'secret':
      return 'a secret';
    case 'any':
      return 'a value';
  }
}
