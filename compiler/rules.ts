import { type Contract, effects, type Effect } from '../actions/contract.ts';
import { impliesEquality } from '../expressions/implies.ts';
import { inputShape } from './fields.ts';
import type { ConfigNames } from './names.ts';
import type { Draft, StepDraft } from './model.ts';
import type { Reporter } from './reporter.ts';
import type { ModeStep, View } from './view.ts';

/** What an action may do where it stands: effects, phases, retry, approvals (docs/language.md, rules 1, 4, 5, 6, 15, 19). */
export function checkRules(view: View, names: ConfigNames | undefined, reporter: Reporter): void {
  for (const step of view.steps) {
    const { draft } = step;
    if (draft.contract === undefined) continue;
    if (checkMode(view, step, reporter) && step.contract !== undefined)
      checkEffect(view, step, step.contract, reporter);
    checkRetry(draft, step.contract ?? draft.contract, reporter);
    checkPhase(draft, draft.contract, reporter);
    checkApproval(draft, draft.contract, reporter);
    checkRollBack(view, draft, draft.contract, reporter);
    checkVia(view, step, names, reporter);
  }
  checkSite(view, reporter);
}

/** The effect of a step as it is written. */
export function effectOf(contract: Contract, draft: Draft | undefined): Effect {
  if (typeof contract.effect === 'string') return contract.effect;
  const given =
    draft?.kind === 'map' ? [...draft.entries].map(([key, d]) => [key, d.kind === 'lit' ? d.value : null]) : [];
  return contract.effect(Object.fromEntries(given) as Readonly<Record<string, unknown>>);
}

const beyond = (effect: Effect, limit: Effect): boolean => effects.indexOf(effect) > effects.indexOf(limit);

function checkMode({ mode }: View, { draft, contract }: ModeStep, reporter: Reporter): boolean {
  const written = draft.contract;
  if (written === undefined) return false;
  const alias = written.byMode?.[mode];
  if (contract === undefined && alias !== undefined) {
    reporter.report('DB5002', draft.uses.at, { action: `${written.name} in mode ${mode} (${alias})` });
    return false;
  }
  const legal = contract !== undefined && (contract.modes === undefined || contract.modes.includes(mode));
  // In a drill the effect is the clearer reason.
  if (!legal && !(mode === 'drill' && contract !== undefined))
    reporter.report('DB4002', draft.uses.at, { action: written.name, mode });
  return legal || mode === 'drill';
}

function checkEffect({ mode }: View, { draft }: ModeStep, contract: Contract, reporter: Reporter): void {
  const effect = effectOf(contract, draft.with);
  if (mode === 'drill' && beyond(effect, 'isolated'))
    reporter.report('DB4001', draft.uses.at, { action: contract.name, effect });
  if (draft.phase === 'preflight' && beyond(effect, 'read'))
    reporter.report('DB4007', draft.uses.at, { action: contract.name, effect });
}

function checkRetry(draft: StepDraft, contract: Contract, reporter: Reporter): void {
  if (draft.retry === undefined || contract.until === true) return;
  const effect = effectOf(contract, draft.with);
  const why = beyond(effect, 'isolated')
    ? `it is ${effect}, and only a person may repeat that`
    : 'it does not try until something holds';
  reporter.report('DB4003', draft.retry.at, { action: contract.name, why });
}

function checkPhase(draft: StepDraft, contract: Contract, reporter: Reporter): void {
  if (contract.wall === true && draft.phase !== 'main')
    reporter.report('DB4008', draft.uses.at, { action: contract.name, phase: draft.phase });
  // What opens in `finally` would never be closed: closing is over by then.
  else if (draft.phase === 'finally' && contract.closedBy !== undefined)
    reporter.report('DB4008', draft.uses.at, { action: contract.name, phase: draft.phase });
}

function checkApproval(draft: StepDraft, contract: Contract, reporter: Reporter): void {
  if (contract.name !== 'approval') return;
  const refuse = (what: string, at: { start: number; end: number } | undefined, why: string): void => {
    if (at !== undefined) reporter.report('DB4006', at, { what, action: 'approval', why });
  };
  refuse('`if`', draft.if?.node, 'nobody can skip it');
  refuse('`for-each`', draft.forEach?.at, 'people are asked once');
  if (draft.onFailure?.value === 'continue')
    refuse('`on-failure: continue`', draft.onFailure.at, 'nothing may go on without it');
}

function checkRollBack(view: View, draft: StepDraft, contract: Contract, reporter: Reporter): void {
  if (contract.name !== 'zerto/roll-back') return;
  const isChoice = ([root, id = '', outputs, name, ...more]: readonly string[]): boolean =>
    root === 'steps' && outputs === 'outputs' && name === 'choice' && more.length === 0 && isApproval(id);
  const isApproval = (id: string): boolean => view.all.get(id)?.contract?.name === 'approval';
  if (draft.if === undefined || !impliesEquality(draft.if.source, isChoice))
    reporter.report('DB4005', draft.uses.at, {});
}

function checkVia(view: View, { draft, contract }: ModeStep, names: ConfigNames | undefined, reporter: Reporter): void {
  if (view.mode !== 'drill' || contract === undefined || names === undefined || view.site === undefined) return;
  if (!names.overlapping.includes(view.site.value) || !inputShape(contract).keys.has('via')) return;
  const own = draft.with?.kind === 'map' && draft.with.entries.has('via');
  if (!own && view.via === undefined) reporter.report('DB4009', draft.uses.at, { site: view.site.value });
}

function checkSite(view: View, reporter: Reporter): void {
  const needs = view.steps.some(s => s.draft.contract?.name.startsWith('zerto/') === true);
  if (view.site === undefined && needs)
    reporter.report('DB2020', view.runbook.modes.get(view.mode)?.at ?? view.runbook.root, { mode: view.mode });
}
