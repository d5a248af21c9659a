import { children, pathOf } from './ast.ts';
import type { ASTNode } from './environment.ts';
import { macros } from './functions.ts';
import { parse } from './parse.ts';

export interface Reference {
  readonly path: readonly string[];
  readonly start: number;
  readonly end: number;
  /** Under `has()` itself. */
  readonly guarded: boolean;
}

/** Every path that an expression reads, the longest each; empty when it cannot be parsed. Never throws. */
export function references(source: string): readonly Reference[] {
  const ast = parse(source);
  if ('problems' in ast) return [];
  const found: Reference[] = [];
  collect(ast.root, false, new Set(), found);
  return found;
}

function collect(node: ASTNode, guarded: boolean, bound: ReadonlySet<string>, found: Reference[]): void {
  const path = pathOf(node);
  if (path !== undefined) {
    if (!bound.has(path[0] ?? '')) found.push({ path, start: node.start, end: node.end, guarded });
    return;
  }
  if (node.op === 'rcall' && Object.hasOwn(macros, node.args[0])) {
    const [, on, [variable, ...bodies]] = node.args;
    collect(on, guarded, bound, found);
    const inner = variable?.op === 'id' ? new Set([...bound, variable.args]) : bound;
    for (const body of bodies) collect(body, guarded, inner, found);
    return;
  }
  const has = node.op === 'call' && node.args[0] === 'has';
  for (const child of children(node)) collect(child, guarded || has, bound, found);
}
