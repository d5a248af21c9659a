import type { z } from 'zod';
import type { Node } from '../../compiler/yaml/nodes.ts';
import { childOf, type Path } from './nodes.ts';

/** The schema beside the file: which part of it a node must fit, with unions decided by what stands there. */

type Schema = z.core.$ZodType;
type Def = z.core.$ZodTypes['_zod']['def'];
type UnionDef = Extract<Def, { type: 'union' }>;

/** Which form of a union a node has. `keys`: those that tell the forms apart. */
export type Choice =
  | { readonly kind: 'one'; readonly option: Schema; readonly index: number }
  | { readonly kind: 'none' | 'several'; readonly keys: readonly string[] };

export function defOf(schema: Schema): Def {
  return (schema as z.core.$ZodTypes)._zod.def;
}

/** A schema without its wrappings: optional, default, transformed. */
export function bare(schema: Schema): Schema {
  const def = defOf(schema);
  switch (def.type) {
    case 'optional':
    case 'default':
    case 'prefault':
      return bare(def.innerType);
    case 'pipe':
      return bare(def.in);
    default:
      return schema;
  }
}

export function choose(def: UnionDef, node: Node): Choice {
  const { discriminator } = def as Partial<z.core.$ZodDiscriminatedUnionDef>;
  const fitting = def.options
    .map((option, index) => ({ option, index }))
    .filter(({ option }) =>
      discriminator === undefined ? kindOf(option) === node.kind : hasKind(option, node, discriminator),
    );
  const [only] = fitting;
  if (discriminator !== undefined || fitting.length < 2)
    return only === undefined
      ? { kind: 'none', keys: discriminator === undefined ? [] : [discriminator] }
      : { kind: 'one', ...only };
  const own = fitting.map(({ option }) =>
    ownKeys(
      option,
      fitting.map(f => f.option),
    ),
  );
  const present = fitting.filter((_, i) => own[i]?.some(key => childOf(node, key) !== undefined));
  const [first, second] = present;
  if (first !== undefined && second === undefined) return { kind: 'one', ...first };
  return { kind: first === undefined ? 'none' : 'several', keys: own.flatMap(keys => keys.slice(0, 1)) };
}

/** The keys that a map may have at this schema; of all forms, where there are several. */
export function keysOf(schema: Schema): readonly string[] {
  const def = defOf(bare(schema));
  switch (def.type) {
    case 'object':
      return Object.keys(def.shape);
    case 'union':
      return [...new Set(def.options.flatMap(keysOf))];
    default:
      return [];
  }
}

/** Of a node that fits no form of a union: what it could be, for people. */
export function formsOf(def: UnionDef): string {
  const words = { map: 'a map', list: 'a list', scalar: 'text' };
  return [...new Set(def.options.map(option => words[kindOf(option)]))].join(' or ');
}

/** The schema at a path of zod's, as far as the file decides it. */
export function schemaAt(schema: Schema, node: Node, path: Path): Schema | undefined {
  let [at, here]: [Schema | undefined, Node | undefined] = [schema, node];
  for (const key of path) {
    if (at === undefined || here === undefined) return undefined;
    const [next] = schemasBelow(at, here, key, 'chosen');
    here = here.kind === 'list' ? here.items[Number(key)] : childOf(here, String(key));
    at = next;
  }
  return at;
}

/**
 * Each node below with the schema that it must fit, itself included. `chosen`: of several forms the one that stands there,
 * or none; `all`: each form that knows such a key, also beside the one that stands there.
 */
export function* walk(
  schema: Schema,
  node: Node,
  forms: 'chosen' | 'all',
  path: Path = [],
): Generator<readonly [Schema, Node, Path]> {
  const at = bare(schema);
  yield [at, node, path];
  const children =
    node.kind === 'list'
      ? node.items.map((item, i) => [i, item] as const)
      : node.kind === 'map'
        ? node.entries.map(e => [e.key, e.value] as const)
        : [];
  for (const [key, child] of children)
    for (const below of schemasBelow(at, node, key, forms)) yield* walk(below, child, forms, [...path, key]);
}

function schemasBelow(schema: Schema, node: Node, key: PropertyKey, forms: 'chosen' | 'all'): readonly Schema[] {
  const def = defOf(bare(schema));
  switch (def.type) {
    case 'object': {
      const field = typeof key === 'string' && Object.hasOwn(def.shape, key) ? def.shape[key] : undefined;
      return field === undefined ? [] : [field];
    }
    case 'record':
      return [def.valueType];
    case 'array':
      return [def.element];
    case 'union': {
      const choice = forms === 'all' ? undefined : choose(def, node);
      const options = choice === undefined ? def.options : choice.kind === 'one' ? [choice.option] : [];
      return options.flatMap(option => schemasBelow(option, node, key, forms));
    }
    default:
      return [];
  }
}

function kindOf(schema: Schema): Node['kind'] {
  const { type } = defOf(bare(schema));
  return type === 'object' || type === 'record' ? 'map' : type === 'array' ? 'list' : 'scalar';
}

/** Whether the value of the deciding key is one that this form has. */
function hasKind(option: Schema, node: Node, discriminator: string): boolean {
  const decides = childOf(node, discriminator);
  const value = decides?.kind === 'scalar' ? decides.value : undefined;
  const def = defOf(bare(option));
  const field = def.type === 'object' ? def.shape[discriminator] : undefined;
  if (field === undefined || value === undefined) return false;
  const inner = defOf(field);
  if (inner.type === 'literal') return inner.values.includes(value);
  return inner.type === 'enum' && Object.values(inner.entries).includes(value as string);
}

/** Keys that no other form has. */
function ownKeys(option: Schema, all: readonly Schema[]): readonly string[] {
  const others = new Set(all.filter(o => o !== option).flatMap(keysOf));
  return keysOf(option).filter(key => !others.has(key));
}
