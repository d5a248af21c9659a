import type { Json, JsonMap } from '../actions/json.ts';
import type { PlanScope, PlanStep, Template } from '../compiler/plan.ts';
import type { Rendered } from './evaluator.ts';
import { frameOf, inputsOf, settingsOf } from './frames.ts';
import type { Entry } from './entry.ts';
import type { Frame } from './state.ts';
import { stepEntryOf, type Turn } from './turn.ts';
import type { Verdict } from './types.ts';

/**
 * The values that an expression of a step can name (docs/language.md, rule 7). In a sub-runbook `run` tells its own name,
 * mode, site and verdict; who asked for the run, and how, is the run's.
 */
export function scopeOf(turn: Turn, frame: Frame, each?: { readonly value: Json; readonly index: number }): JsonMap {
  const names = namesOf(turn, settingsOf(turn, frame), inputsOf(turn, frame), frame.values, frame.verdict);
  return each === undefined ? names : { ...names, each };
}

export function namesOf(
  { run }: Turn,
  { name, mode, site, vars }: Pick<PlanScope, 'name' | 'mode' | 'site' | 'vars'>,
  inputs: JsonMap,
  steps: JsonMap,
  verdict?: Verdict,
): JsonMap {
  return {
    inputs,
    vars,
    run: {
      id: run.id,
      name,
      mode,
      trigger: run.trigger,
      requester: run.requester,
      reason: run.reason,
      site,
      url: run.url,
      ...(verdict === undefined ? {} : { verdict }),
    },
    steps,
  };
}

export function scopeOfEntry(turn: Turn, entry: Entry): JsonMap {
  const frame = frameOf(turn, entry);
  if (entry.item === undefined) return scopeOf(turn, frame);
  const value = stepEntryOf(turn, entry).items?.values[entry.item] ?? null;
  return scopeOf(turn, frame, { value, index: entry.item });
}

/** `where`: what holds the expression, for people: `"if" of "db"`. */
export function evaluate(turn: Turn, source: string, scope: JsonMap, where: string): Rendered {
  return placed(where, turn.evaluator.evaluate(source, scope));
}

export function render(turn: Turn, template: Template, scope: JsonMap, where: string): Rendered {
  return placed(where, turn.evaluator.render(template, scope));
}

/** All of a step's `with`, field by field, so that an error names its field. */
export function renderWith(turn: Turn, step: PlanStep, entry: Entry): Rendered<JsonMap> {
  const scope = scopeOfEntry(turn, entry);
  if (!('map' in step.with)) {
    const whole = render(turn, step.with, scope, `"with" of "${entry.key}"`);
    if (!whole.ok) return whole;
    return isMap(whole.value)
      ? { ok: true, value: whole.value }
      : { ok: false, error: `"with" of "${entry.key}" gave no map` };
  }
  const fields: [string, Json][] = [];
  for (const [name, template] of Object.entries(step.with.map)) {
    const field = render(turn, template, scope, `"with.${name}" of "${entry.key}"`);
    if (!field.ok) return field;
    fields.push([name, field.value]);
  }
  return { ok: true, value: Object.fromEntries(fields) };
}

/** One field of `with` alone: the others may name what is not known yet. Undefined where the step does not have it. */
export function withField(step: PlanStep, name: string): Template | undefined {
  if ('map' in step.with) return Object.hasOwn(step.with.map, name) ? step.with.map[name] : undefined;
  if ('lit' in step.with && isMap(step.with.lit) && Object.hasOwn(step.with.lit, name)) {
    const value = step.with.lit[name];
    return value === undefined ? undefined : { lit: value };
  }
  return undefined;
}

/** VPG names in a rendered `vpg` (a name) or `vpgs` (a list). */
export function namesIn(value: Json | undefined): string[] {
  if (typeof value === 'string') return [value];
  return isList(value) ? value.filter(name => typeof name === 'string') : [];
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function placed(where: string, rendered: Rendered): Rendered {
  return rendered.ok ? rendered : { ok: false, error: `${where}: ${rendered.error}` };
}
