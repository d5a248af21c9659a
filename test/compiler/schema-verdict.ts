import { expect } from 'vitest';
import type { Code } from '../../compiler/catalogue.ts';
import type { Diagnostic } from '../../compiler/diagnostics.ts';
import { type Node, toJson } from '../../compiler/yaml/nodes.ts';
import { read } from '../../compiler/yaml/read.ts';
import { Reporter } from '../../compiler/reporter.ts';
import { type Position, type Range, sourceOf } from '../../compiler/yaml/source.ts';
import { placeOf, type Refusal } from './json-schema-validator.ts';

/** What a JSON Schema can see of a file. All codes on no list are ones that it cannot. */
export interface ShapeLevel {
  /** The schema refuses it too, at the same place. */
  readonly seen: readonly Code[];
  /** It may, and why it does not always. */
  readonly sometimes: Partial<Record<Code, string>>;
  /** Messages of codes of `seen` that are about more than one value, or more than its form. */
  readonly unseen?: readonly RegExp[];
  /** Of those seen, which are about a map as a whole: their place is its first line, or one of its keys. */
  readonly ofMaps: readonly Code[];
}

/**
 * The verdict of the schema is that of the compiler as far as it can see: each diagnostic of `seen` has a refusal at its
 * place, and each refusal stands where a diagnostic of either list does.
 */
export function expectSameVerdict(
  text: string,
  diagnostics: readonly Diagnostic[],
  refusalsOf: (value: unknown) => readonly Refusal[],
  { seen, sometimes, unseen = [], ofMaps }: ShapeLevel,
): void {
  const { source } = new Reporter(sourceOf('', text));
  const root = read(new Reporter(source));
  // Where the YAML itself is at fault there is nothing for the schema to see, in an editor either.
  if (root === undefined || diagnostics.some(d => d.code.startsWith('DB1'))) return;
  const refusals = refusalsOf(toJson(root));
  const errors = diagnostics.filter(d => d.severity === 'error');
  const meets = (r: Refusal, d: Diagnostic): boolean =>
    overlaps(placeOf(r, root), d, offset => source.position(offset));
  for (const d of errors.filter(e => seen.includes(e.code) && !unseen.some(u => u.test(e.message)))) {
    const about = refusals.filter(r => ofMaps.includes(d.code) || !r.ofMap || isInside(placeOf(r, root), root));
    expect(
      about.some(r => meets(r, d)),
      `the schema does not see ${d.range.start.line}: ${d.code} ${d.message}`,
    ).toBe(true);
  }
  const visible = errors.filter(d => seen.includes(d.code) || d.code in sometimes);
  for (const r of refusals.filter(refusal => !refusal.ofForm))
    expect(
      visible.some(d => meets(r, d)),
      `only the schema refuses ${r.text}`,
    ).toBe(true);
}

const isInside = (at: Range, root: Node): boolean => at.start > root.start;

function overlaps(at: Range, { range }: Diagnostic, position: (offset: number) => Position): boolean {
  return before(position(at.start), range.end) && before(range.start, position(at.end));
}

const before = (a: Position, b: Position): boolean => a.line < b.line || (a.line === b.line && a.column <= b.column);
