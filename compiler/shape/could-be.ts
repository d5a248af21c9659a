import type { Shape } from './fields.ts';
import type { Node } from '../yaml/nodes.ts';

/** Whether a value is of the kind that a shape wants; which of several shapes its author meant. */
export function couldBe(node: Node, shape: Shape): boolean {
  switch (shape.kind) {
    case 'object':
    case 'map':
    case 'secret':
      return node.kind === 'map';
    case 'list':
      return node.kind === 'list';
    case 'number':
      return node.kind === 'scalar' && typeof node.value === 'number';
    case 'bool':
      return node.kind === 'scalar' && typeof node.value === 'boolean';
    case 'words':
      return node.kind === 'scalar' && shape.values.some(v => typeof v === typeof node.value);
    case 'either':
      return shape.options.some(o => couldBe(node, o));
    default:
      return node.kind === 'scalar';
  }
}
