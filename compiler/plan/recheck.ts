import { type Effect, higher } from '../../actions/contract.ts';
import type { Json } from '../../actions/json.ts';
import { references } from '../../expressions/references.ts';
import { checkConfigUse, namesUnknown } from '../check/rules-config.ts';
import { declaredBy } from '../check/declared.ts';
import { decidingOf } from '../check/decided.ts';
import { effectOf, isBeyond } from '../check/effect.ts';
import { usable } from '../check/expressions.ts';
import { type ConfigNames, reportUnknownName } from '../check/names.ts';
import type { ModeStep } from '../check/view.ts';
import { fitValue } from '../inputs/fit.ts';
import type { Draft } from '../model.ts';
import type { PlanScope, PlanStep, Template } from '../plan.ts';
import type { Problems } from '../problems.ts';
import type { Shape } from '../shape/fields.ts';
import { headOf } from '../shape/keys.ts';
import type { Origin } from './expand.ts';
import { isList, type Known, valuesOf } from './known.ts';
import { type Leaf, leavesOf } from './leaves.ts';
import { celsIn } from './templates.ts';

/** Values that only could be wrong: so many are tried, what is behind them is checked as it is used. */
const maxTries = 20_000;

/**
 * What was checked of a file as it is written, once more on the values that the inputs gave it: names and permissions of
 * drillbook.yaml, effects, and each item of a list that is known against the fields that it fills.
 */
export class Recheck {
  private readonly origins: ReadonlyMap<number, Origin>;
  private readonly names: ConfigNames | undefined;
  private readonly problems: Problems;
  /** By place: the furthest effect that the values give. */
  private readonly effects = new Map<number, Effect>();
  private tries = 0;

  constructor(origins: ReadonlyMap<number, Origin>, names: ConfigNames | undefined, problems: Problems) {
    this.origins = origins;
    this.names = names;
    this.problems = problems;
  }

  /** Gives how many values it looked at. */
  look(place: number, step: PlanStep, known: Known, items: readonly Json[] | undefined): number {
    const origin = this.origins.get(place);
    const own = origin && usable(origin.step);
    if (origin === undefined || own === undefined) return 0;
    const leaves = leavesOf(own, withVia(step));
    const decisions = decidingOf(origin.step);
    const deciding = new Set<Draft>(decisions.map(({ draft }) => draft));
    const found: Decided[] = [];
    let looks = 0;
    for (const leaf of [...leaves, ...perItem(step, origin)]) {
      const decides = deciding.has(leaf.draft);
      if (!decides && this.tries > maxTries) continue;
      const values = valuesOf(leaf.template, known) ?? (items && valuesOf(leaf.template, known, items));
      if (values !== undefined) this.tryValues(leaf, values, origin, items);
      else if (decides) this.reportUnknown(leaf, origin);
      if (decides && values !== undefined) found.push({ leaf, values });
      looks += decides ? (values?.length ?? 1) : 0;
      this.tries += values?.length ?? 1;
    }
    for (const decision of decisions)
      if (!leaves.some(leaf => leaf.draft === decision.draft)) this.reportUnknown(decision, origin);
    if (deciding.size > 0 && found.length === deciding.size) this.decide(place, origin, own, found);
    return looks;
  }

  /** The steps with the effects that their values give; of one that calls a sub-runbook, the furthest in it. */
  withEffects(steps: readonly PlanStep[], scopes: readonly PlanScope[]): readonly PlanStep[] {
    const effects = steps.map((step, place) => this.effects.get(place) ?? step.effect);
    for (const { call } of scopes) effects[call] = 'read';
    // What a step calls stands behind it.
    for (let place = steps.length - 1; place >= 0; place--) {
      const scope = steps[place]?.scope;
      const call = scope === undefined || steps[place]?.phase === 'closing' ? undefined : scopes[scope]?.call;
      if (call !== undefined) effects[call] = higher(effects[call] ?? 'read', effects[place] ?? 'read');
    }
    return steps.map((step, place) => {
      const effect = effects[place] ?? step.effect;
      return effect === step.effect ? step : { ...step, effect };
    });
  }

  private tryValues(leaf: Leaf, values: readonly Json[], origin: Origin, items: readonly Json[] | undefined): void {
    const reporter = this.problems.of(origin.source);
    const { forEach } = origin.draft;
    // What an item gives is the list's fault.
    const byItem = items !== undefined && forEach !== undefined && readsEach(leaf.template);
    const at = headOf(byItem ? forEach.at : leaf.draft.at, reporter);
    const what = whatOf(leaf.draft);
    for (const [i, value] of values.entries()) {
      const fit = fitValue(value, leaf.shape);
      if ('why' in fit) {
        const which = byItem ? `item ${i + 1} of the list: ` : '';
        reporter.report('DB6005', at, { what, why: `${which}${fit.why}` });
        return;
      }
      if (this.names !== undefined)
        for (const { kind, name } of namesIn(fit.value, leaf.shape))
          reportUnknownName(kind, name, at, this.names, reporter);
    }
  }

  private reportUnknown({ draft }: Pick<Leaf, 'draft'>, { source }: Origin): void {
    const reporter = this.problems.of(source);
    const why = 'its value cannot be worked out before the run starts, and it decides what the step may do';
    reporter.report('DB6005', headOf(draft.at, reporter), { what: whatOf(draft), why });
  }

  /** Each combination of values once. */
  private decide(place: number, origin: Origin, own: Draft, found: readonly Decided[]): void {
    const count = Math.max(...found.map(({ values }) => values.length));
    const seen = new Set<string>();
    for (let i = 0; i < count; i++) {
      const values = found.map(({ values: all }) => (all.length === 1 ? all[0] : all[i]) ?? null);
      const key = JSON.stringify(values);
      if (seen.has(key)) continue;
      seen.add(key);
      const literals = new Map(found.map(({ leaf }, n) => [leaf.draft as Draft, values[n] ?? null]));
      this.judge(place, origin, { ...origin.step, draft: { ...origin.draft, with: filled(own, literals) } });
    }
  }

  private judge(place: number, { view, source }: Origin, step: ModeStep): void {
    const { draft, contract } = step;
    const reporter = this.problems.of(source);
    if (this.names !== undefined) checkConfigUse(view, step, this.names, reporter);
    if (contract === undefined || (this.names !== undefined && namesUnknown(draft.with, this.names))) return;
    const effect = effectOf(contract, draft.with, declaredBy(this.names));
    this.effects.set(place, higher(this.effects.get(place) ?? 'read', effect));
    const params = { action: contract.name, effect };
    if (view.mode === 'drill' && isBeyond(effect, 'isolated')) reporter.report('DB4001', draft.uses.at, params);
    if (draft.phase === 'preflight' && isBeyond(effect, 'read')) reporter.report('DB4007', draft.uses.at, params);
  }
}

function whatOf(draft: Leaf['draft']): string {
  const expression = draft.kind === 'cel' ? draft.expression : draft.parts.find(part => typeof part !== 'string');
  return expression?.what ?? 'with';
}

/** A field that decides, with its value for each item, or the one for all of them. */
interface Decided {
  readonly leaf: Leaf;
  readonly values: readonly Json[];
}

/** `via` stands beside the fields where it is known at once. */
function withVia(step: PlanStep): Template {
  const { with: given, via } = step;
  if (via === undefined) return given;
  const lit = { lit: via };
  if ('map' in given) return { map: { via: lit, ...given.map } };
  return 'lit' in given ? { lit: { via, ...(given.lit as object) } } : given;
}

function perItem({ perItem: late }: PlanStep, { draft }: Origin): readonly Leaf[] {
  const { timeout, retry, onFailure } = draft.perItem ?? {};
  return [
    ...(timeout === undefined ? [] : leavesOf(timeout, late?.timeout)),
    ...(retry === undefined ? [] : leavesOf(retry.value, late?.until)),
    ...(onFailure === undefined ? [] : leavesOf(onFailure, late?.onFailure)),
  ];
}

const readsEach = (template: Template): boolean =>
  celsIn(template).some(cel => references(cel).some(({ path: [root] }) => root === 'each'));

/** A draft with values in the place of what gives them. */
function filled(draft: Draft, values: ReadonlyMap<Draft, Json>): Draft {
  const value = values.get(draft);
  if (value !== undefined) return { kind: 'lit', value, at: draft.at };
  if (draft.kind === 'list') return { ...draft, items: draft.items.map(item => filled(item, values)) };
  if (draft.kind !== 'map') return draft;
  return { ...draft, entries: new Map([...draft.entries].map(([key, part]) => [key, filled(part, values)])) };
}

/** The names of drillbook.yaml in a value that fits. */
function namesIn(value: Json, shape: Shape): readonly { readonly kind: string; readonly name: string }[] {
  switch (shape.kind) {
    case 'name':
      return shape.names !== undefined && typeof value === 'string' ? [{ kind: shape.names, name: value }] : [];
    case 'list':
      return isList(value) ? value.flatMap(item => namesIn(item, shape.of)) : [];
    case 'map':
      return isMap(value) ? Object.values(value).flatMap(item => namesIn(item, shape.of)) : [];
    case 'object':
      return isMap(value)
        ? Object.entries(value).flatMap(([key, item]) => namesIn(item, shape.keys.get(key)?.shape ?? { kind: 'any' }))
        : [];
    case 'either': {
      const fitting = shape.options.find(option => 'value' in fitValue(value, option));
      return fitting === undefined ? [] : namesIn(value, fitting);
    }
    default:
      return [];
  }
}

const isMap = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !isList(value);
