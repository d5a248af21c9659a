import { children } from './ast.ts';
import { type ASTNode, maxLength, parseCel } from './environment.ts';
import { bracketPairs } from './lexical.ts';

/**
 * `syntax`, `limit`: it cannot be read. `unknown`: no such name or function. `absent`: may be missing, needs `has(…)`.
 * `refused`: the name exists but cannot be read here. `type`: the operation does not fit.
 */
export interface Problem {
  readonly kind: 'syntax' | 'limit' | 'unknown' | 'absent' | 'refused' | 'type';
  readonly message: string;
  /** UTF-16 offsets into the source; `end` is the place after the last character. */
  readonly start: number;
  readonly end: number;
  readonly suggestion?: string;
}

/** The tree of an expression, or why it cannot be read. Never throws. */
export function parse(source: string): { readonly root: ASTNode } | { readonly problems: readonly Problem[] } {
  const whole = { start: 0, end: source.length };
  if (source.trim() === '') return { problems: [{ kind: 'syntax', message: 'an empty expression', ...whole }] };
  if (source.length > maxLength)
    return {
      problems: [{ kind: 'limit', message: `an expression of more than ${maxLength} characters`, ...whole }],
    };
  try {
    const root = parseCel(source).ast;
    if (source.includes(')') && !widened.has(root)) {
      widened.add(root);
      widen(root, bracketPairs(source));
    }
    return { root };
  } catch (error) {
    return { problems: [syntaxProblem(error, source)] };
  }
}

/** Those that have been widened: parsed expressions are kept. */
const widened = new WeakSet<ASTNode>();

/**
 * The library leaves brackets at the ends of a part out of its place: of `(a).b` it says `a).b`. What is replaced or put
 * round a part needs all of it. Looks at each character once.
 */
function widen(node: ASTNode, pairs: ReadonlyMap<number, number>): void {
  const place: { start: number; end: number } = node;
  let at = node.start;
  const take = (to: number): void => {
    for (; at < to; at++) {
      const other = pairs.get(at);
      if (other === undefined) continue;
      place.start = Math.min(place.start, other);
      place.end = Math.max(place.end, other + 1);
    }
  };
  for (const child of children(node)) {
    widen(child, pairs);
    take(child.start);
    at = Math.max(at, child.end);
    place.start = Math.min(place.start, child.start);
    place.end = Math.max(place.end, child.end);
  }
  take(node.end);
}

export function syntaxProblem(error: unknown, source: string): Problem {
  const e = error as {
    readonly code?: string;
    readonly summary?: string;
    readonly range?: { start: number; end: number };
  };
  const start = Math.min(e.range?.start ?? 0, source.length);
  const end = Math.min(Math.max(e.range?.end ?? source.length, start), source.length);
  if (e.summary === undefined || e.code?.startsWith('limit') === true || /Exceeded/.test(e.summary))
    return { kind: 'limit', message: 'an expression too deep or too large', start: 0, end: source.length };
  const single = /^Unexpected character: =/.test(e.summary);
  const summary = single
    ? 'a single "=": compare with "=="'
    : lowerFirst(e.summary.replace(/: EOF$/, ': it ends too early'));
  return { kind: 'syntax', message: summary, start, end };
}

const lowerFirst = (s: string): string => s.charAt(0).toLowerCase() + s.slice(1);
