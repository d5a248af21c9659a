import type { Json } from '../../actions/json.ts';
import { describe, type ExprType } from '../../expressions/types.ts';
import { draftType } from './draft-types.ts';
import { fitsShape } from './expression-problems.ts';
import { describeShape, type Shape } from '../shape/fields.ts';
import { fitValue } from '../inputs/fit.ts';
import { type Given, readGiven } from '../inputs/given.ts';
import { inputFieldShape } from '../inputs/input-field.ts';
import { type Draft, type Expression, type InputDraft, mustBeGiven } from '../model.ts';
import { isLiteral, rawOf } from '../shape/raw.ts';
import type { Reporter } from '../reporter.ts';
import type { Range } from '../yaml/source.ts';
import type { Call } from './view.ts';

/** What a step gives a sub-runbook: names that it has, all that it requires, values that fit. `at`: of the inputs. */
export function checkCallInputs({ sub, inputs, keys }: Call, at: Range, reporter: Reporter): void {
  const { view, source } = sub;
  const declared = view.runbook.inputs;
  const { file } = source;
  for (const [name, draft] of inputs) {
    const input = declared.get(name);
    if (input === undefined) {
      reporter.report('DB4027', keys?.get(name) ?? draft.at, {
        file,
        name,
        suggestion: reporter.didYouMean(name, declared.keys()),
      });
    } else if (isLiteral(draft)) {
      const given = readGiven(input, rawOf(draft), 'file');
      if ('why' in given) reporter.report('DB4029', draft.at, { file, name, why: given.why });
    }
  }
  const missing = [...declared.values()].filter(input => isMissing(input, sub, inputs)).map(input => `"${input.name}"`);
  if (missing.length > 0) reporter.report('DB4028', at, { file, mode: view.mode, names: missing.join(', ') });
}

function isMissing(input: InputDraft, { view }: Call['sub'], given: ReadonlyMap<string, Draft>): boolean {
  return !given.has(input.name) && mustBeGiven(input, view.mode);
}

/** The types of what expressions give, against the declarations. */
export function checkInputTypes(
  { sub, inputs }: Call,
  typeOf: (expression: Expression) => ExprType,
  reporter: Reporter,
): void {
  for (const [name, draft] of inputs) {
    const input = sub.view.runbook.inputs.get(name);
    if (input === undefined || isLiteral(draft)) continue;
    const shape = inputFieldShape(input);
    const wrong = misfit(draft, shape, typeOf);
    if (wrong !== undefined)
      reporter.report('DB4029', wrong.at, {
        file: sub.source.file,
        name,
        why: `${wrong.wanted} is wanted, this is ${wrong.found}`,
      });
  }
}

interface Misfit {
  readonly at: Range;
  readonly wanted: string;
  readonly found: string;
}

/** The first part of a value that cannot be what its declaration says. */
function misfit(draft: Draft, shape: Shape, typeOf: (expression: Expression) => ExprType): Misfit | undefined {
  if (draft.kind === 'list' && shape.kind === 'list') {
    for (const item of draft.items) {
      const wrong = misfit(item, shape.of, typeOf);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }
  // What is written out is read as in a file: durations are text there.
  if (draft.kind === 'lit') {
    const fit = fitValue(draft.value, shape);
    return 'why' in fit
      ? { at: draft.at, wanted: describeShape(shape), found: JSON.stringify(draft.value) }
      : undefined;
  }
  const type = draftType(draft, typeOf);
  return fitsShape(type, shape) ? undefined : { at: draft.at, wanted: describeShape(shape), found: describe(type) };
}

/** A value that an expression gave for an input: durations are ms already, a checkpoint may be a map. */
export function fitInput(input: InputDraft, value: Json): Given {
  if (input.type === 'list') {
    if (!isList(value)) return { why: 'a list is wanted' };
    const of: InputDraft = { ...input, type: input.values === undefined ? input.of : 'enum' };
    const items = value.map(item => fitInput(of, item));
    const wrong = items.findIndex(item => 'why' in item);
    const first = items[wrong];
    if (first !== undefined && 'why' in first) return { why: `item ${wrong + 1}: ${first.why}` };
    return { value: items.flatMap(item => ('value' in item ? [item.value] : [])) };
  }
  if (input.type === 'duration' && typeof value === 'number') return fitValue(value, inputFieldShape(input));
  if (input.type === 'checkpoint' && typeof value === 'object') return fitValue(value, inputFieldShape(input));
  return readGiven(input, value, 'file');
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
