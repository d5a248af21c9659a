import { type KnownNames, type KnownStep, knownCondition, knownValue } from '../../compiler/known-condition.ts';
import type { Json } from '../../actions/json.ts';
import type { PlanScope, PlanStep } from '../../compiler/plan.ts';
import { placesOf } from './coming.ts';
import type { WatchedRun } from './facts.ts';
import { type Reached, wayTo } from './place-of.ts';
import { addEnded, calledNames, ended, localOf, rootNames, type ScopeNames } from './scope-names.ts';
import { type Ahead, itemsOf, labelsOf, settled, withItem } from './settled.ts';
import { type StepState, statesOf } from './states.ts';

interface Look {
  readonly facts: WatchedRun;
  readonly states: ReadonlyMap<string, StepState>;
  /** How many steps may still be looked at for each item of a for-each by itself. */
  budget: number;
}

interface Walk {
  readonly scope: number | undefined;
  readonly names: ScopeNames;
  /** Only what waits for the step at this place; absent: the whole scope. */
  readonly from?: number;
  /** The keys of a scope that has begun start with this: what has ended there does not start; absent: it is about to begin. */
  readonly begun?: string;
}

interface Found {
  readonly ahead: readonly Ahead[];
  /** An approval keeps the scope from its end: yes, perhaps, no. */
  readonly stops: 'yes' | 'perhaps' | 'no';
}

const lookAt = (facts: WatchedRun): Look => ({
  facts,
  states: new Map(statesOf(facts).map(state => [state.key, state])),
  budget: 5_000,
});

/**
 * What may start because a step ends like this, up to the next approvals: below it, in the sub-runbooks that are called
 * there, and where its own is over below the step that has called that. Undefined: the Plan has no such step.
 */
export function aheadOf(facts: WatchedRun, key: string, ending: KnownStep): readonly Ahead[] | undefined {
  const { plan } = facts.start;
  const look = lookAt(facts);
  const way = wayTo(plan, key);
  if (way.length === 0) return undefined;
  const names = namesAlong(look, way);
  const found: Ahead[] = [];
  let end = ending;
  for (let depth = way.length - 1; depth >= 0; depth--) {
    const reached = way[depth];
    const own = names[depth];
    if (reached === undefined || own === undefined) break;
    const { step, place, item } = reached;
    if (step.forEach !== undefined) {
      if (item !== undefined || depth === way.length - 1) found.push(...itemsLeft(look, reached, own));
      end = { outputs: {} };
    }
    own.steps[localOf(step.id)] = end;
    const { ahead, stops } = walk(look, { scope: step.scope, names: own, from: place });
    found.push(...ahead);
    if (stops === 'yes') break;
    end = { outputs: step.scope === undefined ? {} : outputsOf(plan.scopes?.[step.scope], own) };
  }
  return found;
}

/** The step itself, once more: of a for-each those items that ask; and what it calls. */
export function itselfAhead(facts: WatchedRun, key: string): readonly Ahead[] | undefined {
  const look = lookAt(facts);
  const way = wayTo(facts.start.plan, key);
  const last = way.at(-1);
  const names = namesAlong(look, way).at(-1);
  if (last === undefined || names === undefined) return undefined;
  const { step, item } = last;
  if (step.forEach === undefined) return once(look, step, names, true).ahead;
  const asking = [...look.states.values()].filter(
    state => state.status === 'asking' && state.key.startsWith(`${last.key}[`),
  );
  const items = item === undefined ? asking.map(state => state.key.slice(last.key.length + 1, -1)) : [item];
  return items.length === 0 ? once(look, step, names, true).ahead : ofItems(look, step, names, items);
}

/** All that has not begun in the whole run, up to the approvals that are not given. */
export function restOf(facts: WatchedRun): readonly Ahead[] {
  const look = lookAt(facts);
  const names = rootNames(facts);
  const steps = facts.start.plan.steps.filter(({ scope }) => scope === undefined);
  addEnded(names, facts, look.states, steps, '');
  return walk(look, { scope: undefined, names, begun: '' }).ahead;
}

/** Of each scope on the way, from outside in. */
function namesAlong(look: Look, way: readonly Reached[]): readonly ScopeNames[] {
  const { facts, states } = look;
  const { plan } = facts.start;
  const all: ScopeNames[] = [];
  let names = rootNames(facts);
  for (const { step, key, item } of way) {
    const prefix = key.slice(0, key.length - localOf(step.id).length);
    addEnded(
      names,
      facts,
      states,
      plan.steps.filter(({ scope }) => scope === step.scope),
      prefix,
    );
    all.push(names);
    const called = step.calls === undefined ? undefined : plan.scopes?.[step.calls];
    if (called !== undefined) names = calledNames(called, item === undefined ? names : withItem(step, names, item));
  }
  return all;
}

/** What steps of a scope gave, in its caller's words. */
function outputsOf(scope: PlanScope | undefined, names: KnownNames): Readonly<Record<string, Json>> {
  const outputs: Record<string, Json> = {};
  for (const [key, template] of Object.entries(scope?.outputs ?? {})) {
    const value = knownValue(template, names);
    if (value !== undefined) outputs[key] = value;
  }
  return outputs;
}

/** Steps of a scope in their order; each is taken, left out, or waits for an approval that is still to come. */
function walk(look: Look, { scope, names, from, begun }: Walk): Found {
  const { plan } = look.facts.start;
  const [ahead, blocked, cancelled] = [[] as Ahead[], new Set<number>(), new Set<number>()];
  const waiting = new Set(from === undefined ? [] : [from]);
  let doubt = false;
  for (const place of placesOf(plan, scope)) {
    const step = plan.steps[place];
    if (step === undefined || step.phase === 'sign-in' || step.phase === 'closing') continue;
    if (from !== undefined && place <= from) continue;
    // What a scope does at its end in any case, no choice leads to; what is lost there is told all the same.
    const last = step.phase === 'finally';
    if (last && from !== undefined && step.effect !== 'irreversible') continue;
    const isAny = (places: ReadonlySet<number>): boolean =>
      step.after === 'above' || last ? places.size > 0 : step.after.some(above => places.has(above));
    if (from !== undefined && !isAny(waiting)) continue;
    waiting.add(place);
    look.budget--;
    const local = localOf(step.id);
    const status = begun === undefined ? '' : (look.states.get(`${begun}${local}`)?.status ?? '');
    if (isAny(blocked)) blocked.add(place);
    else if (begun !== undefined && isOver(step, status)) continue;
    else if (step.needs.some(needed => cancelled.has(needed) || (needed === from && isUnmet(look, needed, names)))) {
      cancelled.add(place);
      names.steps[local] = { status: 'cancelled', outputs: {} };
    } else {
      const isSo = step.if === undefined ? true : knownCondition(step.if, names);
      if (isSo === false) {
        names.steps[local] = { status: 'skipped', outputs: {} };
        continue;
      }
      // What failed before may have been overcome since.
      const isMet = begun !== undefined || !step.needs.some(needed => isUnmet(look, needed, names));
      const sure = isSo === true && !doubt && isMet;
      const isRunning = begun !== undefined && status !== '' && status !== 'pending';
      const inside = isRunning ? goesOn(look, step, names, `${begun}${local}`) : once(look, step, names, sure);
      ahead.push(...inside.ahead.map(each => (sure ? each : { ...each, sure })));
      if (inside.stops === 'yes' && sure) blocked.add(place);
      else if (inside.stops !== 'no') doubt = true;
    }
  }
  return { ahead, stops: blocked.size > 0 ? 'yes' : doubt ? 'perhaps' : 'no' };
}

/** A refused approval is asked anew: it is not over. */
const isOver = ({ uses }: PlanStep, status: string): boolean =>
  uses === 'approval' ? status === 'succeeded' || status === 'skipped' : ended.has(status);

/** What failed for good keeps those that need it from their start. */
function isUnmet({ facts }: Look, place: number, { steps }: KnownNames): boolean {
  const step = facts.start.plan.steps[place];
  const status = step === undefined ? undefined : steps[localOf(step.id)]?.status;
  return status !== undefined && status !== 'succeeded' && status !== 'skipped' && step?.onFailure !== 'ask';
}

/** A step that begins: itself, or what it calls. */
function once(look: Look, step: PlanStep, names: ScopeNames, sure: boolean): Found {
  const { calls, uses } = step;
  if (uses === 'approval') return { ahead: [], stops: 'yes' };
  const list = itemsOf(step, names);
  const size = calls === undefined ? 1 : placesOf(look.facts.start.plan, calls).length;
  if (list !== undefined && look.budget > list.length * size)
    return calls === undefined
      ? { ahead: [settled(step, names, list, sure)], stops: 'no' }
      : { ahead: list.flatMap(value => called(look, calls, { ...names, each: { value } }).ahead), stops: 'no' };
  return calls === undefined
    ? { ahead: [settled(step, names, undefined, sure)], stops: 'no' }
    : called(look, calls, names);
}

function called(look: Look, calls: number, names: KnownNames): Found {
  const scope = look.facts.start.plan.scopes?.[calls];
  return scope === undefined
    ? { ahead: [], stops: 'no' }
    : walk(look, { scope: calls, names: calledNames(scope, names) });
}

/** A step that has begun already: what is still to come of it. */
function goesOn(look: Look, step: PlanStep, names: ScopeNames, key: string): Found {
  const { facts, states } = look;
  const { plan } = facts.start;
  if (step.uses === 'approval') return { ahead: [], stops: 'yes' };
  const left = step.forEach === undefined ? [] : itemsLeft(look, { step, place: 0, key }, names);
  const scope = step.calls === undefined ? undefined : plan.scopes?.[step.calls];
  if (scope === undefined) return { ahead: left, stops: 'no' };
  const inner = plan.steps.filter(each => each.scope === step.calls);
  const each = [...states.values()].filter(
    state => state.key === key || (state.key.startsWith(`${key}[`) && state.key.endsWith(']')),
  );
  const begun = each.filter(state => (state.key !== key) === (step.forEach !== undefined) && !ended.has(state.status));
  const all = begun.map(state => {
    const item = state.key.slice(key.length + 1, -1);
    const own = calledNames(scope, state.key === key ? names : withItem(step, names, item));
    addEnded(own, facts, states, inner, `${state.key}/`);
    return walk(look, { scope: step.calls, names: own, begun: `${state.key}/` });
  });
  const stops = all.find(found => found.stops !== 'no')?.stops ?? 'no';
  return { ahead: [...left, ...all.flatMap(found => found.ahead)], stops };
}

/** Items of a for-each that have not begun. Where they are not known, all of it. */
function itemsLeft(look: Look, { step, key }: Reached, names: ScopeNames): readonly Ahead[] {
  const list = itemsOf(step, names);
  if (list === undefined) return once(look, step, names, false).ahead.map(each => ({ ...each, sure: false }));
  const left = labelsOf(list).filter(item => {
    const status = look.states.get(`${key}[${item}]`)?.status ?? 'pending';
    return status === 'pending';
  });
  return left.length === 0 ? [] : ofItems(look, step, names, left);
}

function ofItems(look: Look, step: PlanStep, names: ScopeNames, items: readonly string[]): readonly Ahead[] {
  const { calls } = step;
  const each = items.map(item => withItem(step, names, item));
  if (calls !== undefined) return each.flatMap(own => called(look, calls, own).ahead);
  const values = each.flatMap(own => own.each?.value ?? []);
  return [settled(step, names, values.length === items.length ? values : undefined, true)];
}
