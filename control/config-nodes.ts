import { laterParts, laterValues } from './config-schema.ts';
import type { Entry, MapNode, Node } from '../compiler/nodes.ts';
import type { Reporter } from '../compiler/reporter.ts';

type Path = readonly (string | number)[];

const fit = (pattern: string, path: Path): boolean => {
  const parts = pattern.split('.');
  return parts.length === path.length && parts.every((part, i) => part === '*' || part === String(path[i]));
};

/** The file without what this version does not read; each such part is reported, and the node that lost it kept in `cut`. */
export function withoutLater(node: Node, reporter: Reporter, cut: Set<Node>, path: Path = []): Node | undefined {
  switch (node.kind) {
    case 'scalar': {
      const later = laterValues.find(v => {
        const [pattern = '', value] = v.split('=');
        return value === String(node.value) && fit(pattern, path);
      });
      if (later === undefined) return node;
      return reporter.refuse('DB8003', node, { key: `${String(path.at(-1))}: ${String(node.value)}` });
    }
    case 'list':
      return node;
    case 'map': {
      const entries = node.entries
        .map(entry => withoutLaterEntry(entry, reporter, cut, path))
        .filter(e => e !== undefined);
      if (entries.length < node.entries.length) cut.add(node);
      const kept: MapNode = { ...node, entries };
      return kept;
    }
  }
}

function withoutLaterEntry(entry: Entry, reporter: Reporter, cut: Set<Node>, path: Path): Entry | undefined {
  const inner = [...path, entry.key];
  if (laterParts.some(pattern => fit(pattern, inner))) return reporter.refuse('DB8003', entry.at, { key: entry.key });
  const value = withoutLater(entry.value, reporter, cut, inner);
  return value && { ...entry, value };
}

/** The node at a path of zod's, or the deepest there is on the way to it. */
export function nodeAt(root: Node, path: readonly PropertyKey[]): { readonly node: Node; readonly entry?: Entry } {
  let found: { node: Node; entry?: Entry } = { node: root };
  for (const key of path) {
    const { node } = found;
    if (node.kind === 'map') {
      const entry = node.entries.find(e => e.key === key);
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
