import { type Contract, type Effect, type Mode } from '../../actions/contract.ts';
import { findAction } from '../../actions/index.ts';
import type { Json } from '../../actions/json.ts';
import type { ExprType } from '../../expressions/types.ts';
import { Before } from './before.ts';
import type { Draft, Limits, Located, OnFailure, Resolved, Runbook, StepDraft } from '../model.ts';
import type { Range, Source } from '../yaml/source.ts';

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
  /** What a step calls in a mode in which it is not left out; reports nothing. */
  readonly callIn: CallFinder;
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
  /** Of a step that calls a sub-runbook; absent: it could not be had, which was reported. */
  readonly call?: Call;
  /** Nothing below starts before it ended: its action is a wall, or a sub-runbook that has one in it (rule 1). */
  readonly wall?: true;
  /** It waits (perhaps through others) for a step that is not there, which was reported. */
  readonly unsure?: true;
}

/** A sub-runbook as a step calls it. */
export interface Call {
  readonly sub: CheckedMode;
  /** What the step gives; not yet checked. */
  readonly inputs: ReadonlyMap<string, Draft>;
  /** Where their names stand. */
  readonly keys?: ReadonlyMap<string, Range>;
  /** Of the value of `file`. */
  readonly at: Range;
}

export type CallFinder = (draft: StepDraft, mode: Mode) => Call | undefined;

/** One mode of a file, checked: what a Plan, or a scope of one, is made of. */
export interface CheckedMode {
  readonly source: Source;
  readonly sha256: string;
  readonly view: View;
  readonly resolved: Resolved;
  readonly outputs: ReadonlyMap<string, ExprType>;
  readonly vpgs: VpgUse;
  /** Inputs that decide what may happen: they are known before the run starts. */
  readonly decides: ReadonlySet<string>;
  readonly summary: Summary;
}

/** Where the VPG names of a mode come from, as far as they are not in the file. */
export interface VpgUse {
  /** Inputs that name VPGs; true: such as must be locked. */
  readonly inputs: ReadonlyMap<string, boolean>;
  /** Places of steps whose outputs name VPGs that must be locked. */
  readonly found: ReadonlySet<number>;
}

/** A mode with all sub-runbooks in it. */
export interface Summary {
  /** How many levels of sub-runbooks are below it. */
  readonly depth: number;
  readonly steps: number;
  /** The furthest of its steps. */
  readonly effect: Effect;
  /** The first step that asks people, and the first that opens something. */
  readonly asks?: string;
  readonly opens?: string;
  /** The first wall, and the first approval. */
  readonly wall?: string;
  readonly approval?: string;
}

const noCalls: CallFinder = () => undefined;

/** `callOf` reports why a step cannot call what it names, `callIn` does not. */
export function viewOf(runbook: Runbook, mode: Mode, callOf: CallFinder = noCalls, callIn: CallFinder = noCalls): View {
  const { settings } = runbook;
  const own = runbook.modes.get(mode)?.settings;
  const via = runbook.modes.get(mode)?.via;
  const site = own?.site ?? settings.site;
  const rto = own?.objectives.rto ?? settings.objectives.rto;
  const rpo = own?.objectives.rpo ?? settings.objectives.rpo;
  const onFailure = own?.onFailure ?? settings.onFailure ?? usual(mode);
  const all = new Map<string, StepDraft>();
  for (const step of runbook.steps) if (!all.has(step.id)) all.set(step.id, step);
  const { steps, places } = order(runbook, mode, onFailure, callOf);
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
    callIn,
    ...(site !== undefined && { site }),
    ...(via !== undefined && { via }),
  };
}

const usual = (mode: Mode): OnFailure => (mode === 'drill' ? 'abort' : 'ask');

/** Of a step whose items decide for themselves, or that people decide in: as a whole it is never forgiven beforehand. */
const strict = (inherited: OnFailure, mode: Mode): OnFailure => (inherited === 'continue' ? usual(mode) : inherited);

const runsIn = (step: StepDraft, mode: Mode): boolean =>
  step.only === undefined || step.only.some(m => m.value === mode);

function order(runbook: Runbook, mode: Mode, inherited: OnFailure, callOf: CallFinder): Pick<View, 'steps' | 'places'> {
  const steps: ModeStep[] = [];
  const places = new Map<string, number>();
  /** Steps above, also those that this mode leaves out. */
  const above = new Set<string>();
  let wall: number | undefined;
  for (const draft of runbook.steps) {
    const runs = runsIn(draft, mode);
    if (runs) {
      const place = steps.length;
      const contract = resolve(draft.contract, mode);
      // Of what `only` leaves out, nothing is to be waited for.
      const needs = (draft.needs ?? []).map(n => places.get(n.value)).filter(p => p !== undefined);
      const call = callOf(draft, mode);
      const isWall = contract?.wall === true || call?.sub.summary.wall !== undefined;
      const free = draft.needs !== undefined && !isWall && draft.phase !== 'finally';
      const after = free ? [...new Set(wall === undefined ? needs : [...needs, wall])] : 'above';
      const unsure =
        after !== 'above' &&
        ((draft.needs ?? []).some(n => !above.has(n.value)) || after.some(p => steps[p]?.unsure === true));
      const asked = draft.perItem?.onFailure !== undefined || call?.sub.summary.approval !== undefined;
      const onFailure = asked ? strict(inherited, mode) : inherited;
      steps.push({
        draft,
        place,
        after,
        needs,
        onFailure: contract?.name === 'approval' ? 'abort' : (draft.onFailure?.value ?? onFailure),
        ...(contract && { contract }),
        ...(call !== undefined && { call }),
        ...(isWall && { wall: true as const }),
        ...(unsure && { unsure }),
      });
      if (draft.id !== '' && !places.has(draft.id)) places.set(draft.id, place);
      if (isWall && draft.phase === 'main') wall = place;
    }
    above.add(draft.id);
  }
  return { steps, places };
}

/** The contract that an action has in a mode: an alias's own. Undefined where the mode cannot use it. */
export function resolve(contract: Contract | undefined, mode: Mode): Contract | undefined {
  if (contract?.byMode === undefined) return contract;
  const name = contract.byMode[mode];
  return name === undefined ? undefined : findAction(name);
}

const orders = new WeakMap<View, Before>();

/** Whether a step has certainly ended (or was skipped) when another one begins. */
export function isBefore(view: View, first: number, then: number): boolean {
  const [one, other] = [view.steps[first], view.steps[then]];
  if (first >= then || one === undefined || other === undefined) return false;
  if (one.draft.phase !== other.draft.phase) return true;
  const known = orders.get(view) ?? new Before(view.steps);
  orders.set(view, known);
  return known.isBefore(first, then);
}
