import type { Located } from '../model.ts';
import type { Node } from '../yaml/nodes.ts';
import type { Reporter } from '../reporter.ts';
import { readName } from '../shape/scalars.ts';

/** The name of a schedule or a webhook: part of addresses and of Temporal's ids. */
export function readTriggerName(node: Node, reporter: Reporter): Located<string> | undefined {
  const name = readName(node, 'name', reporter);
  if (name === undefined) return undefined;
  if (/^[a-z][a-z0-9_-]{0,62}$/.test(name)) return { value: name, at: node };
  const why = 'small letters, digits, "-" and "_" only, a letter first, 63 at most';
  return reporter.refuse('DB2011', node, { what: 'name', why });
}
