import { parseCheck, type Checked } from '../expressions/check.ts';
import { references } from '../expressions/references.ts';
import { describe, dyn, type ExprType, object, unify } from '../expressions/types.ts';
import { asked } from './diagnostics.ts';
import { describeShape, inputShape, type Shape } from './fields.ts';
import { locate } from './locate.ts';
import type { Draft, Expression, Wanted } from './model.ts';
import type { Reporter } from './reporter.ts';
import { Scopes } from './scope.ts';
import { typeOfJson } from './types.ts';
import type { ModeStep, View } from './view.ts';

/** What an expression is in a Plan of the mode. */
export type Resolved = ReadonlyMap<Expression, string>;

/** Checks every expression of a mode's steps: names, types, what has certainly ended. */
export function checkExpressions(view: View, reporter: Reporter): Resolved {
  const scopes = new Scopes(view);
  const resolved = new Map<Expression, string>();
  const check = (expression: Expression, step: ModeStep, each?: ExprType): ExprType => {
    const result = parseCheck(expression.source, scopes.of(step, each));
    if ('problems' in result) return reportProblems(result.problems, expression, reporter);
    resolved.set(expression, result.source);
    reportMisfit(result.type, expression, reporter);
    return result.type;
  };
  for (const step of view.steps) {
    const { draft } = step;
    const each = draft.forEach && itemType(draft.forEach.items, e => check(e, step));
    if (draft.if !== undefined) check(draft.if, step, each);
    for (const expression of expressionsIn(usable(step))) check(expression, step, each);
    checkStart(step, reporter);
  }
  return resolved;
}

/** `with` without the keys that an alias's action in this mode does not have: they are left out of the Plan. */
export function usable({ draft, contract }: ModeStep): Draft | undefined {
  if (draft.with?.kind !== 'map' || contract === undefined || contract === draft.contract) return draft.with;
  const { keys } = inputShape(contract);
  return { ...draft.with, entries: new Map([...draft.with.entries].filter(([name]) => keys.has(name))) };
}

function itemType(items: Draft, check: (expression: Expression) => ExprType): ExprType {
  if (items.kind === 'cel') {
    const type = check(items.expression);
    return type.kind === 'list' ? type.of : dyn;
  }
  if (items.kind !== 'list') return dyn;
  return items.items.map(item => draftType(item, check)).reduce<ExprType | undefined>(unifyItems, undefined) ?? dyn;
}

/** Maps with the same keys stay maps with known keys. */
function unifyItems(a: ExprType | undefined, b: ExprType): ExprType {
  if (a === undefined) return b;
  if (a.kind !== 'object' || b.kind !== 'object') return unify(a, b) ?? dyn;
  const types = [...a.fields.names()].map((name): [string, ExprType] => [
    name,
    unifyItems(a.fields.get(name)?.type, b.fields.get(name)?.type ?? dyn),
  ]);
  return object(Object.fromEntries(types));
}

function draftType(draft: Draft, check: (expression: Expression) => ExprType): ExprType {
  switch (draft.kind) {
    case 'lit':
      return typeOfJson(draft.value);
    case 'cel':
      return check(draft.expression);
    case 'text':
      for (const part of draft.parts) if (typeof part !== 'string') check(part);
      return { kind: 'string' };
    case 'list':
      return {
        kind: 'list',
        of: draft.items.map(i => draftType(i, check)).reduce<ExprType | undefined>(unifyItems, undefined) ?? dyn,
      };
    case 'map':
      return object(Object.fromEntries([...draft.entries].map(([name, value]) => [name, draftType(value, check)])));
  }
}

function expressionsIn(draft: Draft | undefined): readonly Expression[] {
  switch (draft?.kind) {
    case undefined:
    case 'lit':
      return [];
    case 'cel':
      return [draft.expression];
    case 'text':
      return draft.parts.filter(p => typeof p !== 'string');
    case 'list':
      return draft.items.flatMap(expressionsIn);
    case 'map':
      return [...draft.entries.values()].flatMap(expressionsIn);
  }
}

const codes = {
  syntax: 'DB3001',
  unknown: 'DB3003',
  type: 'DB3004',
  absent: 'DB3005',
  refused: 'DB3006',
  limit: 'DB3008',
} as const;

function reportProblems(
  problems: Extract<Checked, { problems: unknown }>['problems'],
  expression: Expression,
  reporter: Reporter,
): ExprType {
  for (const p of problems) {
    const at = place(expression, p.start, p.end, reporter);
    reporter.report(codes[p.kind], at, { message: p.message, suggestion: asked(p.suggestion) });
  }
  return dyn;
}

function place(
  { node, offset, source }: Expression,
  start: number,
  end: number,
  reporter: Reporter,
): { start: number; end: number } {
  // An empty expression still has a place: the braces round it.
  const [from, to] = source.trim() === '' ? [-3, source.length + 2] : [start, Math.max(end, start + 1)];
  return locate(
    reporter.source.text,
    node,
    Math.max(0, offset + from),
    Math.min(offset + to, String(node.value).length),
  );
}

function reportMisfit(type: ExprType, expression: Expression, reporter: Reporter): void {
  if (type.kind === 'dyn' || fits(type, expression.wants)) return;
  const trimmed = expression.source.trim();
  const start = expression.source.indexOf(trimmed);
  const at = place(expression, start, start + trimmed.length, reporter);
  const wanted = describeWanted(expression.wants);
  reporter.report('DB3004', at, {
    message: `${expression.what}: this is ${describe(type)}, ${wanted} is wanted`,
    suggestion: '',
  });
}

function describeWanted(wants: Wanted): string {
  switch (wants.kind) {
    case 'condition':
      return 'true or false';
    case 'text':
      return 'something that can stand in text';
    case 'items':
      return 'a list';
    case 'field':
      return describeShape(wants.shape);
  }
}

function fits(type: ExprType, wants: Wanted): boolean {
  switch (wants.kind) {
    case 'condition':
      return type.kind === 'bool';
    case 'text':
      return type.kind !== 'map' && type.kind !== 'object';
    case 'items':
      return type.kind === 'list';
    case 'field':
      return fitsShape(type, wants.shape);
  }
}

function fitsShape(type: ExprType, shape: Shape): boolean {
  if (type.kind === 'dyn') return true;
  const map = type.kind === 'map' || type.kind === 'object';
  switch (shape.kind) {
    case 'text':
    case 'name':
    case 'time':
      return type.kind === 'string';
    case 'number':
      return type.kind === 'number';
    case 'bool':
    case 'condition':
      return type.kind === 'bool';
    case 'duration':
      return type.kind === 'duration';
    case 'words':
      if (type.kind === 'string') return shape.values.some(v => typeof v === 'string');
      return (type.kind === 'bool' && shape.values.includes(true)) || type.kind === 'number';
    case 'checkpoint':
      return type.kind === 'string' || map;
    case 'list':
      return type.kind === 'list' && fitsShape(type.of, shape.of);
    case 'map':
    case 'object':
      return map;
    case 'either':
      return shape.options.some(o => fitsShape(type, o));
    case 'any':
      return true;
  }
}

/** Which VPGs a run names, and how often a step runs, must be known before it starts. */
function checkStart(step: ModeStep, reporter: Reporter): void {
  const { draft, contract } = step;
  if (draft.forEach !== undefined)
    for (const e of expressionsIn(draft.forEach.items)) reportNotKnown(e, 'for-each', reporter);
  const field = contract?.vpgs;
  const named = draft.with?.kind === 'map' && field !== undefined ? draft.with.entries.get(field) : undefined;
  for (const expression of expressionsIn(named)) reportNotKnown(expression, `with.${field ?? ''}`, reporter);
}

/** Of `run`, what the Plan itself says. */
export const knownOfRun: readonly string[] = ['name', 'mode', 'site'];

function reportNotKnown(expression: Expression, what: string, reporter: Reporter): void {
  for (const { path, start, end } of references(expression.source)) {
    const [root = '', name = ''] = path;
    if (root !== 'steps' && !(root === 'run' && !knownOfRun.includes(name))) continue;
    const at = place(expression, start, end, reporter);
    reporter.report('DB5004', at, { what, path: path.slice(0, root === 'run' ? 2 : 4).join('.') });
  }
}
