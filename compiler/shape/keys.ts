import { describeNode, type Entry, type MapNode, type Node } from '../yaml/nodes.ts';
import type { Reporter } from '../reporter.ts';
import type { Range } from '../yaml/source.ts';

/** The keys of a kind of map. */
export interface KeySet {
  /** For people: "a step". */
  readonly where: string;
  readonly known: readonly string[];
  readonly required?: readonly string[];
}

/** A map's entries by key, with unknown and missing keys reported. Undefined when it is no map. */
export function readKeys(node: Node, keys: KeySet, reporter: Reporter): ReadonlyMap<string, Entry> | undefined {
  if (node.kind !== 'map') {
    return reporter.refuse('DB2003', headOf(node, reporter), {
      what: keys.where,
      wanted: 'a map',
      found: describeNode(node),
    });
  }
  const entries = new Map<string, Entry>();
  for (const entry of node.entries) {
    if (keys.known.includes(entry.key)) entries.set(entry.key, entry);
    else {
      const suggestion = reporter.didYouMean(entry.key, keys.known);
      reporter.report('DB2002', entry.at, { key: entry.key, where: keys.where, suggestion });
    }
  }
  for (const key of keys.required ?? [])
    if (!entries.has(key)) reporter.report('DB2001', firstLine(node, reporter), { key, where: keys.where });
  return entries;
}

/** The first line of a map: a missing key is blamed there. */
export function firstLine(node: MapNode, reporter: Reporter): Range {
  const start = node.entries[0]?.at.start ?? node.start;
  return headOf({ start, end: Math.max(node.end, start) }, reporter);
}

/** A range cut off at the end of its first line. */
export function headOf(at: Range, reporter: Reporter): Range {
  const { text } = reporter.source;
  const newline = text.indexOf('\n', at.start);
  let end = newline < 0 ? at.end : Math.min(at.end, newline);
  while (end > at.start && /\s/.test(text[end - 1] ?? '')) end--;
  return { start: at.start, end };
}
