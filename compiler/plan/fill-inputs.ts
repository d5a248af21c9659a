import type { Json } from '../../actions/json.ts';
import { fitInput } from '../check/call-inputs.ts';
import { type Filler, isLiteral } from './fill.ts';
import { readGiven } from '../inputs/given.ts';
import { isList, type Known, valuesOf } from './known.ts';
import type { Draft, InputDraft } from '../model.ts';
import type { PlanStep, Template } from '../plan.ts';
import { canonicalCheckpoint } from '../shape/draft-checkpoint.ts';
import { isLiteral as isLiteralDraft, rawOf } from '../shape/raw.ts';
import type { Reporter } from '../reporter.ts';
import type { Call } from '../check/view.ts';

/**
 * What a sub-runbook is given: literals in the form of their declarations, defaults filled in. What is known now, also
 * item by item, is checked now.
 */
export function fillInputs(
  { sub, inputs }: Call,
  forEach: PlanStep['forEach'],
  filler: Filler,
  known: Known,
  reporter: Reporter,
): Readonly<Record<string, Template>> {
  const filled: [string, Template][] = [];
  for (const input of sub.view.runbook.inputs.values()) {
    const draft = inputs.get(input.name);
    if (draft === undefined) {
      if (input.default !== undefined) filled.push([input.name, { lit: input.default }]);
      continue;
    }
    const template = fillOne(input, draft, filler);
    filled.push([input.name, template]);
    const items =
      forEach !== undefined && 'lit' in forEach.items && isList(forEach.items.lit) ? forEach.items.lit : undefined;
    for (const value of valuesOf(template, known, items) ?? []) {
      const fit = fitInput(input, value);
      if ('value' in fit) continue;
      reporter.report('DB6005', draft.at, { what: `with.inputs.${input.name}`, why: fit.why });
      break;
    }
  }
  return Object.fromEntries(filled);
}

/** Of a list, each item by itself: what is written out may stand beside what an expression gives. */
function fillOne(input: InputDraft, draft: Draft, filler: Filler): Template {
  if (isLiteralDraft(draft)) return { lit: converted(input, rawOf(draft) as Json) };
  if (draft.kind === 'list' && input.type === 'list') {
    const of: InputDraft = { ...input, type: input.values === undefined ? input.of : 'enum' };
    const items = draft.items.map(item => fillOne(of, item, filler));
    return items.every(isLiteral) ? { lit: items.map(item => item.lit) } : { list: items };
  }
  const template = filler.fill(
    input.type === 'checkpoint' && draft.kind === 'map' ? canonicalCheckpoint(draft.entries, draft.at) : draft,
  );
  if (!isLiteral(template)) return template;
  const fit = fitInput(input, template.lit);
  return 'value' in fit ? { lit: fit.value } : template;
}

/** As it stands in a file; that it fits was checked. */
function converted(input: InputDraft, value: Json): Json {
  const given = readGiven(input, value, 'file');
  return 'value' in given ? given.value : value;
}
