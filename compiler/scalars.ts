import { parseDuration } from '../expressions/duration.ts';
import { didYouMean } from './diagnostics.ts';
import { describeNode, type Node } from './nodes.ts';
import type { Reporter } from './reporter.ts';
import { headOf } from './keys.ts';

/** Readers of single values that cannot hold an expression. Each gives undefined after it has reported. */

/** Ten years; a longer one is a slip of the hand. */
const maxDurationMs = 3_650 * 86_400_000;

export function readText(node: Node, what: string, reporter: Reporter): string | undefined {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') {
    return reporter.refuse('DB2003', headOf(node, reporter), { what, wanted: 'text', found: describeNode(node) });
  }
  if (node.value.includes('${{')) return reporter.refuse('DB3009', node, { what });
  if (node.value.trim() === '') return reporter.refuse('DB2022', node, { what });
  return node.value;
}

/** Text that names something: an unquoted number or `true` has its own diagnostic with the mended value. */
export function readName(node: Node, what: string, reporter: Reporter): string | undefined {
  if (node.kind === 'scalar' && node.value !== null && typeof node.value !== 'string') {
    return reporter.refuse('DB2014', node, { what, found: describeNode(node), written: node.written });
  }
  return readText(node, what, reporter);
}

/** ms. */
export function readDuration(node: Node, what: string, reporter: Reporter): number | undefined {
  if (node.kind !== 'scalar' || node.value === null || typeof node.value === 'boolean') {
    return reporter.refuse('DB2003', headOf(node, reporter), { what, wanted: 'a duration', found: describeNode(node) });
  }
  const text = String(node.value);
  if (text.includes('${{')) return reporter.refuse('DB3009', node, { what });
  const ms = durationOf(node.value);
  return ms ?? reporter.refuse('DB2010', node, { text: node.written || text });
}

/** Greater than zero and at most ten years; a bare number is none. */
export function durationOf(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? parseDuration(value) : undefined;
  return ms === undefined || ms === 0 || ms > maxDurationMs ? undefined : ms;
}

export function readCount(node: Node, what: string, reporter: Reporter): number | undefined {
  if (node.kind === 'scalar' && typeof node.value === 'number' && Number.isSafeInteger(node.value) && node.value >= 1)
    return node.value;
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
  const text = readText(node, what, reporter);
  if (text === undefined) return undefined;
  const word = values.find(v => v === text);
  if (word !== undefined) return word;
  const suggestion = didYouMean(text, values);
  return reporter.refuse('DB2018', node, { text, values: values.join(', '), suggestion });
}

/** The items of a list; undefined when it is none. */
export function readList(node: Node, what: string, reporter: Reporter): readonly Node[] | undefined {
  if (node.kind === 'list') return node.items;
  return reporter.refuse('DB2003', headOf(node, reporter), { what, wanted: 'a list', found: describeNode(node) });
}
