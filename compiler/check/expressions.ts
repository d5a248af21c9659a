import { parseCheck } from '../../expressions/check.ts';
import { dyn, type ExprType } from '../../expressions/types.ts';
import { checkInputTypes } from './call-inputs.ts';
import { draftType, expressionsIn, itemType } from './draft-types.ts';
import { reportMisfit, reportProblems } from './expression-problems.ts';
import { inputShape } from '../shape/fields.ts';
import type { Draft, Expression, Resolved } from '../model.ts';
import type { Reporter } from '../reporter.ts';
import { Scopes } from './scope.ts';
import type { Scope } from '../../expressions/types.ts';
import type { ModeStep, View } from './view.ts';

export interface CheckedExpressions {
  readonly resolved: Resolved;
  /** Types of the top-level outputs. */
  readonly outputs: ReadonlyMap<string, ExprType>;
}

/** Checks every expression of a mode: names, types, what has certainly ended. */
export function checkExpressions(view: View, reporter: Reporter): CheckedExpressions {
  const scopes = new Scopes(view);
  const resolved = new Map<Expression, string>();
  const types = new Map<Expression, ExprType>();
  const check = (expression: Expression, scope: Scope): ExprType => {
    const type = checkOne(expression, scope, resolved, reporter);
    types.set(expression, type);
    return type;
  };
  const { window = {} } = view.limits;
  for (const draft of [window.opens, window.closes])
    for (const expression of expressionsIn(draft)) check(expression, scopes.atStart());
  for (const step of view.steps) {
    const { draft, call } = step;
    const { perItem } = draft;
    const outside = scopes.of(step);
    // A for-each that was refused has items all the same.
    const refused = draft.forEachRefused === true ? dyn : undefined;
    const each = draft.forEach === undefined ? refused : itemType(draft.forEach.items, e => check(e, outside));
    const inside = each === undefined ? outside : scopes.of(step, each);
    if (draft.if !== undefined) check(draft.if, inside);
    for (const expression of expressionsIn(usable(step))) check(expression, inside);
    for (const part of [perItem?.timeout, perItem?.retry?.value, perItem?.onFailure])
      for (const expression of expressionsIn(part)) check(expression, scopes.ofItem(step, each ?? dyn));
    if (call !== undefined) checkInputTypes(call, e => types.get(e) ?? dyn, reporter);
  }
  const atEnd = scopes.ofOutputs();
  const outputs = [...view.runbook.outputs].map(([name, draft]): [string, ExprType] => [
    name,
    draftType(draft, e => check(e, atEnd)),
  ]);
  return { resolved, outputs: new Map(outputs) };
}

function checkOne(
  expression: Expression,
  scope: Scope,
  resolved: Map<Expression, string>,
  reporter: Reporter,
): ExprType {
  const result = parseCheck(expression.source, scope, (name, known) => reporter.nearest(name, known));
  if ('problems' in result) return reportProblems(result.problems, expression, reporter);
  resolved.set(expression, result.source);
  reportMisfit(result.type, expression, reporter);
  return result.type;
}

/** `with` without the keys that an alias's action in this mode does not have: they are left out of the Plan. */
export function usable({ draft, contract }: ModeStep): Draft | undefined {
  if (draft.with?.kind !== 'map' || contract === undefined || contract === draft.contract) return draft.with;
  const { keys } = inputShape(contract);
  return { ...draft.with, entries: new Map([...draft.with.entries].filter(([name]) => keys.has(name))) };
}
