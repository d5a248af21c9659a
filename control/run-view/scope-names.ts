import { type KnownNames, type KnownStep, knownValue } from '../../compiler/known-condition.ts';
import type { Json, JsonMap } from '../../actions/json.ts';
import type { PlanScope, PlanStep } from '../../compiler/plan.ts';
import { outputsOfPeople } from '../journal-decisions.ts';
import type { WatchedRun } from './facts.ts';
import type { StepState } from './states.ts';

/** What the expressions of a scope can read, as far as it is known; `steps` grows while one goes through its steps. */
export type ScopeNames = KnownNames & { readonly steps: Record<string, KnownStep> };

export const ended: ReadonlySet<string> = new Set([
  'succeeded',
  'failed',
  'errored',
  'timed_out',
  'cancelled',
  'skipped',
]);

export const localOf = (id: string): string => id.slice(id.lastIndexOf('/') + 1);

/** Of the run itself, without what its steps gave. */
export function rootNames({ start }: WatchedRun): ScopeNames {
  const { inputs, vars, name, mode, site } = start.plan;
  const { id, trigger, requester, reason, url } = start.run;
  return { inputs, vars, run: { id, trigger, requester, reason, url, name, mode, site }, steps: {} };
}

/** Of a sub-runbook. @param caller what its calling step can read, its item too */
export function calledNames(called: PlanScope, caller: KnownNames): ScopeNames {
  const { name, mode, site, vars } = called;
  const inputs: Record<string, Json> = {};
  const unknownInputs = new Set<string>();
  for (const [key, template] of Object.entries(called.inputs)) {
    const value = knownValue(template, caller);
    if (value === undefined) unknownInputs.add(key);
    else inputs[key] = value;
  }
  return { inputs, unknownInputs, vars, run: { ...caller.run, name, mode, site }, steps: {} };
}

/** How the steps of a scope have ended, where the run tells. @param prefix of their keys */
export function addEnded(
  names: ScopeNames,
  { journal }: WatchedRun,
  states: ReadonlyMap<string, StepState>,
  steps: readonly PlanStep[],
  prefix: string,
): void {
  const told = new Map(journal.steps.map(({ key, outputs }) => [key, outputs as JsonMap]));
  for (const step of steps) {
    const local = localOf(step.id);
    const key = `${prefix}${local}`;
    const { status = '', since } = states.get(key) ?? {};
    if (!ended.has(status)) continue;
    const decided = since === undefined ? undefined : outputsOfPeople(step, key, since, journal.decisions);
    names.steps[local] = { status, outputs: decided ?? told.get(key) ?? {} };
  }
}
