/** What an expression can have as its type. Durations are a type of their own; in JSON they are ms (docs/decisions/0003). */
export type ExprType =
  /** `values`: the only words that it can be; comparing it with another word is an error. */
  | { readonly kind: 'string'; readonly values?: readonly string[] }
  | { readonly kind: 'number' | 'bool' | 'duration' | 'null' | 'dyn' }
  | { readonly kind: 'list'; readonly of: ExprType }
  /** Any text as key. */
  | { readonly kind: 'map'; readonly of: ExprType }
  | { readonly kind: 'object'; readonly fields: Fields };

/** The names that can stand after a dot, or (as a scope) at the start of an expression. Looked up lazily. */
export interface Fields {
  get(name: string): Field | undefined;
  names(): Iterable<string>;
}

export interface Field {
  readonly type: ExprType;
  /** It may be missing at run time, and why: usable only behind `has(…)`. */
  readonly absent?: string;
  /** The name exists but cannot be read here, and why. */
  readonly refused?: string;
  /** It is never there at run time; what is read instead, as CEL. `has(…)` of it is false. */
  readonly constant?: string;
}

export type Scope = Fields;

export const string: ExprType = { kind: 'string' };
export const number: ExprType = { kind: 'number' };
export const bool: ExprType = { kind: 'bool' };
export const duration: ExprType = { kind: 'duration' };
export const dyn: ExprType = { kind: 'dyn' };
export const listOf = (of: ExprType): ExprType => ({ kind: 'list', of });
export const mapOf = (of: ExprType): ExprType => ({ kind: 'map', of });
export const words = (values: readonly string[]): ExprType => ({ kind: 'string', values });

/** Fields that are all known beforehand. */
export function fields(record: Readonly<Record<string, Field>>): Fields {
  let names: readonly string[] | undefined;
  return {
    get: name => (Object.hasOwn(record, name) ? record[name] : undefined),
    names: () => (names ??= Object.keys(record)),
  };
}

/** As a field's `constant`: nothing is there, and nothing that is evaluated reads it. */
export const never = 'dyn(null)';

/** An object whose fields are always there. */
export function object(record: Readonly<Record<string, ExprType>>): ExprType {
  return {
    kind: 'object',
    fields: fields(Object.fromEntries(Object.entries(record).map(([k, type]) => [k, { type }]))),
  };
}

/** For people: "text", "a number", … */
export function describe(type: ExprType): string {
  switch (type.kind) {
    case 'string':
      return 'text';
    case 'number':
      return 'a number';
    case 'bool':
      return 'true or false';
    case 'duration':
      return 'a duration';
    case 'null':
      return 'null';
    case 'dyn':
      return 'anything';
    case 'list':
      return type.of.kind === 'dyn' ? 'a list' : `a list (each: ${describe(type.of)})`;
    case 'map':
    case 'object':
      return 'a map';
  }
}

/** The type that both can be read as; undefined when there is none. */
export function unify(a: ExprType, b: ExprType): ExprType | undefined {
  if (a === b) return a;
  if (a.kind === 'dyn' || b.kind === 'dyn') return dyn;
  if (a.kind === 'list' && b.kind === 'list') {
    const of = unify(a.of, b.of);
    return of && listOf(of);
  }
  if (a.kind === 'string' && b.kind === 'string') return string;
  if ((a.kind === 'map' || a.kind === 'object') && (b.kind === 'map' || b.kind === 'object')) return mapOf(dyn);
  return a.kind === b.kind ? a : undefined;
}
