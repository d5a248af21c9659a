import type { Plan, PlanStep } from '../compiler/plan.ts';

/** What a step waits for, by places in the Plan. */
export interface Waits {
  /** Transitively reduced: what one of them has waited for is not among them. Many steps may share one array. */
  readonly for: readonly number[];
  /** The sign-in of its site, where no step above it has waited for that. */
  readonly signIn?: number;
}

/** The order of a Plan, so that a sequence is a line; each scope by itself. One entry a step. */
export function orderOf({ steps }: Plan): readonly Waits[] {
  const scopes = new Map<number | undefined, Scope>();
  const order: Waits[] = [];
  for (const [place, step] of steps.entries()) {
    const scope = scopes.get(step.scope) ?? new Scope(order);
    scopes.set(step.scope, scope);
    order.push(scope.add(place, step));
  }
  return order;
}

class Scope {
  private readonly order: readonly Waits[];
  /** What nothing waits for yet. */
  private readonly sinks = new Set<number>();
  /** What the last step waited for; many in a row wait for the same. */
  private last: readonly number[] = [];
  /** The sinks as closing began: it begins when all steps have ended. */
  private beforeClosing: readonly number[] | undefined;
  /** Sign-ins of other sites, for which only their steps wait. */
  private readonly beside = new Set<number>();
  /** Those for which a step has waited. */
  private readonly awaited = new Set<number>();

  constructor(order: readonly Waits[]) {
    this.order = order;
  }

  add(place: number, step: PlanStep): Waits {
    const waits = this.above(step);
    if (step.beside === true) {
      this.beside.add(place);
      return { for: waits };
    }
    if (waits !== this.last) for (const above of waits) this.sinks.delete(above);
    this.last = waits;
    this.sinks.add(place);
    const { signIn } = step;
    if (signIn === undefined || this.hasWaited(waits, signIn)) return { for: waits };
    this.awaited.add(signIn);
    return { for: waits, signIn };
  }

  private above(step: PlanStep): readonly number[] {
    if (step.phase === 'closing') {
      this.beforeClosing ??= [...this.sinks];
      const others = step.after === 'above' ? [...this.sinks] : this.reduce(step.after);
      return others.length === 0 ? this.beforeClosing : others;
    }
    if (step.after === 'above') return [...this.sinks];
    return this.reduce(step.after.filter(place => !this.beside.has(place)));
  }

  /** Without those that another one of them has waited for. */
  private reduce(places: readonly number[]): readonly number[] {
    if (places.length < 2) return places;
    const lowest = places.reduce((a, b) => Math.min(a, b));
    const seen = this.ancestors(places, lowest);
    return places.filter(place => !seen.has(place));
  }

  private hasWaited(places: readonly number[], signIn: number): boolean {
    return this.awaited.has(signIn) && this.ancestors(places, signIn).has(signIn);
  }

  /** All that these have waited for, not further up than `lowest`. */
  private ancestors(places: readonly number[], lowest: number): ReadonlySet<number> {
    const seen = new Set<number>();
    const open = [...places];
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      const { for: above = [], signIn } = this.order[place] ?? {};
      for (const next of signIn === undefined ? above : [...above, signIn]) {
        if (next < lowest || seen.has(next)) continue;
        seen.add(next);
        open.push(next);
      }
    }
    return seen;
  }
}
