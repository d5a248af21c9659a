import type { ASTNode } from './environment.ts';
import type { Nearest } from './suggest.ts';
import { bool, describe, duration, dyn, type ExprType, number, string, unify } from './types.ts';

interface Operand {
  readonly node: ASTNode;
  readonly type: ExprType;
}

interface Wrong {
  readonly message: string;
  /** Absent: the whole operation. */
  readonly at?: ASTNode;
  readonly suggestion?: string;
}

/** What `a op b` gives, or why it does not fit. */
export function binaryType(op: string, a: Operand, b: Operand, nearest: Nearest): ExprType | Wrong {
  switch (op) {
    case '==':
    case '!=':
      return equality(op, a, b, nearest);
    case 'in':
      return membership(a, b, nearest);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return ordered(a.type) && ordered(b.type) && alike(a.type, b.type) ? bool : cannot(op, a, b);
    case '+':
      if (a.type.kind === 'list' || b.type.kind === 'list') return unify(a.type, b.type) ?? cannot(op, a, b);
      if (a.type.kind === 'string' && b.type.kind === 'string') return string;
      if (a.type.kind === 'string' || b.type.kind === 'string') return joinText(op, a, b);
      return sum(op, a, b);
    case '-':
      return sum(op, a, b);
    default:
      return numeric(a.type) && numeric(b.type) ? number : cannot(op, a, b);
  }
}

const numeric = (t: ExprType): boolean => t.kind === 'number' || t.kind === 'dyn';
const ordered = (t: ExprType): boolean => numeric(t) || t.kind === 'string' || t.kind === 'duration';
const alike = (a: ExprType, b: ExprType): boolean => a.kind === 'dyn' || b.kind === 'dyn' || a.kind === b.kind;

function cannot(op: string, a: Operand, b: Operand): Wrong {
  return { message: `"${op}" does not go with ${describe(a.type)} and ${describe(b.type)}` };
}

function joinText(op: string, a: Operand, b: Operand): ExprType | Wrong {
  const other = a.type.kind === 'string' ? b : a;
  if (other.type.kind === 'dyn') return string;
  if (other.type.kind !== 'number' && other.type.kind !== 'bool' && other.type.kind !== 'duration')
    return cannot(op, a, b);
  return { message: `text and ${describe(other.type)} cannot be joined: write string(…) around it`, at: other.node };
}

function sum(op: string, a: Operand, b: Operand): ExprType | Wrong {
  const kinds = [a.type.kind, b.type.kind];
  if (kinds.every(k => k === 'dyn')) return dyn;
  if (kinds.every(k => k === 'number' || k === 'dyn')) return number;
  if (kinds.every(k => k === 'duration' || k === 'dyn')) return duration;
  return cannot(op, a, b);
}

function equality(op: string, a: Operand, b: Operand, nearest: Nearest): ExprType | Wrong {
  const nothing = a.type.kind === 'null' || b.type.kind === 'null';
  if (nothing && a.type.kind !== 'dyn' && b.type.kind !== 'dyn' && a.type.kind !== b.type.kind)
    return { message: 'it is never null: ask has(…) whether it is there' };
  if (unify(a.type, b.type) === undefined) return cannot(op, a, b);
  return foreignWord(a, b, nearest) ?? foreignWord(b, a, nearest) ?? bool;
}

/** A literal compared with something that can never be that word. */
function foreignWord(one: Operand, literal: Operand, nearest: Nearest): Wrong | undefined {
  if (one.type.kind !== 'string' || one.type.values === undefined) return undefined;
  const { node } = literal;
  if (node.op !== 'value' || typeof node.args !== 'string' || wordsOf(one.type.values).has(node.args)) return undefined;
  const near = nearest(node.args, one.type.values);
  const list = near === undefined ? `: it is one of ${few(one.type.values)}` : '';
  return { message: `it is never "${node.args}"${list}`, at: node, ...(near !== undefined && { suggestion: near }) };
}

/** A list of an input may be long, and compared with many times. */
const lookups = new WeakMap<readonly string[], ReadonlySet<string>>();

function wordsOf(values: readonly string[]): ReadonlySet<string> {
  const words = lookups.get(values) ?? new Set(values);
  lookups.set(values, words);
  return words;
}

/** Words that a message lists at most. */
const maxWords = 20;

function few(values: readonly string[]): string {
  return values.length > maxWords ? `${values.slice(0, maxWords).join(', ')} …` : values.join(', ');
}

function membership(a: Operand, b: Operand, nearest: Nearest): ExprType | Wrong {
  switch (b.type.kind) {
    case 'list': {
      if (unify(a.type, b.type.of) === undefined) return cannot('in', a, b);
      if (b.node.op !== 'list') return bool;
      for (const node of b.node.args) {
        const wrong = foreignWord(a, { node, type: b.type.of }, nearest);
        if (wrong !== undefined) return wrong;
      }
      return bool;
    }
    case 'map':
    case 'object':
      return a.type.kind === 'string' || a.type.kind === 'dyn' ? bool : cannot('in', a, b);
    case 'dyn':
      return bool;
    default:
      return cannot('in', a, b);
  }
}
