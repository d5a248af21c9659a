import { findAction } from '../../actions/index.ts';
import type { Json } from '../../actions/json.ts';
import { isList, type Known, valuesOf } from './known.ts';
import type { PlanStep, Template } from '../plan.ts';
import { fieldOf } from './templates.ts';

/** The names of VPGs that are known before a run starts, by site, but those that a step above makes. */
export class NamedVpgs {
  readonly bySite = new Map<string, Set<string>>();
  private readonly made = new Set<string>();

  at(site: string): readonly string[] {
    return [...(this.bySite.get(site) ?? [])];
  }

  /** Gives how many values it looked at. */
  take(step: PlanStep, known: Known, items: readonly Json[] | undefined): number {
    const finds = findAction(step.uses)?.finds;
    const field = finds === 'vpg' ? 'vpg' : step.vpgs;
    const template = field === undefined ? undefined : fieldOf(step.with, field);
    if (template === undefined) return 0;
    const values = namesIn(template, known, items);
    for (const name of values.flatMap(value => (isList(value) ? value : [value]))) {
      if (typeof name !== 'string') continue;
      const key = `${step.site}\0${name}`;
      if (finds === 'vpg') this.made.add(key);
      else if (!this.made.has(key)) this.add(step.site, name);
    }
    return Math.max(1, values.length);
  }

  private add(site: string, name: string): void {
    const names = this.bySite.get(site) ?? new Set();
    this.bySite.set(site, names.add(name));
  }
}

function namesIn(template: Template, known: Known, items: readonly Json[] | undefined): readonly Json[] {
  return valuesOf(template, known) ?? (items === undefined ? [] : (valuesOf(template, known, items) ?? []));
}
