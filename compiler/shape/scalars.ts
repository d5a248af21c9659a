import { parseDuration } from '../../expressions/duration.ts';
import { describeNode, type Node } from '../yaml/nodes.ts';
import type { Reporter } from '../reporter.ts';
import { hasExpression } from './has-expression.ts';
import { headOf } from './keys.ts';

/** Readers of single values that cannot hold an expression. Each gives undefined after it has reported. */

/** Ten years; a longer one is a slip of the hand. */
const maxDurationMs = 3_650 * 86_400_000;

export function readText(node: Node, what: string, reporter: Reporter): string | undefined {
  return readString(node, what, 'text', reporter);
}

/** An unquoted number or `true` has its own diagnostic with the mended value. */
function readString(node: Node, what: string, kind: 'text' | 'a name', reporter: Reporter): string | undefined {
  if (node.kind !== 'scalar' || node.value === null)
    return reporter.refuse('DB2003', headOf(node, reporter), { what, wanted: 'text', found: describeNode(node) });
  if (typeof node.value !== 'string')
    return reporter.refuse('DB2014', node, { what, kind, found: describeNode(node), written: node.written });
  if (node.value.includes('${{')) return reporter.refuse('DB3009', node, { what });
  if (node.value.trim() === '') return reporter.refuse('DB2022', node, { what });
  return node.value;
}

/** Text that names something. */
export function readName(node: Node, what: string, reporter: Reporter): string | undefined {
  return readString(node, what, 'a name', reporter);
}

/** ms. `least`: whether it may be zero. */
export function readDuration(
  node: Node,
  what: string,
  reporter: Reporter,
  least: 'zero' | 'more' = 'more',
): number | undefined {
  if (node.kind !== 'scalar' || node.value === null || typeof node.value === 'boolean') {
    return reporter.refuse('DB2003', headOf(node, reporter), { what, wanted: 'a duration', found: describeNode(node) });
  }
  const text = String(node.value);
  if (text.includes('${{')) return reporter.refuse('DB3009', node, { what });
  const ms = durationFromZeroOf(node.value);
  if (ms === 0 && least === 'more') return reporter.refuse('DB2011', node, { what, why: moreThanZero });
  return ms ?? reporter.refuse('DB2010', node, { text: node.written || text });
}

export const moreThanZero = 'it must be more than zero';

/** At most ten years; a bare number is none. */
export function durationFromZeroOf(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? parseDuration(value) : undefined;
  return ms === undefined || ms > maxDurationMs ? undefined : ms;
}

/** The same, and greater than zero. */
export const durationOf = (value: unknown): number | undefined => durationFromZeroOf(value) || undefined;

export function readCount(node: Node, what: string, reporter: Reporter): number | undefined {
  if (node.kind === 'scalar' && typeof node.value === 'number' && Number.isSafeInteger(node.value) && node.value >= 1)
    return node.value;
  if (hasExpression(node)) return reporter.refuse('DB3009', node, { what });
  const found = node.kind === 'scalar' && node.value !== null ? node.written || String(node.value) : describeNode(node);
  return reporter.refuse('DB2017', headOf(node, reporter), { what, found });
}

/** One of a few words. */
export function readWord<W extends string>(
  node: Node,
  values: readonly W[],
  what: string,
  reporter: Reporter,
): W | undefined {
  const plain = node.kind === 'scalar' && node.value !== null && typeof node.value !== 'string';
  const text = plain ? node.written : readText(node, what, reporter);
  if (text === undefined) return undefined;
  const word = values.find(v => v === text);
  if (word !== undefined) return word;
  const suggestion = reporter.didYouMean(text, values);
  return reporter.refuse('DB2018', node, { text, values: values.join(', '), suggestion });
}

/** The items of a list; undefined when it is none. */
export function readList(node: Node, what: string, reporter: Reporter): readonly Node[] | undefined {
  if (node.kind === 'list') return node.items;
  return reporter.refuse('DB2003', headOf(node, reporter), { what, wanted: 'a list', found: describeNode(node) });
}

/** Of names, each must stand once in its list. */
export function reportDoubles(items: readonly Node[], what: string, reporter: Reporter): void {
  const seen = new Set<string>();
  for (const item of items) {
    if (item.kind !== 'scalar' || typeof item.value !== 'string') continue;
    if (seen.has(item.value)) reporter.report('DB2051', item, { value: item.value, what });
    seen.add(item.value);
  }
}
