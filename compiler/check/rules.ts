import type { Contract, Declared } from '../../actions/contract.ts';
import { declaredBy } from './declared.ts';
import { effectOf, isBeyond } from './effect.ts';
import { inputShape } from '../shape/fields.ts';
import { fitValue } from '../inputs/fit.ts';
import type { StepDraft } from '../model.ts';
import type { ConfigNames } from './names.ts';
import { isLiteral, rawOf } from '../shape/raw.ts';
import type { Json } from '../../actions/json.ts';
import type { Reporter } from '../reporter.ts';
import { checkConfigUse, namesUnknown } from './rules-config.ts';
import { checkLiveEnds } from './rules-live.ts';
import { checkPeople } from './rules-people.ts';
import type { ModeStep, View } from './view.ts';
import { longerThan } from './wait.ts';

/**
 * What an action may do where it stands: effects, phases, retry, people (docs/language.md, rules 1, 4, 5, 6, 15, 19).
 * `called`: as a sub-runbook, whose caller is not known.
 */
export function checkRules(view: View, names: ConfigNames | undefined, called: boolean, reporter: Reporter): void {
  const declared = declaredBy(names);
  for (const step of view.steps) {
    const { draft } = step;
    if (draft.contract === undefined) continue;
    if (checkMode(view, step, reporter) && step.contract !== undefined)
      checkEffect(view, step, step.contract, declared, names, reporter);
    checkRetry(draft, step.contract ?? draft.contract, declared, reporter);
    checkWait(draft, reporter);
    checkPhase(draft, step.contract ?? draft.contract, reporter);
    checkPeople(draft, draft.contract, reporter);
    checkAlias(view, step, reporter);
    if (names !== undefined) checkConfigUse(view, step, names, reporter);
  }
  checkLiveEnds(view, called, reporter);
  checkSite(view, reporter);
}

function checkMode({ mode }: View, { draft, contract }: ModeStep, reporter: Reporter): boolean {
  const written = draft.contract;
  if (written === undefined) return false;
  const legal = contract !== undefined && (contract.modes === undefined || contract.modes.includes(mode));
  // In a drill the effect is the clearer reason.
  if (!legal && !(mode === 'drill' && contract !== undefined))
    reporter.report('DB4002', draft.uses.at, { action: written.name, mode });
  return legal || mode === 'drill';
}

function checkEffect(
  { mode }: View,
  { draft }: ModeStep,
  contract: Contract,
  declared: Declared,
  names: ConfigNames | undefined,
  reporter: Reporter,
): void {
  // Nothing is known of the effect of what drillbook.yaml does not know, which is reported as such.
  if (names !== undefined && namesUnknown(draft.with, names)) return;
  // What could not be read was reported, and might be anything.
  if (draft.with === undefined && typeof contract.effect !== 'string') return;
  const effect = effectOf(contract, draft.with, declared);
  if (mode === 'drill' && isBeyond(effect, 'isolated'))
    reporter.report('DB4001', draft.uses.at, { action: contract.name, effect });
  if (draft.phase === 'preflight' && isBeyond(effect, 'read'))
    reporter.report('DB4007', draft.uses.at, { action: contract.name, effect });
}

/** An activity that changes nothing beyond a drill may be repeated; all else is done once, or people repeat it (rule 6). */
function checkRetry(draft: StepDraft, contract: Contract, declared: Declared, reporter: Reporter): void {
  const retry = draft.retry ?? draft.perItem?.retry;
  if (retry === undefined) return;
  const effect = effectOf(contract, draft.with, declared);
  const why = isBeyond(effect, 'isolated')
    ? `it is ${effect}, and only a person may repeat that`
    : contract.people === true
      ? 'people are asked, and their answer counts'
      : contract.performer === 'guard'
        ? 'what it leaves behind outlives the step, so it is done once'
        : contract.performer === 'engine'
          ? (notRepeated[contract.name] ?? 'it is done once')
          : undefined;
  if (why !== undefined) reporter.report('DB4003', retry.at, { action: contract.name, why });
}

const notRepeated: Readonly<Record<string, string>> = {
  assert: 'what it reads does not change; repeat the step that gives it',
  wait: 'it ends when its time has come',
  runbook: 'its steps say what of them is repeated',
};

/** It would always time out. */
function checkWait({ contract, timeoutMs, with: given }: StepDraft, reporter: Reporter): void {
  const span = contract?.name === 'wait' && given?.kind === 'map' ? given.entries.get('for') : undefined;
  if (timeoutMs === undefined || span?.kind !== 'lit' || typeof span.value !== 'number' || span.value <= timeoutMs)
    return;
  reporter.report('DB2011', span.at, { what: 'with.for', why: longerThan(timeoutMs) });
}

/** What opens in `finally` would never be closed, closing is over by then; people are asked in `steps` only. */
function checkPhase(draft: StepDraft, contract: Contract, reporter: Reporter): void {
  const outOfSteps = contract.wall === true || contract.people === true;
  const opens = contract.opens !== undefined || contract.closedBy !== undefined;
  if ((outOfSteps && draft.phase !== 'main') || (opens && draft.phase === 'finally'))
    reporter.report('DB4008', draft.uses.at, { action: contract.name, phase: draft.phase });
}

/** An alias takes what one of its actions takes; in a mode it is another one, which may take less. */
function checkAlias({ mode }: View, { draft, contract }: ModeStep, reporter: Reporter): void {
  if (contract === undefined || contract === draft.contract || draft.with?.kind !== 'map') return;
  for (const [name, key] of inputShape(contract).keys) {
    const value = draft.with.entries.get(name);
    if (value === undefined || !isLiteral(value)) continue;
    const fit = fitValue(rawOf(value) as Json, key.shape);
    if ('why' in fit) reporter.report('DB2011', value.at, { what: `with.${name} in mode ${mode}`, why: fit.why });
  }
}

function checkSite(view: View, reporter: Reporter): void {
  const needs = view.steps.some(
    ({ draft }) => draft.contract?.name.startsWith('zerto/') === true && draft.site === undefined,
  );
  if (view.site === undefined && needs)
    reporter.report('DB2020', view.runbook.modes.get(view.mode)?.at ?? view.runbook.root, { mode: view.mode });
}
