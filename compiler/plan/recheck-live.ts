import { missingInCommit } from '../../actions/zerto-commit.ts';
import type { Json } from '../../actions/json.ts';
import type { PlanStep } from '../plan.ts';
import type { Problems } from '../problems.ts';
import { headOf } from '../shape/keys.ts';
import { reportVpgs } from '../check/rules-live.ts';
import type { Origin } from './expand.ts';
import { isList, type Known, valuesOf } from './known.ts';
import { fieldOf, rawOf } from './templates.ts';

/** What ends a live change, against all that the run opens: in its own steps and in those of its sub-runbooks. */
export class RecheckLive {
  private readonly opened = new Set<string>();
  /** Whether all names of what is opened are known. */
  private sure = true;
  private moves = false;
  /** By place: the VPGs of what ends a change; undefined: not known, or all. */
  private readonly ends = new Map<number, { readonly step: PlanStep; readonly vpgs: readonly string[] | undefined }>();

  take(place: number, step: PlanStep, known: Known, items: readonly Json[] | undefined): void {
    if (step.uses === 'zerto/move') this.moves = true;
    if (step.opens === 'live') {
      const names = namesOf(step, 'vpg', known, items);
      if (names === undefined) this.sure = false;
      for (const name of names ?? []) this.opened.add(name);
    }
    if (step.ends !== undefined) this.ends.set(place, { step, vpgs: namesOf(step, 'vpgs', known, items) });
  }

  report(origins: ReadonlyMap<number, Origin>, problems: Problems): void {
    for (const [place, { step, vpgs }] of this.ends) {
      const origin = origins.get(place);
      if (origin === undefined) continue;
      const { draft, source } = origin;
      const reporter = problems.of(source);
      const missing =
        step.ends === 'commit'
          ? missingInCommit(rawOf(step.with) as Readonly<Record<string, unknown>>, this.moves)
          : undefined;
      if (missing !== undefined) reporter.report('DB4043', headOf(draft.withAt, reporter), { key: missing });
      const value = draft.with?.kind === 'map' ? draft.with.entries.get('vpgs') : undefined;
      if (value !== undefined && vpgs !== undefined && this.sure)
        reportVpgs(vpgs, [...this.opened], step.ends ?? 'commit', value.at, reporter);
    }
  }
}

function namesOf(
  step: PlanStep,
  field: string,
  known: Known,
  items: readonly Json[] | undefined,
): readonly string[] | undefined {
  const template = fieldOf(step.with, field);
  if (template === undefined) return undefined;
  const values = valuesOf(template, known) ?? (items && valuesOf(template, known, items));
  return values?.flatMap(value => (isList(value) ? value : [value])).filter(name => typeof name === 'string');
}
