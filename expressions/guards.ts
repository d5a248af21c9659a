import { pathOf } from './ast.ts';
import type { ASTNode } from './environment.ts';

/** A path as a key of a set. */
export const pathKey = (path: readonly string[]): string => path.join('\0');

/** Guards and more. */
export function withPaths(guards: ReadonlySet<string>, more: readonly string[]): ReadonlySet<string> {
  return more.length === 0 ? guards : new Set([...guards, ...more]);
}

/** The paths that are certainly there when the test turned out `outcome`. */
export function proved(test: ASTNode, outcome: boolean): readonly string[] {
  switch (test.op) {
    case 'call': {
      const path = outcome && test.args[0] === 'has' && test.args[1][0] ? pathOf(test.args[1][0]) : undefined;
      return path === undefined ? [] : [pathKey(path)];
    }
    case '!_':
      return proved(test.args, !outcome);
    case '&&':
    case '||':
      return outcome === (test.op === '&&') ? test.args.flatMap(part => proved(part, outcome)) : [];
    default:
      return [];
  }
}
