import { references } from '../../expressions/references.ts';
import type { Draft, Expression } from '../model.ts';
import { expressionsIn } from './draft-types.ts';
import type { ModeStep, View } from './view.ts';

/** One name that a value of a step reads, and where it stands in its expression. */
export interface Read {
  readonly expression: Expression;
  /** For messages: `with.vpg`, or `for-each` where the value reads `each`. */
  readonly what: string;
  readonly path: readonly string[];
  readonly start: number;
  readonly end: number;
}

/** What a value of a step reads; in place of `each`, what the list of its for-each reads. */
export function* readsOf(step: ModeStep, draft: Draft | undefined, what: string): Generator<Read> {
  for (const expression of expressionsIn(draft))
    for (const reference of references(expression.source)) {
      if (reference.path[0] !== 'each') yield { expression, what, ...reference };
      else if (what !== 'for-each') yield* readsOf(step, step.draft.forEach?.items, 'for-each');
    }
}

/** The inputs that a read of `inputs` may mean: all of them, where one is looked up by an expression. */
export function inputsRead({ runbook }: Pick<View, 'runbook'>, { path: [, name] }: Read): Iterable<string> {
  return name === undefined ? runbook.inputs.keys() : [name];
}
