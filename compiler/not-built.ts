import { findAction } from '../actions/index.ts';
import { type Diagnostic, phrase } from './diagnostics.ts';
import type { Plan } from './plan.ts';
import type { Reporter } from './reporter.ts';
import type { View } from './view.ts';

const unbuilt = (plan: Plan): readonly Plan['steps'][number][] =>
  plan.steps.filter(s => findAction(s.uses)?.built !== true);

/** Steps whose actions have a contract but cannot run in this version, each at its `uses`. */
export function findNotBuilt(plan: Plan, view: View, reporter: Reporter): readonly Diagnostic[] {
  for (const { id, uses: action } of unbuilt(plan)) {
    const at = view.all.get(id)?.uses.at ?? view.runbook.root;
    reporter.report('DB5003', at, { id, action, mode: plan.mode });
  }
  return reporter.diagnostics();
}

/** The same for a Plan whose file is not at hand: the place is the start of the file. */
export function notBuilt(plan: Plan): readonly Diagnostic[] {
  const start = { line: 1, column: 1 };
  return unbuilt(plan).map(({ id, uses: action }) => ({
    code: 'DB5003' as const,
    ...phrase('DB5003', { id, action, mode: plan.mode }),
    file: plan.source.file,
    range: { start, end: start },
  }));
}
