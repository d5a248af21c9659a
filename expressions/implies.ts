import { pathOf } from './ast.ts';
import type { ASTNode } from './environment.ts';
import { parse } from './parse.ts';

/**
 * Whether a condition can only be true where a path equals a word that `test` accepts: `a.b == 'x' && …`. True for a
 * source that cannot be parsed, which is reported elsewhere. Never throws.
 */
export function impliesEquality(source: string, test: (path: readonly string[], word: string) => boolean): boolean {
  const ast = parse(source);
  return 'problems' in ast || implies(ast.root, test);
}

function implies(node: ASTNode, test: (path: readonly string[], word: string) => boolean): boolean {
  switch (node.op) {
    case '&&':
      return node.args.some(part => implies(part, test));
    case '||':
      return node.args.every(part => implies(part, test));
    case '==': {
      const [a, b] = node.args;
      return equals(a, b, test) || equals(b, a, test);
    }
    default:
      return false;
  }
}

function equals(one: ASTNode, word: ASTNode, test: (path: readonly string[], word: string) => boolean): boolean {
  const path = pathOf(one);
  return path !== undefined && word.op === 'value' && typeof word.args === 'string' && test(path, word.args);
}
