import type { Json, JsonMap } from '../actions/json.ts';
import type { PlanStep, Template } from '../compiler/plan.ts';
import { identifierOf, signInOf } from './call.ts';
import type { Rendered } from './evaluator.ts';
import { isList, namesIn, namesOf, render, withField } from './scope.ts';
import { isTrouble } from './entry.ts';
import { stepAt, type Turn } from './turn.ts';

/** A VPG that does not exist yet is locked by its site and name. */
export function keyBeforeItExists(site: string, vpg: string): string {
  return `${site}/${vpg}`;
}

export function makesVpg(step: PlanStep): boolean {
  return step.uses === 'zerto/create-vpg';
}

/** All VPGs that the Plan changes, as far as they are known before anything runs: name → what is locked for it. */
export function locksNeeded(turn: Turn): Rendered<Record<string, string>> {
  const wanted: Wanted = { names: [], late: turn.plan.steps.some(step => step.acquires === true) };
  const { plan } = turn;
  const error = collect(turn, undefined, [namesOf(turn, plan, plan.inputs, {})], wanted);
  if (error !== undefined) return { ok: false, error };
  const made = new Set(wanted.names.filter(n => makesVpg(n.step)).map(n => keyBeforeItExists(n.step.site, n.name)));
  const vpgs: Record<string, string> = {};
  for (const { name, step } of wanted.names) {
    const unborn = keyBeforeItExists(step.site, name);
    const id = makesVpg(step) ? unborn : identifierOf(turn, step, name);
    if (id !== undefined) vpgs[labelFor(vpgs, name, step.site, id)] = id;
    // Of a site that could not be signed in to nothing is known: its steps fail when their turn comes.
    else if (!made.has(unborn) && !isUnreachable(turn, step))
      return { ok: false, error: `there is no VPG "${name}" at ${step.site}` };
  }
  return { ok: true, value: vpgs };
}

interface Wanted {
  readonly names: { readonly name: string; readonly step: PlanStep }[];
  /** Steps will find more: what cannot be known yet is theirs. */
  readonly late: boolean;
}

/** Two sites may have VPGs of the same name. */
function labelFor(vpgs: Readonly<Record<string, string>>, name: string, site: string, id: string): string {
  return Object.hasOwn(vpgs, name) && vpgs[name] !== id ? `${name} (${site})` : name;
}

function isUnreachable(turn: Turn, step: PlanStep): boolean {
  return step.signIn !== undefined && signInOf(turn, step).some(entry => isTrouble(entry.status));
}

/** `each`: the names that expressions of the scope can read, once for each time that it is called. */
function collect(turn: Turn, scope: number | undefined, each: readonly JsonMap[], wanted: Wanted): string | undefined {
  const { places } = (scope === undefined ? turn.graph.run : turn.graph.scopes[scope]) ?? { places: [] };
  for (const place of places) {
    const step = stepAt(turn, place);
    // What a closing step closes was opened by a step that is here itself.
    const field = step.phase === 'closing' ? undefined : (step.locks ?? (makesVpg(step) ? 'vpg' : undefined));
    // Left out: all that the run has open, and that is held already.
    const template = field === undefined ? undefined : withField(step, field);
    if (template === undefined && step.calls === undefined) continue;
    const items = each.map(names => itemsOf(turn, step, names));
    const bad = items.find(list => !list.ok);
    if (bad?.ok === false && !wanted.late && template !== undefined) return bad.error;
    // Of a list that is not known yet: what its items have in common.
    const inside = items.flatMap((list, i) => (list.ok ? list.value : each.slice(i, i + 1)));
    if (template !== undefined) {
      const error = inside.map(names => addNames(turn, step, template, names, wanted)).find(e => e !== undefined);
      if (error !== undefined) return error;
    }
    if (step.calls === undefined) continue;
    const called = inside.map(names => namesInside(turn, step.calls ?? 0, names));
    const error = collect(turn, step.calls, called, wanted);
    if (error !== undefined) return error;
  }
  return undefined;
}

function addNames(turn: Turn, step: PlanStep, template: Template, names: JsonMap, wanted: Wanted): string | undefined {
  const value = render(turn, template, names, `"with.${step.locks ?? 'vpg'}" of "${step.id}"`);
  if (!value.ok) {
    // A VPG that is yet to be made and whose name nobody knows is locked as it is made.
    return wanted.late || makesVpg(step)
      ? undefined
      : `the VPGs of "${step.id}" must be known before anything starts: ${value.error}`;
  }
  for (const name of namesIn(value.value)) wanted.names.push({ name, step });
  return undefined;
}

/** Once, or once for each item of its for-each. */
function itemsOf(turn: Turn, step: PlanStep, names: JsonMap): Rendered<JsonMap[]> {
  if (step.forEach === undefined) return { ok: true, value: [names] };
  const list = render(turn, step.forEach.items, names, `"for-each" of "${step.id}"`);
  if (!list.ok)
    return { ok: false, error: `the VPGs of "${step.id}" must be known before anything starts: ${list.error}` };
  if (!isList(list.value)) return { ok: false, error: `"for-each" of "${step.id}" gave no list` };
  return { ok: true, value: list.value.map((value, index) => ({ ...names, each: { value, index } })) };
}

/** What a sub-runbook's own expressions can read before it begins: of its inputs those that are known. */
function namesInside(turn: Turn, number: number, names: JsonMap): JsonMap {
  const scope = turn.plan.scopes?.[number];
  if (scope === undefined) throw new RangeError(`the plan has no scope ${number}`);
  const known = Object.entries(scope.inputs).flatMap(([name, template]): [string, Json][] => {
    const value = render(turn, template, names, name);
    return value.ok ? [[name, value.value]] : [];
  });
  return namesOf(turn, scope, Object.fromEntries(known), {});
}
