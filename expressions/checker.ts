import { pathOf } from './ast.ts';
import { type ASTNode, fromEachMs, fromMs } from './environment.ts';
import { Edits } from './edits.ts';
import { call, method } from './calls.ts';
import { pathKey, proved, withPaths } from './guards.ts';
import { hidesDurations, holdsDurations, isRaw } from './held-durations.ts';
import type { Nearest } from './suggest.ts';
import { alignBranches, divide, kindOf, toDouble } from './numbers.ts';
import { binaryType } from './operators.ts';
import type { Problem } from './parse.ts';
import {
  bool,
  describe,
  dyn,
  type ExprType,
  type Fields,
  listOf,
  mapOf,
  number,
  type Scope,
  string,
  unify,
} from './types.ts';

/** What is known at a place of the expression. */
export interface Context {
  readonly scope: Scope;
  /** Paths proved to be there by `has(…)`, joined by NUL. */
  readonly guards: ReadonlySet<string>;
  /** How many list macros surround it. */
  readonly depth: number;
}

export class Checker {
  readonly problems: Problem[] = [];
  readonly edits = new Edits();
  readonly source: string;
  readonly nearest: Nearest;

  constructor(source: string, nearest: Nearest) {
    this.source = source;
    this.nearest = nearest;
  }

  /** For the run: durations marked, what is never there replaced. */
  runnable(): string {
    return this.edits.apply(this.source);
  }

  problem(kind: Problem['kind'], message: string, start: number, end: number, suggestion?: string): ExprType {
    this.problems.push({ kind, message, start, end, ...(suggestion !== undefined && { suggestion }) });
    return dyn;
  }

  /** Checks a part that is used as a whole: compared, held by a list, given. */
  value(node: ASTNode, at: Context): ExprType {
    const type = this.check(node, at);
    if (isRaw(node) && holdsDurations(type)) this.edits.insert(node.end, `.${fromEachMs}()`);
    return type;
  }

  /** A value that a list or a map holds. */
  held(node: ASTNode, at: Context): ExprType {
    const type = this.value(node, at);
    toDouble(node, this.edits, this.source);
    return type;
  }

  check(node: ASTNode, at: Context): ExprType {
    switch (node.op) {
      case 'value':
        return this.literal(node);
      case 'id':
        return this.name(node, at);
      case '.':
        return this.select(node, node.args[0], node.args[1], node.pos, node.end, at);
      case '[]':
        return this.index(node, node.args[0], node.args[1], at);
      case '.?':
      case '[?]':
        return this.problem(
          'syntax',
          'optional access (".?") is not part of the language: use has(…)',
          node.start,
          node.end,
        );
      case 'call':
        return call(this, node, node.args[0], node.args[1], at);
      case 'rcall':
        return method(this, node.args[0], node.args[1], node.args[2], at);
      case 'list':
        return listOf(this.common(node.args.map(item => this.held(item, at))));
      case 'map':
        return this.map(node.args, at);
      case '?:':
        return this.ternary(node, node.args, at);
      case '&&':
        return this.logical(node.args[0], node.args[1], at, true);
      case '||':
        return this.logical(node.args[0], node.args[1], at, false);
      case '!_':
        return this.want(node.args, at, ['bool'], bool);
      case '-_':
        return this.want(node.args, at, ['number'], number);
      default:
        return this.binary(node, node.op, node.args[0], node.args[1], at);
    }
  }

  private literal(node: ASTNode): ExprType {
    switch (typeof node.args) {
      case 'string':
        return string;
      case 'number':
        return number;
      case 'bigint':
        if (node.args <= Number.MAX_SAFE_INTEGER) return number;
        return this.problem('type', `a number beyond ${Number.MAX_SAFE_INTEGER}`, node.start, node.end);
      case 'boolean':
        return bool;
      default:
        if (node.args === null) return { kind: 'null' };
        return this.problem('type', 'bytes and unsigned numbers are not part of the language', node.start, node.end);
    }
  }

  private name(node: ASTNode & { op: 'id' }, at: Context): ExprType {
    return this.field(node, at.scope, node.args, [node.args], node.start, node.end, at);
  }

  private select(node: ASTNode, left: ASTNode, name: string, start: number, end: number, at: Context): ExprType {
    const type = this.check(left, at);
    switch (type.kind) {
      case 'object':
        return this.field(node, type.fields, name, pathOf(node), start, end, at);
      case 'map':
        return this.fromJson(node, type.of);
      case 'dyn':
        return dyn;
      default:
        return this.problem('type', `${describe(type)} has no "${name}"`, start, end);
    }
  }

  private field(
    node: ASTNode,
    fields: Fields,
    name: string,
    path: readonly string[] | undefined,
    start: number,
    end: number,
    at: Context,
  ): ExprType {
    const field = fields.get(name);
    if (field === undefined) {
      const near = this.nearest(name, fields.names());
      const names = first(fields.names(), maxNamed + 1);
      const what = node.op === 'id' ? 'unknown name' : `${written(path?.slice(0, -1))}has no`;
      const few =
        near === undefined && names.length > 0 && names.length <= maxNamed ? `; there is ${names.join(', ')}` : '';
      return this.problem('unknown', `${what} "${name}"${few}`, start, end, near);
    }
    if (field.refused !== undefined) return this.problem('refused', field.refused, start, end);
    if (field.absent !== undefined && !(path !== undefined && at.guards.has(pathKey(path)))) {
      const text = path === undefined ? name : path.join('.');
      return this.problem('absent', `${text} may be missing: ${field.absent}; ask has(${text}) first`, start, end);
    }
    if (field.constant !== undefined) this.edits.replace(node.start, node.end, field.constant);
    return field.constant === undefined ? this.fromJson(node, field.type) : field.type;
  }

  /** A value that comes from JSON, where durations are ms: marked, so that it is a duration at run time. */
  private fromJson(node: ASTNode, type: ExprType): ExprType {
    if (type.kind === 'duration') this.edits.insert(node.end, `.${fromMs}()`);
    return type;
  }

  private index(node: ASTNode, left: ASTNode, index: ASTNode, at: Context): ExprType {
    if (index.op === 'value' && typeof index.args === 'string')
      return this.select(node, left, index.args, index.start, index.end, at);
    const type = this.check(left, at);
    switch (type.kind) {
      case 'list':
        this.want(index, at, ['number'], number);
        // CEL takes only an integer where it knows that this is a list.
        if (kindOf(index) !== 'int' && (at.depth > 0 || pathOf(left) === undefined))
          this.edits.wrap(left.start, left.end, 'dyn(');
        return this.fromJson(node, type.of);
      case 'map':
        this.want(index, at, ['string'], string);
        return this.fromJson(node, type.of);
      case 'object':
        this.want(index, at, ['string'], string);
        return this.problem('type', 'here only a name in quotes can stand in [ ]', index.start, index.end);
      case 'dyn':
        this.check(index, at);
        return dyn;
      default:
        return this.problem('type', `${describe(type)} cannot be indexed`, node.start, node.end);
    }
  }

  /** Checks a part and wants one of the kinds; gives what it is, or `otherwise` after a problem. */
  want(node: ASTNode, at: Context, kinds: readonly ExprType['kind'][], otherwise: ExprType): ExprType {
    const type = this.check(node, at);
    if (type.kind === 'dyn' || kinds.includes(type.kind)) return type.kind === 'dyn' ? otherwise : type;
    const wanted = kinds.map(k => describe({ kind: k, of: dyn, fields: at.scope })).join(' or ');
    this.problem('type', `this is ${describe(type)}, ${wanted} is wanted`, node.start, node.end);
    return otherwise;
  }

  private common(types: readonly ExprType[]): ExprType {
    return types.length === 0 ? dyn : types.reduce((a, b) => unify(a, b) ?? dyn);
  }

  private map(entries: readonly (readonly [ASTNode, ASTNode])[], at: Context): ExprType {
    for (const [name] of entries) this.want(name, at, ['string'], string);
    return mapOf(this.common(entries.map(([, value]) => this.held(value, at))));
  }

  private ternary(node: ASTNode, [test, yes, no]: readonly [ASTNode, ASTNode, ASTNode], at: Context): ExprType {
    this.want(test, at, ['bool'], bool);
    const left = this.value(yes, { ...at, guards: withPaths(at.guards, proved(test, true)) });
    const right = this.value(no, { ...at, guards: withPaths(at.guards, proved(test, false)) });
    const both = unify(left, right);
    if (both?.kind === 'number' || both?.kind === 'dyn') alignBranches(yes, no, this.edits, this.source);
    // CEL wants one type in both branches where it knows them.
    if (both !== undefined && mixes(both) && !isRaw(yes)) this.edits.wrap(yes.start, yes.end, 'dyn(');
    if (both !== undefined) return both;
    return this.problem('type', `one branch is ${describe(left)}, the other ${describe(right)}`, node.start, node.end);
  }

  private logical(left: ASTNode, right: ASTNode, at: Context, and: boolean): ExprType {
    this.want(left, at, ['bool'], bool);
    this.want(right, { ...at, guards: withPaths(at.guards, proved(left, and)) }, ['bool'], bool);
    return bool;
  }

  private binary(node: ASTNode, op: string, left: ASTNode, right: ASTNode, at: Context): ExprType {
    const [a, b] = [this.value(left, at), this.value(right, at)];
    if (compares(op, b) && !(isRaw(left) && isRaw(right)) && (hidesDurations(a) || hidesDurations(b)))
      return this.problem('type', 'a map with durations in it: compare its parts', node.start, node.end);
    const result = binaryType(op, { node: left, type: a }, { node: right, type: b }, this.nearest);
    if (op === 'in' && pathOf(right) === undefined) toDouble(left, this.edits, this.source);
    if (op === '/' && !('message' in result)) divide(left, this.edits);
    if (!('message' in result)) return result;
    const place = result.at ?? node;
    return this.problem('type', result.message, place.start, place.end, result.suggestion);
  }
}

/** Lists or maps of more than one type. */
function mixes(type: ExprType): boolean {
  return (type.kind === 'list' || type.kind === 'map') && (type.of.kind === 'dyn' || mixes(type.of));
}

/** Names that a message lists at most. */
const maxNamed = 12;

function first(names: Iterable<string>, count: number): readonly string[] {
  const found: string[] = [];
  for (const name of names) if (found.push(name) >= count) break;
  return found;
}

/** Whether the values themselves are compared; `in` of a map looks at its keys. */
function compares(op: string, right: ExprType): boolean {
  return op === '==' || op === '!=' || (op === 'in' && right.kind === 'list');
}

function written(path: readonly string[] | undefined): string {
  return path === undefined || path.length === 0 ? 'it ' : `${path.join('.')} `;
}
