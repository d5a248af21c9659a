import { Checker } from './checker.ts';
import { parseCel } from './environment.ts';
import { parse, type Problem } from './parse.ts';
import type { ExprType, Scope } from './types.ts';

export type Checked =
  /** `source`: what the Plan carries, made ready for the run (docs/decisions/0003). */
  { readonly type: ExprType; readonly source: string } | { readonly problems: readonly Problem[] };

/** Types an expression against a scope; all mistakes at once, each at its own sub-expression. Never throws. */
export function parseCheck(source: string, scope: Scope): Checked {
  const ast = parse(source);
  if ('problems' in ast) return ast;
  const checker = new Checker(source);
  const type = checker.check(ast.root, { scope, guards: new Set(), depth: 0 });
  if (checker.problems.length > 0) return { problems: checker.problems };
  const runnable = checker.runnable();
  // The library's own checker has the last word: what it would refuse at run time never gets into a Plan.
  const verdict = parseCel(runnable).check();
  if (!verdict.valid)
    return {
      problems: [{ kind: 'type', message: verdict.error?.summary ?? 'wrong type', start: 0, end: source.length }],
    };
  return { type, source: runnable };
}
