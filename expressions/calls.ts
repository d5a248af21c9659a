import { pathOf } from './ast.ts';
import type { Checker, Context } from './checker.ts';
import { type ASTNode, fromEachMs } from './environment.ts';
import { parseDuration } from './duration.ts';
import { functions, macros, methods, refused, type Signature } from './functions.ts';
import { pathKey, withPaths } from './guards.ts';
import { holdsDurations, isRaw } from './held-durations.ts';
import { bool, dyn, type ExprType, listOf, never, type Scope, string } from './types.ts';

/** A list macro in a list macro in a list macro would cost the cube of a list's length at run time. */
const maxMacroDepth = 2;

export function call(checker: Checker, node: ASTNode, name: string, args: readonly ASTNode[], at: Context): ExprType {
  const end = node.start + name.length;
  if (name === 'has') return has(checker, node, args, at);
  const signature = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (signature === undefined) return unknownFunction(checker, name, functions, args, node.start, end, at);
  duration(checker, name, args);
  return apply(checker, name, signature, args, node.start, end, at);
}

/** A literal is read now rather than at three in the morning; days, which the library does not know, become seconds. */
function duration(checker: Checker, name: string, [arg]: readonly ASTNode[]): void {
  if (name !== 'duration' || arg?.op !== 'value' || typeof arg.args !== 'string') return;
  if (/^-?(\d+(\.\d+)?(h|m|s|ms))+$/.test(arg.args)) return;
  const ms = parseDuration(arg.args);
  if (ms !== undefined) checker.edits.replace(arg.start, arg.end, `"${ms / 1_000}s"`);
  else checker.problem('type', `"${arg.args}" is no duration: write "90s", "15m", "1h30m" or "2d"`, arg.start, arg.end);
}

function has(checker: Checker, node: ASTNode, args: readonly ASTNode[], at: Context): ExprType {
  const [arg] = args;
  const path = arg && pathOf(arg);
  if (arg === undefined || args.length !== 1 || path === undefined || arg.op !== '.')
    return checker.problem('type', 'has() takes one name with a dot, as in has(inputs.x)', node.start, node.end);
  // It excuses what may be missing, never an unknown name; durations below it stay unmarked: it only looks.
  checker.check(arg, { ...at, guards: withPaths(at.guards, [pathKey(path)]) });
  checker.edits.dropInsertions(arg.start, arg.end);
  const constant = checker.edits.replacement(arg.start, arg.end);
  if (constant !== undefined) checker.edits.replace(node.start, node.end, constant === never ? 'false' : 'true');
  return bool;
}

export function method(checker: Checker, name: string, on: ASTNode, args: readonly ASTNode[], at: Context): ExprType {
  const start = checker.source.indexOf(name, on.end);
  const end = start + name.length;
  if (Object.hasOwn(macros, name)) return macro(checker, name, on, args, start, end, at);
  const signature = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (signature === undefined) {
    checker.check(on, at);
    return unknownFunction(checker, name, { ...methods, ...macros }, args, start, end, at);
  }
  const type = checker.want(on, at, signature.on ?? [], dyn);
  if (name === 'join' && type.kind === 'list' && type.of.kind !== 'string' && type.of.kind !== 'dyn')
    checker.problem('type', 'join() takes a list of text: .map(x, string(x)) before it', on.start, on.end);
  return apply(checker, name, signature, args, start, end, at);
}

function unknownFunction(
  checker: Checker,
  name: string,
  known: Readonly<Record<string, unknown>>,
  args: readonly ASTNode[],
  start: number,
  end: number,
  at: Context,
): ExprType {
  for (const arg of args) checker.check(arg, at);
  if (Object.hasOwn(refused, name)) return checker.problem('refused', refused[name] ?? name, start, end);
  return checker.problem(
    'unknown',
    `unknown function "${name}"`,
    start,
    end,
    checker.nearest(name, Object.keys(known)),
  );
}

function apply(
  checker: Checker,
  name: string,
  s: Signature,
  args: readonly ASTNode[],
  start: number,
  end: number,
  at: Context,
): ExprType {
  const least = s.optional ?? s.args.length;
  if (args.length < least || args.length > s.args.length) {
    for (const arg of args) checker.check(arg, at);
    const count = least === s.args.length ? `${least}` : `${least} to ${s.args.length}`;
    return checker.problem('type', `${name}() takes ${count} argument${count === '1' ? '' : 's'}`, start, end);
  }
  for (const [i, arg] of args.entries()) checker.want(arg, at, s.args[i] ?? [], dyn);
  return s.gives;
}

function macro(
  checker: Checker,
  name: string,
  on: ASTNode,
  args: readonly ASTNode[],
  start: number,
  end: number,
  at: Context,
): ExprType {
  const known = macros[name];
  const list = checker.want(on, at, ['list', 'map'], listOf(dyn));
  // What it gives are items as they are.
  if (name === 'filter' && isRaw(on) && list.kind === 'list' && holdsDurations(list))
    checker.edits.insert(on.end, `.${fromEachMs}()`);
  const [variable, ...bodies] = args;
  if (known === undefined || variable?.op !== 'id' || !known.args.includes(args.length))
    return checker.problem('type', `${name}() takes a name and an expression, as in list.${name}(x, …)`, start, end);
  if (at.depth >= maxMacroDepth)
    return checker.problem('limit', `${name}() inside ${maxMacroDepth} others: too much work at run time`, start, end);
  if (at.scope.get(variable.args) !== undefined)
    return checker.problem('type', `"${variable.args}" already means something here`, variable.start, variable.end);
  const item = list.kind === 'list' ? list.of : string;
  const inner: Context = { ...at, depth: at.depth + 1, scope: bind(at.scope, variable.args, item) };
  const last = bodies[bodies.length - 1];
  for (const body of bodies) if (name !== 'map' || body !== last) checker.want(body, inner, ['bool'], bool);
  if (name === 'filter') return listOf(item);
  return name === 'map' && last !== undefined ? listOf(checker.held(last, inner)) : known.gives;
}

function bind(scope: Scope, name: string, type: ExprType): Scope {
  return {
    get: n => (n === name ? { type } : scope.get(n)),
    *names() {
      yield name;
      yield* scope.names();
    },
  };
}
