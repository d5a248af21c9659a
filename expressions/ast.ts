import type { ASTNode } from './environment.ts';

/** `steps.x.outputs["y"]` as its names; undefined where it is no plain path. */
export function pathOf(node: ASTNode): readonly string[] | undefined {
  switch (node.op) {
    case 'id':
      return [node.args];
    case '.': {
      const left = pathOf(node.args[0]);
      return left && [...left, node.args[1]];
    }
    case '[]': {
      const [object, index] = node.args;
      const left = pathOf(object);
      return left !== undefined && index.op === 'value' && typeof index.args === 'string'
        ? [...left, index.args]
        : undefined;
    }
    default:
      return undefined;
  }
}

/** The direct parts of a node, in the order of the source. */
export function children(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [node.args[0]];
    case 'call':
      return node.args[1];
    case 'rcall':
      return [node.args[1], ...node.args[2]];
    case 'list':
    case '?:':
      return node.args;
    case 'map':
      return node.args.flat();
    case '!_':
    case '-_':
      return [node.args];
    default:
      return node.args;
  }
}
