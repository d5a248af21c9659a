import type { Path } from '../yaml-file.ts';

/** An entry with its name, and where it stands in the file. */
export interface Entry<T> {
  readonly name: string;
  readonly value: T;
  readonly path: Path;
}

/** Entries of a section; one with `repeat` stands for several. */
export function entriesOf<T extends { readonly repeat?: number }>(
  section: string,
  entries: Readonly<Record<string, T>>,
): Entry<T>[] {
  return Object.entries(entries).flatMap(([key, value]) => {
    const path = [section, key];
    const { repeat } = value;
    if (repeat === undefined) return [{ name: key, value, path }];
    return Array.from({ length: repeat }, (_, index) => ({
      name: fillIn(key, index + 1),
      value: fillIn(value, index + 1),
      path,
    }));
  });
}

/** `{n}` is the number, `{nnn}` has at least three digits; in keys too. */
function fillIn<T>(value: T, n: number): T {
  return fill(value) as T;

  function fill(part: unknown): unknown {
    if (typeof part === 'string')
      return part.replace(/\{(n+)\}/g, (_, width: string) => `${n}`.padStart(width.length, '0'));
    if (Array.isArray(part)) return part.map(fill);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [String(fill(key)), fill(inner)]));
  }
}
