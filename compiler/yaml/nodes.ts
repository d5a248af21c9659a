import type { Json } from '../../actions/json.ts';
import type { Range } from './source.ts';

/** YAML as the other stages see it: every value with its place; aliases are already what they stand for. */
export type Node = ScalarNode | ListNode | MapNode;

export interface ScalarNode extends Range {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** As written, where it is plain: `0x1F`, `1.0`. */
  readonly written: string;
  readonly style: 'plain' | 'single' | 'double' | 'block';
}

export interface ListNode extends Range {
  readonly kind: 'list';
  readonly items: readonly Node[];
}

export interface MapNode extends Range {
  readonly kind: 'map';
  readonly entries: readonly Entry[];
}

export interface Entry {
  readonly key: string;
  readonly at: Range;
  readonly value: Node;
}

/** For people: what a value is. */
export function describeNode(node: Node): string {
  if (node.kind === 'list') return 'a list';
  if (node.kind === 'map') return 'a map';
  if (node.value === null) return 'nothing';
  switch (typeof node.value) {
    case 'string':
      return 'text';
    case 'number':
      return 'a number';
    default:
      return 'true or false';
  }
}

/** Plain JSON of a node. */
export function toJson(node: Node): Json {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(toJson);
    case 'map':
      return Object.fromEntries(node.entries.map(e => [e.key, toJson(e.value)]));
  }
}
