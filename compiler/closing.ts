import type { ModeStep, View } from './view.ts';

/** A closing step to be added: of which opening, and after the closing of which other openings (places of the view). */
export interface Closing {
  readonly opening: ModeStep;
  readonly after: readonly number[];
}

/**
 * The closing steps, in the reverse of the dependency graph: what opened later closes first, what opened in parallel
 * closes in parallel. Each step carries only the openings directly before it, so the cost is linear for a list of steps.
 */
export function closings(view: View): readonly Closing[] {
  /** By place: the openings that have begun before the step ends, none of which stands behind another one of them. */
  const fronts: (readonly number[])[] = [];
  const later = new Map<number, number[]>();
  let front: readonly number[] = [];
  for (const step of view.steps) {
    const before = step.after === 'above' ? front : [...new Set(step.after.flatMap(p => fronts[p] ?? []))];
    if (step.contract?.closedBy === undefined) {
      fronts.push(before);
      continue;
    }
    for (const opening of before) later.get(opening)?.push(step.place);
    later.set(step.place, []);
    fronts.push([step.place]);
    front = [...front.filter(p => !before.includes(p)), step.place];
  }
  return view.steps
    .filter(step => later.has(step.place))
    .map(opening => ({ opening, after: later.get(opening.place) ?? [] }))
    .reverse();
}
