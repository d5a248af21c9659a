import { type ASTNode, maxLength, parseCel } from './environment.ts';

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
    return { root: parseCel(source).ast };
  } catch (error) {
    return { problems: [syntaxProblem(error, source)] };
  }
}

function syntaxProblem(error: unknown, source: string): Problem {
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
