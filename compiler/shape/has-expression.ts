import type { Node } from '../yaml/nodes.ts';

/** Whether a `${{` stands in a value, however deep. */
export function hasExpression(node: Node): boolean {
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'string' && node.value.includes('${{');
    case 'list':
      return node.items.some(hasExpression);
    case 'map':
      return node.entries.some(e => hasExpression(e.value));
  }
}
