import type { Draft, StepDraft } from '../model.ts';
import type { ModeStep, View } from './view.ts';

/**
 * The steps of a mode and of all sub-runbooks that it calls, in the order of the files. A sub-runbook is walked once,
 * however often it is called: all of them together are never more than the files hold.
 */
export function* allSteps(view: View, walked = new Set<View>()): Generator<ModeStep, void, undefined> {
  walked.add(view);
  for (const step of view.steps) {
    yield step;
    const inner = step.call?.sub.view;
    if (inner !== undefined && !walked.has(inner)) yield* allSteps(inner, walked);
  }
}

/** The names of a step's VPGs, item by item; undefined where an expression gives one. */
export function namesIn(draft: StepDraft, field: 'vpg' | 'vpgs'): readonly string[] | undefined {
  const value = draft.with?.kind === 'map' ? draft.with.entries.get(field) : undefined;
  if (value === undefined) return undefined;
  if (value.kind === 'cel' && value.expression.source.trim() === 'each.value') return literals(draft.forEach?.items);
  return literals(value);
}

function literals(draft: Draft | undefined): readonly string[] | undefined {
  if (draft?.kind === 'lit') return typeof draft.value === 'string' ? [draft.value] : undefined;
  if (draft?.kind !== 'list') return undefined;
  const names = draft.items.map(item =>
    item.kind === 'lit' && typeof item.value === 'string' ? item.value : undefined,
  );
  return names.every(name => name !== undefined) ? names : undefined;
}

/** Whether a step opens a VPG, as a test or live. */
export const opensVpg = ({ contract }: ModeStep): boolean => contract?.opens === 'test' || contract?.opens === 'live';

export const isCheck = ({ contract }: ModeStep): boolean => contract?.name.startsWith('check/') === true;
