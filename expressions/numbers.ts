import type { Edits } from './edits.ts';
import type { ASTNode } from './environment.ts';

/**
 * CEL has two kinds of numbers, the language has one (docs/language.md, rule 7). A literal without a point, a size and
 * what is made of them are integers; what JSON gives, and so what any list or map holds, is a double. Where the
 * difference would show, the Plan's expression says double.
 *
 * `held`: it comes out of JSON, a list or a map, and is a double if it is a number at all.
 */
type NumberKind = 'int' | 'double' | 'held' | 'other';

const ints: ReadonlySet<string> = new Set([
  ...['size', 'int', 'indexOf', 'lastIndexOf', 'getHours', 'getMinutes', 'getSeconds', 'getMilliseconds'],
]);

export function kindOf(node: ASTNode): NumberKind {
  switch (node.op) {
    case 'value':
      return typeof node.args === 'bigint' ? 'int' : typeof node.args === 'number' ? 'double' : 'other';
    case 'id':
    case '.':
    case '[]':
      return 'held';
    case 'call':
    case 'rcall':
      return ints.has(node.args[0]) ? 'int' : node.args[0] === 'double' ? 'double' : 'other';
    case '-_':
      return kindOf(node.args);
    case '+':
    case '-':
    case '*':
    case '%':
      return common(kindOf(node.args[0]), kindOf(node.args[1]));
    case '/':
      return 'double';
    case '?:':
      return common(kindOf(node.args[1]), kindOf(node.args[2]));
    default:
      return 'other';
  }
}

/** An integer goes over to what it is used with. */
function common(a: NumberKind, b: NumberKind): NumberKind {
  if (a === b) return a;
  return a === 'double' || b === 'double' ? 'double' : 'held';
}

/** `7 / 2` is 3.5, whatever the 7 comes from. */
export function divide(left: ASTNode, edits: Edits): void {
  if (kindOf(left) === 'int') edits.wrap(left.start, left.end, 'double(');
}

/** `x ? 1 : 2.5`: CEL wants one kind in both branches, and what follows has to know it. */
export function alignBranches(yes: ASTNode, no: ASTNode, edits: Edits, source: string): void {
  if (kindOf(yes) === 'int' && kindOf(no) === 'int') return;
  toDouble(yes, edits, source);
  toDouble(no, edits, source);
}

/** An integer that goes into a list or a map, or is looked for in one. */
export function toDouble(node: ASTNode, edits: Edits, source: string): void {
  if (kindOf(node) !== 'int') return;
  // A list of literals is not to grow beyond what may be in an expression.
  if (node.op === '-_') toDouble(node.args, edits, source);
  else if (/^\d+$/.test(source.slice(node.start, node.end))) edits.insert(node.end, '.0');
  else edits.wrap(node.start, node.end, 'double(');
}
