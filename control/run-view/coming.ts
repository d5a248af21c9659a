import { type KnownNames, knownCondition } from '../../compiler/known-condition.ts';
import type { Json, JsonMap } from '../../actions/json.ts';
import type { Phase, Plan, PlanStep } from '../../compiler/plan.ts';
import { outputsOfPeople } from '../journal-decisions.ts';
import type { WatchedRun } from './facts.ts';
import { ended, localOf } from './scope-names.ts';
import type { StepState } from './states.ts';

/** A step, or an item of one, that may start next. */
export interface Coming {
  readonly key: string;
  readonly step: PlanStep;
}

/** What is supposed of a step that waits for a person: that he has said so. */
export interface Supposed {
  readonly key: string;
  readonly outputs: JsonMap;
}

interface Look {
  readonly facts: WatchedRun;
  readonly byKey: ReadonlyMap<string, StepState>;
  /** Keys that a person must let on. */
  readonly asked: ReadonlySet<string>;
  readonly supposed: Supposed | undefined;
}

const phases: readonly Phase[] = ['sign-in', 'preflight', 'main', 'closing', 'finally'];
const rankOf = (phase: Phase): number => phases.indexOf(phase);
const closing = rankOf('closing');
const troubles = new Set(['failed', 'errored', 'timed_out']);

/**
 * What starts as soon as what runs now has ended, in the order of the Plan: without what has begun, what an `if` is known to
 * leave out, what needs a step that failed, and what a run that stops does not come to. `asked`: keys that wait for
 * people; nothing behind them comes, but behind the one of which is supposed how it ends.
 */
export function comingOf(
  facts: WatchedRun,
  states: readonly StepState[],
  asked: readonly string[] = [],
  supposed?: Supposed,
): readonly Coming[] {
  const byKey = new Map(states.map(state => [state.key, state]));
  const look = { facts, byKey, asked: new Set(asked.filter(key => key !== supposed?.key)), supposed };
  return ofScope(look, undefined, '', floorOf(facts));
}

/** The phase that the run itself has come to at least. */
function floorOf({ clock }: WatchedRun): number {
  switch (clock?.stage) {
    case 'draining':
    case 'closing':
      return closing;
    case 'finally':
      return rankOf('finally');
    case 'ended':
      return phases.length;
    default:
      return 0;
  }
}

const placesByPlan = new WeakMap<Plan, ReadonlyMap<number | undefined, readonly number[]>>();

/** Of the steps of a scope, in the Plan's order. */
export function placesOf(plan: Plan, scope: number | undefined): readonly number[] {
  const known = placesByPlan.get(plan);
  if (known !== undefined) return known.get(scope) ?? [];
  const byScope = new Map<number | undefined, number[]>();
  for (const [place, step] of plan.steps.entries()) {
    const places = byScope.get(step.scope) ?? [];
    places.push(place);
    byScope.set(step.scope, places);
  }
  placesByPlan.set(plan, byScope);
  return byScope.get(scope) ?? [];
}

/** @param prefix of the keys: the calling step's, with a slash */
function ofScope(look: Look, scope: number | undefined, prefix: string, floor: number): readonly Coming[] {
  const { plan } = look.facts.start;
  const steps = placesOf(plan, scope).flatMap(place => {
    const step = plan.steps[place];
    const key = step === undefined ? '' : `${prefix}${localOf(step.id)}`;
    return step === undefined || step.phase === 'sign-in' ? [] : [{ place, step, key, status: statusOf(look, key) }];
  });
  const reached = Math.max(floor, ...steps.map(reachedBy));
  const found: Coming[] = [];
  const names = namesIn(look, scope, steps);
  // Places of steps that are still to come, or have something inside that is; and whether there is any, here and in the phases before.
  const waiting = new Set<number>();
  const never = new Set<number>();
  const cancelled = new Set<number>();
  const passed = passedBy(steps);
  let [any, before, phase] = [false, false, -1];
  for (const { place, step, key, status } of steps) {
    if (rankOf(step.phase) !== phase) [before, phase] = [any, rankOf(step.phase)];
    if (status !== undefined) {
      const inside = ended.has(status) ? [] : insideOf(look, step, key, phase < reached ? closing : 0);
      found.push(...inside);
      if (inside.length > 0 || look.asked.has(key)) waiting.add(place);
    } else if (passed.has(place)) {
      // It has ended, and how is not known here.
    } else if (phase < reached || step.needs.some(p => cancelled.has(p) || isUnmet(look, p, prefix))) {
      never.add(place);
      cancelled.add(place);
      names.steps[localOf(step.id)] = { status: 'cancelled', outputs: {} };
    } else if (isLeftOut(look, step, prefix, never, names)) {
      never.add(place);
      names.steps[localOf(step.id)] = { status: 'skipped', outputs: {} };
    } else {
      const isBlocked =
        before || (step.after === 'above' || step.phase === 'finally' ? any : step.after.some(p => waiting.has(p)));
      if (!isBlocked) found.push({ key, step });
      waiting.add(place);
    }
    any ||= waiting.has(place);
  }
  return found;
}

/**
 * Places of steps for which one that has begun has waited: they have ended, though nothing may tell it any more: a run keeps its last lines,
 * and what no activity performs leaves no other trace.
 */
function passedBy(steps: readonly InScope[]): ReadonlySet<number> {
  const passed = new Set<number>();
  let all = false;
  for (const { place, step, status } of steps.toReversed()) {
    if (all) passed.add(place);
    if (!all && status === undefined && !passed.has(place)) continue;
    if (step.after === 'above' || step.phase === 'finally') all = true;
    else for (const above of step.after) passed.add(above);
  }
  return passed;
}

/** Undefined: it has not begun. */
function statusOf({ byKey, supposed }: Look, key: string): string | undefined {
  if (supposed?.key === key) return 'succeeded';
  const status = byKey.get(key)?.status;
  return status === undefined || status === 'pending' ? undefined : status;
}

/** Once a phase has begun, or a required step has failed for good, nothing of those before it starts. */
function reachedBy({ step, status }: { readonly step: PlanStep; readonly status: string | undefined }): number {
  if (status === undefined) return 0;
  const rank = rankOf(step.phase);
  return troubles.has(status) && step.onFailure === 'abort' && rank < closing ? closing : rank;
}

/** Of a step that runs: what comes in its sub-runbook, and which of its items are left. */
function insideOf(look: Look, step: PlanStep, key: string, floor: number): readonly Coming[] {
  const { calls, forEach } = step;
  if (forEach === undefined) return calls === undefined ? [] : ofScope(look, calls, `${key}/`, floor);
  const running = [...look.byKey.values()].filter(({ key: item }) => item.startsWith(`${key}[`) && item.endsWith(']'));
  const begun = running.filter(({ status }) => status !== 'pending' && !ended.has(status));
  const inside = calls === undefined ? [] : begun.flatMap(item => ofScope(look, calls, `${item.key}/`, floor));
  if (floor >= closing || !('lit' in forEach.items) || !Array.isArray(forEach.items.lit)) return inside;
  const names = forEach.items.lit.filter(item => typeof item === 'string').map(item => `${key}[${item}]`);
  // They start in order.
  const last = names.findLastIndex(item => statusOf(look, item) !== undefined);
  const next = names[last + 1];
  return next === undefined ? inside : [...inside, { key: next, step }];
}

type Names = KnownNames & {
  readonly steps: Record<string, { readonly status: string; readonly outputs: Readonly<Record<string, Json>> }>;
};

/** Whether it is certain that it does not start, whatever what runs now comes to. */
function isLeftOut(look: Look, step: PlanStep, prefix: string, never: ReadonlySet<number>, names: Names): boolean {
  if (step.closes !== undefined) return !mayBeOpen(look, step.closes, prefix, never);
  if (step.phase === 'finally' && look.facts.journal.decisions.some(said => said.counted && said.word === 'cancel now'))
    return true;
  return step.if !== undefined && step.forEach === undefined && knownCondition(step.if, names) === false;
}

/** A person may have gone on without what he was asked about: that counts as met. */
function isUnmet({ byKey, facts }: Look, place: number, prefix: string): boolean {
  const step = facts.start.plan.steps[place];
  if (step === undefined || step.onFailure === 'ask') return false;
  const status = byKey.get(`${prefix}${localOf(step.id)}`)?.status ?? '';
  return troubles.has(status) || status === 'cancelled';
}

/** Something of the opening is open, or being opened, or may still be. */
function mayBeOpen({ facts, byKey }: Look, place: number, prefix: string, never: ReadonlySet<number>): boolean {
  const opening = facts.start.plan.steps[place];
  if (opening === undefined) return false;
  const key = `${prefix}${localOf(opening.id)}`;
  const isOf = (other: string): boolean => other === key || other.startsWith(`${key}[`);
  const status = byKey.get(key)?.status ?? 'pending';
  if (!ended.has(status) && status !== 'pending') return true;
  if (status === 'pending' && !never.has(place) && ![...byKey.keys()].some(isOf)) return true;
  if (facts.openings.some(each => isOf(each.key))) return true;
  return facts.journal.openings.some(({ step, state }) => isOf(step) && (state === 'open' || state === 'stuck'));
}

interface InScope {
  readonly place: number;
  readonly step: PlanStep;
  readonly key: string;
  readonly status: string | undefined;
}

/** What expressions of a scope can read so far. Of a sub-runbook the inputs are not known here. */
function namesIn({ facts, byKey, supposed }: Look, scope: number | undefined, steps: readonly InScope[]): Names {
  const { plan, run } = facts.start;
  const own = scope === undefined ? plan : plan.scopes?.[scope];
  const { id, trigger, requester, reason, url } = run;
  const told = new Map(facts.journal.steps.map(step => [step.key, step.outputs]));
  const done = steps.flatMap(({ step, key, status }): [string, Names['steps'][string]][] => {
    if (status === undefined || !ended.has(status)) return [];
    const since = byKey.get(key)?.since;
    const decided = since === undefined ? undefined : outputsOfPeople(step, key, since, facts.journal.decisions);
    const outputs =
      supposed?.key === key ? supposed.outputs : (decided ?? (told.get(key) as JsonMap | undefined) ?? {});
    return [[localOf(step.id), { status, outputs }]];
  });
  return {
    ...(scope === undefined ? { inputs: plan.inputs } : {}),
    vars: own?.vars ?? {},
    run: { id, trigger, requester, reason, url, name: own?.name ?? '', mode: own?.mode ?? '', site: own?.site ?? '' },
    steps: Object.fromEntries(done),
  };
}
