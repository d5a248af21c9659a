import { type Closing, closings } from './closing.ts';
import type { CheckedMode, ModeStep } from '../check/view.ts';

/** Where the steps of a runbook, and of the sub-runbooks in it, stand in a Plan. */
export interface Layout {
  readonly checked: CheckedMode;
  /** Number in `scopes`; absent: the run's own. */
  readonly scope?: number;
  /** Place in the Plan by place in the view. */
  readonly places: readonly number[];
  readonly closings: readonly Closing[];
  /** Place of the closing step by the opening's place in the view. */
  readonly closingPlaces: ReadonlyMap<number, number>;
  /** By place in the view: what a step calls. */
  readonly calls: ReadonlyMap<number, Layout>;
  /** The place behind its last step. */
  readonly end: number;
}

/** `start`: the place of its first step. Scopes are numbered in the order of their calling steps. */
export function layOut(checked: CheckedMode, start: number): Layout {
  let scopes = 0;
  const at = (mode: CheckedMode, first: number, scope?: number): Layout => {
    const places: number[] = [];
    const calls = new Map<number, Layout>();
    let next = first;
    const put = ({ place, call }: ModeStep): void => {
      places[place] = next++;
      if (call === undefined) return;
      const inner = at(call.sub, next, scopes++);
      calls.set(place, inner);
      next = inner.end;
    };
    const { steps } = mode.view;
    const closing = closings(mode.view);
    for (const step of steps) if (step.draft.phase !== 'finally') put(step);
    const closingPlaces = new Map(closing.map(({ opening }) => [opening.place, next++]));
    for (const step of steps) if (step.draft.phase === 'finally') put(step);
    return {
      checked: mode,
      ...(scope !== undefined && { scope }),
      places,
      closings: closing,
      closingPlaces,
      calls,
      end: next,
    };
  };
  return at(checked, start);
}
