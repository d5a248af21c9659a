import type { Json, JsonMap } from '../actions/json.ts';
import type { Template } from '../compiler/plan.ts';
import { evaluate, renderTemplate } from '../expressions/evaluate.ts';

export type Rendered<T = Json> =
  | { readonly ok: true; readonly value: T }
  /** A sentence with the place. */
  | { readonly ok: false; readonly error: string };

/** What the engine needs of expressions. Neither throws. */
export interface Evaluator {
  evaluate(source: string, scope: JsonMap): Rendered;
  render(template: Template, scope: JsonMap): Rendered;
}

/** CEL: docs/language.md, rule 7. */
export const evaluator: Evaluator = { evaluate, render: renderTemplate };
