import type { Json } from '../../actions/json.ts';
import type { PlanScope, PlanStep } from '../plan.ts';
import { isList, type Known, valuesOf } from './known.ts';

/** Steps with all items of all lists, as far as they are known: more than an engine can run. */
export const maxInstances = 250_000;

/**
 * A step with what is known in its scope, and the items of its for-each where they are. Gives how many values were looked
 * at, so that there is an end to it.
 */
export type Visit = (place: number, step: PlanStep, known: Known, items: readonly Json[] | undefined) => number;

/**
 * Every step of a Plan, in every scope that lists are known to make of its sub-runbooks; those that are given the same once.
 * Gives the place of the step of the run's own whose lists make more than can be looked at, if there is one.
 */
export function walkInstances(
  steps: readonly PlanStep[],
  scopes: readonly PlanScope[],
  known: Known,
  visit: Visit,
): number | undefined {
  return new Walk(steps, scopes, visit).from(known);
}

class Walk {
  private readonly steps: readonly PlanStep[];
  private readonly scopes: readonly PlanScope[];
  private readonly visit: Visit;
  /** Places by scope, the run's own under -1. */
  private readonly places = new Map<number, number[]>();
  /** By scope and inputs: how many steps are in it. */
  private readonly walked = new Map<number, Map<string, number>>();
  private looks = 0;
  private tooMany: number | undefined;

  constructor(steps: readonly PlanStep[], scopes: readonly PlanScope[], visit: Visit) {
    this.steps = steps;
    this.scopes = scopes;
    this.visit = visit;
    for (const [place, { scope = -1 }] of steps.entries()) {
      const list = this.places.get(scope) ?? [];
      list.push(place);
      this.places.set(scope, list);
    }
  }

  from(known: Known): number | undefined {
    this.walk(-1, known, undefined);
    return this.tooMany;
  }

  /** `outermost`: the calling step, of the run's own, through which this was reached. Gives how many steps there are. */
  private walk(scope: number, known: Known, outermost: number | undefined): number {
    let count = 0;
    for (const place of this.places.get(scope) ?? []) {
      const step = this.steps[place];
      if (step === undefined || step.phase === 'closing') continue;
      const items = itemsOf(step, known);
      this.looks += this.visit(place, step, known, items);
      const calls = step.calls === undefined ? undefined : this.scopes[step.calls];
      if (step.calls === undefined || calls === undefined) count += items?.length ?? 1;
      else count += this.enter(step.calls, calls, items, known, outermost ?? place);
      if (count > maxInstances || this.looks > maxInstances) this.tooMany ??= outermost ?? place;
      if (this.tooMany !== undefined) break;
    }
    return count;
  }

  private enter(
    number: number,
    scope: PlanScope,
    items: readonly Json[] | undefined,
    known: Known,
    outermost: number,
  ): number {
    const { name, mode, site, vars } = scope;
    const walked = this.walked.get(number) ?? new Map<string, number>();
    this.walked.set(number, walked);
    let count = 0;
    for (const inputs of this.inputsOf(scope, known, items)) {
      const key = JSON.stringify(inputs);
      const late = Object.keys(scope.inputs).filter(input => !Object.hasOwn(inputs, input));
      const inside: Known = { values: { inputs, vars, run: { name, mode, site } }, late: new Set(late) };
      const steps = walked.get(key) ?? this.walk(number, inside, outermost);
      walked.set(key, steps);
      count += steps + 1;
      if (this.tooMany !== undefined) break;
    }
    return count;
  }

  /** Once, or once an item; what is not known now is left out. */
  private inputsOf(
    scope: PlanScope,
    known: Known,
    items: readonly Json[] | undefined,
  ): readonly Readonly<Record<string, Json>>[] {
    const columns = Object.entries(scope.inputs).map(([name, template]) => {
      const once = valuesOf(template, known)?.[0];
      const each = once === undefined && items !== undefined ? valuesOf(template, known, items) : undefined;
      return [name, once, each] as const;
    });
    const count = items?.length ?? 1;
    this.looks += count;
    return Array.from({ length: count }, (_, i) =>
      Object.fromEntries(
        columns.flatMap(([name, once, each]): [string, Json][] => {
          const value = each?.[i] ?? once;
          return value === undefined ? [] : [[name, value]];
        }),
      ),
    );
  }
}

/** The list of a for-each, where it is known. */
function itemsOf({ forEach }: PlanStep, known: Known): readonly Json[] | undefined {
  const list = forEach && valuesOf(forEach.items, known)?.[0];
  return isList(list) ? list : undefined;
}
