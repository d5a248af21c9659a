import { dyn, type ExprType, object, unify } from '../../expressions/types.ts';
import type { Draft, Expression } from '../model.ts';
import { typeOfJson } from './types.ts';

type Check = (expression: Expression) => ExprType;

/** The type of a value with expressions in it; `check` gives that of an expression. */
export function draftType(draft: Draft, check: Check): ExprType {
  switch (draft.kind) {
    case 'lit':
      return typeOfJson(draft.value);
    case 'cel':
      return check(draft.expression);
    case 'text':
      for (const part of draft.parts) if (typeof part !== 'string') check(part);
      return { kind: 'string' };
    case 'list':
      return { kind: 'list', of: common(draft.items, check) };
    case 'map':
      return object(Object.fromEntries([...draft.entries].map(([name, value]) => [name, draftType(value, check)])));
  }
}

/** The type of an item of a for-each. */
export function itemType(items: Draft, check: Check): ExprType {
  if (items.kind === 'cel') {
    const type = check(items.expression);
    return type.kind === 'list' ? type.of : dyn;
  }
  return items.kind === 'list' ? common(items.items, check) : dyn;
}

function common(items: readonly Draft[], check: Check): ExprType {
  return items.map(item => draftType(item, check)).reduce<ExprType | undefined>(unifyItems, undefined) ?? dyn;
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

/** Every expression of a value, in the author's order. */
export function expressionsIn(draft: Draft | undefined): readonly Expression[] {
  const found: Expression[] = [];
  if (draft !== undefined) collect(draft, found);
  return found;
}

function collect(draft: Draft, found: Expression[]): void {
  switch (draft.kind) {
    case 'lit':
      return;
    case 'cel':
      found.push(draft.expression);
      return;
    case 'text':
      for (const part of draft.parts) if (typeof part !== 'string') found.push(part);
      return;
    case 'list':
      for (const item of draft.items) collect(item, found);
      return;
    case 'map':
      for (const value of draft.entries.values()) collect(value, found);
  }
}
