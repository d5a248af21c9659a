import type { Checked } from '../../expressions/check.ts';
import { describe, dyn, type ExprType } from '../../expressions/types.ts';
import { asked } from '../diagnostics.ts';
import { describeShape, type Shape } from '../shape/fields.ts';
import { locate } from '../yaml/locate.ts';
import type { Expression, Wanted } from '../model.ts';
import type { Reporter } from '../reporter.ts';
import type { Range } from '../yaml/source.ts';

const codes = {
  syntax: 'DB3001',
  unknown: 'DB3003',
  type: 'DB3004',
  absent: 'DB3005',
  refused: 'DB3006',
  limit: 'DB3008',
} as const;

/** Each at its own part of the expression. */
export function reportProblems(
  problems: Extract<Checked, { problems: unknown }>['problems'],
  expression: Expression,
  reporter: Reporter,
): ExprType {
  for (const p of problems) {
    const at = placeOf(expression, p.start, p.end, reporter);
    reporter.report(codes[p.kind], at, { message: p.message, suggestion: asked(p.suggestion) });
  }
  return dyn;
}

/** Where a part of an expression stands in the file. */
export function placeOf({ node, offset, source }: Expression, start: number, end: number, reporter: Reporter): Range {
  // An empty expression still has a place: the braces round it.
  const [from, to] = source.trim() === '' ? [-3, source.length + 2] : [start, Math.max(end, start + 1)];
  return locate(
    reporter.source.text,
    node,
    Math.max(0, offset + from),
    Math.min(offset + to, String(node.value).length),
  );
}

/** The whole expression gives something else than is wanted where it stands. */
export function reportMisfit(type: ExprType, expression: Expression, reporter: Reporter): void {
  if (type.kind === 'dyn' || fits(type, expression.wants)) return;
  reporter.report('DB3004', wholeOf(expression, reporter), {
    message: `${expression.what}: this is ${describe(type)}, ${describeWanted(expression.wants)} is wanted`,
    suggestion: '',
  });
}

/** The place of an expression without the space round it. */
function wholeOf(expression: Expression, reporter: Reporter): Range {
  const trimmed = expression.source.trim();
  const start = expression.source.indexOf(trimmed);
  return placeOf(expression, start, start + trimmed.length, reporter);
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

/** Whether a field of this shape can take what an expression of this type gives. */
export function fitsShape(type: ExprType, shape: Shape): boolean {
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
      return shape.values.some(value => fitsWord(type, value));
    case 'checkpoint':
      return type.kind === 'string' || map;
    case 'list':
      return type.kind === 'list' && fitsShape(type.of, shape.of);
    case 'map':
    case 'object':
      return map;
    case 'either':
      return shape.options.some(o => fitsShape(type, o));
    case 'secret':
      return false;
    case 'any':
      return true;
  }
}

function fitsWord(type: ExprType, value: string | number | boolean): boolean {
  switch (typeof value) {
    case 'string':
      return type.kind === 'string' && type.values?.includes(value) !== false;
    case 'number':
      return type.kind === 'number';
    default:
      return type.kind === 'bool';
  }
}
