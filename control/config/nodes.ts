import type { Entry, ListNode, MapNode, Node, ScalarNode } from '../../compiler/yaml/nodes.ts';

export type Path = readonly PropertyKey[];

/** `sites.site-b.url`, `roles[0].to`. */
export function spellPath(path: Path): string {
  if (path.length === 0) return 'drillbook.yaml';
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key)}`)).join('');
}

/** A scalar that is text. */
export type TextNode = ScalarNode & { readonly value: string };

/** The node at a path of zod's, or the deepest there is on the way to it. */
export function nodeAt(root: Node, path: Path): { readonly node: Node; readonly entry?: Entry } {
  let found: { node: Node; entry?: Entry } = { node: root };
  for (const key of path) {
    const { node } = found;
    if (node.kind === 'map') {
      const entry = entryOf(node, key);
      if (entry === undefined) break;
      found = { node: entry.value, entry };
    } else {
      const item = node.kind === 'list' && typeof key === 'number' ? node.items[key] : undefined;
      if (item === undefined) break;
      found = { node: item };
    }
  }
  return found;
}

export function entryOf(map: MapNode, key: PropertyKey): Entry | undefined {
  return map.entries.find(e => e.key === key);
}

/** What stands at a path of keys; undefined where nothing does. */
export function childOf(node: Node, ...keys: readonly string[]): Node | undefined {
  let found: Node | undefined = node;
  for (const key of keys) found = found?.kind === 'map' ? entryOf(found, key)?.value : undefined;
  return found;
}

export function textOf(node: Node, ...keys: readonly string[]): TextNode | undefined {
  const found = childOf(node, ...keys);
  return found !== undefined && isText(found) ? found : undefined;
}

export function isText(node: Node): node is TextNode {
  return node.kind === 'scalar' && typeof node.value === 'string';
}

export function entriesOf(node: Node | undefined): MapNode['entries'] {
  return node?.kind === 'map' ? node.entries : [];
}

export function itemsOf(node: Node | undefined): ListNode['items'] {
  return node?.kind === 'list' ? node.items : [];
}

/** All scalars below a node, itself included. */
export function scalarsOf(node: Node): readonly ScalarNode[] {
  switch (node.kind) {
    case 'scalar':
      return [node];
    case 'list':
      return node.items.flatMap(scalarsOf);
    case 'map':
      return node.entries.flatMap(e => scalarsOf(e.value));
  }
}
