import type { MapNode, Node } from '../../compiler/yaml/nodes.ts';
import { childOf, itemsOf, textOf } from './nodes.ts';
import type { Reporter } from '../../compiler/reporter.ts';
import type { Range } from '../../compiler/yaml/source.ts';

/**
 * Parts of drillbook.yaml that are checked and typed, and that this version does not use yet: paths, `*` is any name or item.
 * `calendars`, `endpoints`, `commands` and `triggers` are read by the compiler. What cannot be used is not here: it is refused by whoever would need it (a site with a task queue, a target that is mail).
 */
export const acceptedNotUsed: readonly string[] = ['sites.*.max-open-tests', 'evidence'];

/** Of a file without errors: DB8030 for what nobody uses yet, DB8023 for keys that may do everything. */
export function reportLater(root: MapNode, reporter: Reporter): void {
  for (const path of acceptedNotUsed)
    for (const { at, key } of find(root, path.split('.'), root)) reporter.report('DB8030', at, { key });
  for (const key of itemsOf(childOf(root, 'identity', 'keys'))) {
    const id = textOf(key, 'id');
    if (id === undefined || childOf(key, 'person') !== undefined || childOf(key, 'for') !== undefined) continue;
    reporter.report('DB8023', id, {});
  }
}

interface Found {
  readonly at: Range;
  readonly key: string;
  readonly value: Node;
}

function find(node: Node, [first, ...rest]: readonly string[], at: Range, path = ''): readonly Found[] {
  if (first === undefined) return [{ at, key: path, value: node }];
  if (node.kind === 'list' && first === '*') return node.items.flatMap(item => find(item, rest, item, path));
  if (node.kind !== 'map') return [];
  return node.entries
    .filter(e => first === '*' || e.key === first)
    .flatMap(e => find(e.value, rest, e.at, path === '' ? e.key : `${path}.${e.key}`));
}
