import type { ModeStep, View } from './view.ts';

/**
 * The first step of a kind that may start before any approval was given; of a sub-runbook, the step that calls it. An
 * approval is a wall (rule 1), and so is a step that calls a sub-runbook with one in it: nobody can skip or forgive it.
 */
export function firstUnasked(view: View, isMeant: (step: ModeStep) => boolean): ModeStep | undefined {
  const known = new Map<View, ModeStep | undefined>();
  // A sub-runbook is looked at once, however often it is called.
  const firstIn = (inner: View): ModeStep | undefined => {
    if (known.has(inner)) return known.get(inner);
    const found = search(inner);
    known.set(inner, found);
    return found;
  };
  const search = ({ steps }: View): ModeStep | undefined => {
    for (const step of steps) {
      const meant = step.call === undefined ? isMeant(step) : firstIn(step.call.sub.view) !== undefined;
      if (meant) return step;
      if (asks(step) && step.draft.phase === 'main') return undefined;
    }
    return undefined;
  };
  return firstIn(view);
}

const asks = ({ contract, call }: ModeStep): boolean =>
  contract?.name === 'approval' || call?.sub.summary.approval !== undefined;
