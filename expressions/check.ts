import { Checker } from './checker.ts';
import { parseCel } from './environment.ts';
import { inOurWords } from './own-words.ts';
import { parse, type Problem, syntaxProblem } from './parse.ts';
import { type Nearest, suggest } from './suggest.ts';
import type { ExprType, Scope } from './types.ts';

export type Checked =
  /** `source`: what the Plan carries, made ready for the run (docs/decisions/0003). */
  { readonly type: ExprType; readonly source: string } | { readonly problems: readonly Problem[] };

/** Types an expression against a scope; all mistakes at once, each at its own sub-expression. Never throws. */
export function parseCheck(source: string, scope: Scope, nearest: Nearest = suggest): Checked {
  const ast = parse(source);
  if ('problems' in ast) return ast;
  const checker = new Checker(source, nearest);
  const type = checker.value(ast.root, { scope, guards: new Set(), depth: 0 });
  if (checker.problems.length > 0) return { problems: checker.problems };
  const runnable = checker.runnable();
  // The library's own checker has the last word: what it would refuse at run time never gets into a Plan.
  const refusal = refusalOf(runnable);
  return refusal === undefined
    ? { type, source: runnable }
    : { problems: [{ ...refusal, start: 0, end: source.length }] };
}

function refusalOf(runnable: string): Pick<Problem, 'kind' | 'message'> | undefined {
  try {
    const verdict = parseCel(runnable).check();
    return verdict.valid ? undefined : { kind: 'type', message: inOurWords(verdict.error?.summary) };
  } catch (error) {
    // What was added to it can make it too large.
    const { kind, message } = syntaxProblem(error, runnable);
    return { kind, message };
  }
}
