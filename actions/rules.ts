import type { z } from 'zod';

/** A value as its author wrote it: what an expression will give reads null. */
export type Raw = Readonly<Record<string, unknown>>;

/** One mistake, at the place inside the object that is to blame. */
export interface Finding {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What must hold between the keys of one object. */
export interface KeyRules {
  readonly exactlyOneOf?: readonly string[];
  readonly atMostOneOf?: readonly (readonly string[])[];
  /** All that is wrong. Of what reads null nothing is known, and nothing may be said. */
  readonly check?: (value: Raw) => readonly Finding[];
}

/**
 * The schema with its rules: refinements for whoever parses, and metadata of the same names for the compiler, which
 * also judges objects that hold expressions.
 */
export function ruled<S extends z.ZodObject>(schema: S, rules: KeyRules): S {
  return schema
    .superRefine((value, context) => {
      for (const { path, message } of findings(value, rules))
        context.addIssue({ code: 'custom', path: [...path], message });
    })
    .meta({ ...rules });
}

function findings(value: Raw, { exactlyOneOf, atMostOneOf = [], check }: KeyRules): readonly Finding[] {
  const given = (keys: readonly string[]): readonly string[] => keys.filter(key => value[key] !== undefined);
  const found: Finding[] = [];
  if (exactlyOneOf !== undefined && given(exactlyOneOf).length !== 1)
    found.push({ path: [], message: `exactly one of ${spell(exactlyOneOf)}` });
  for (const keys of atMostOneOf) {
    const [, second] = given(keys);
    if (second !== undefined) found.push({ path: [second], message: `at most one of ${spell(keys)}` });
  }
  return [...found, ...(check?.(value) ?? [])];
}

function spell(keys: readonly string[]): string {
  const quoted = keys.map(key => `"${key}"`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1) ?? ''}`;
}

export function asMap(value: unknown): Raw | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : undefined;
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

export function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A name that stands twice in a list of maps, at its second place. */
export function repeated(list: unknown, key: string, at: readonly (string | number)[], what: string): Finding[] {
  const seen = new Set<string>();
  return asList(list).flatMap((item, i) => {
    const name = asText(asMap(item)?.[key] ?? item);
    if (name === undefined || !seen.has(name)) {
      if (name !== undefined) seen.add(name);
      return [];
    }
    const path = typeof item === 'string' ? [...at, i] : [...at, i, key];
    return [{ path, message: `the ${what} "${name}" stands twice` }];
  });
}
