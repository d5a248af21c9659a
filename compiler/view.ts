import { type Contract, type Mode } from '../actions/contract.ts';
import { findAction } from '../actions/index.ts';
import type { Json } from '../actions/json.ts';
import type { Limits, Located, OnFailure, Runbook, StepDraft } from './model.ts';

/** A runbook as one mode sees it: steps left out by `only` are gone, aliases resolved, the mode's settings on top. */
export interface View {
  readonly mode: Mode;
  readonly runbook: Runbook;
  readonly site?: Located<string>;
  readonly via?: Located<string>;
  readonly vars: ReadonlyMap<string, Located<Json>>;
  readonly objectives: { readonly rtoMs?: number; readonly rpoMs?: number };
  readonly limits: Limits;
  readonly onFailure: OnFailure;
  /** In the order preflight, main, finally. */
  readonly steps: readonly ModeStep[];
  /** Place in `steps` by id. */
  readonly places: ReadonlyMap<string, number>;
  /** Every step of the file by id, also those that this mode leaves out. */
  readonly all: ReadonlyMap<string, StepDraft>;
}

export interface ModeStep {
  readonly draft: StepDraft;
  readonly place: number;
  /** The action that runs in this mode. Absent: none does, which was reported. */
  readonly contract?: Contract;
  /** Places of this view; `above`: all before it. Needs and walls are in it, preflight goes without saying. */
  readonly after: 'above' | readonly number[];
  readonly needs: readonly number[];
  readonly onFailure: OnFailure;
}

export const isLive = (mode: Mode): boolean => mode === 'failover' || mode === 'move';

export function viewOf(runbook: Runbook, mode: Mode): View {
  const { settings } = runbook;
  const own = runbook.modes.get(mode)?.settings;
  const via = runbook.modes.get(mode)?.via;
  const site = own?.site ?? settings.site;
  const rto = own?.objectives.rto ?? settings.objectives.rto;
  const rpo = own?.objectives.rpo ?? settings.objectives.rpo;
  const onFailure = own?.onFailure ?? settings.onFailure ?? (mode === 'drill' ? 'abort' : 'ask');
  const all = new Map<string, StepDraft>();
  for (const step of runbook.steps) if (!all.has(step.id)) all.set(step.id, step);
  const { steps, places } = order(runbook, mode, onFailure);
  return {
    mode,
    runbook,
    vars: new Map([...settings.vars, ...(own?.vars ?? [])]),
    objectives: { ...(rto !== undefined && { rtoMs: rto.value }), ...(rpo !== undefined && { rpoMs: rpo.value }) },
    limits: { ...settings.limits, ...own?.limits },
    onFailure,
    steps,
    places,
    all,
    ...(site !== undefined && { site }),
    ...(via !== undefined && { via }),
  };
}

const runsIn = (step: StepDraft, mode: Mode): boolean =>
  step.only === undefined || step.only.some(m => m.value === mode);

function order(runbook: Runbook, mode: Mode, inherited: OnFailure): Pick<View, 'steps' | 'places'> {
  const steps: ModeStep[] = [];
  const places = new Map<string, number>();
  let wall: number | undefined;
  for (const draft of runbook.steps) {
    if (!runsIn(draft, mode)) continue;
    const place = steps.length;
    const contract = resolve(draft.contract, mode);
    // Of what `only` leaves out, nothing is to be waited for.
    const needs = (draft.needs ?? []).map(n => places.get(n.value)).filter(p => p !== undefined);
    const free = draft.needs !== undefined && contract?.wall !== true && draft.phase !== 'finally';
    const after = free ? [...new Set(wall === undefined ? needs : [...needs, wall])] : 'above';
    const onFailure = draft.onFailure?.value ?? inherited;
    steps.push({
      draft,
      place,
      after,
      needs,
      onFailure: contract?.name === 'approval' ? 'abort' : onFailure,
      ...(contract && { contract }),
    });
    if (draft.id !== '' && !places.has(draft.id)) places.set(draft.id, place);
    if (contract?.wall === true && draft.phase === 'main') wall = place;
  }
  return { steps, places };
}

/** The contract that an action has in a mode: an alias's own. Undefined where the mode cannot use it. */
export function resolve(contract: Contract | undefined, mode: Mode): Contract | undefined {
  if (contract?.byMode === undefined) return contract;
  const name = contract.byMode[mode];
  return name === undefined ? undefined : findAction(name);
}

/**
 * Whether a step has certainly ended (or was skipped) when another one begins. Goes back along `after`, only over places
 * from the first one on, each once.
 */
export function isBefore(view: View, first: number, then: number): boolean {
  if (first >= then) return false;
  const one = view.steps[first];
  const other = view.steps[then];
  if (one === undefined || other === undefined) return false;
  if (one.draft.phase !== other.draft.phase) return true;
  const seen = new Set<number>();
  const open = [then];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (place === first) return true;
    const { after } = view.steps[place] ?? { after: [] };
    if (after === 'above') return true;
    for (const p of after) {
      if (p < first || seen.has(p)) continue;
      seen.add(p);
      open.push(p);
    }
  }
  return false;
}
