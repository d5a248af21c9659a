import { expressionsIn } from '../check/draft-types.ts';
import { canonical } from '../hash.ts';
import type { Draft } from '../model.ts';
import { checkpointOf, chosenBy, isLatestByDefault } from './latest.ts';
import { opensVpg } from '../check/openings.ts';
import type { Reporter } from '../reporter.ts';
import type { ModeStep, View } from '../check/view.ts';

/** Points in time: one for all parts of an application, and not older than it must be. */
export function lintCheckpoints(view: View, reporter: Reporter): void {
  const points = new Map<string, ModeStep>();
  for (const step of view.steps) {
    if (!opensVpg(step) || step.contract?.name === 'zerto/move') continue;
    const key = pointOf(step);
    if (!points.has(key)) points.set(key, step);
    lintAge(view, step, reporter);
  }
  const [first, second] = [...points.values()];
  if (first === undefined || second === undefined) return;
  reporter.report('DB7007', second.draft.uses.at, { ids: [...points.values()].map(s => s.draft.id).join(', ') });
}

/** As it is written: steps that recover from different points give an application whose parts do not fit. */
function pointOf(step: ModeStep): string {
  const draft = checkpointOf(step);
  switch (draft?.kind) {
    case undefined:
      return canonical({ by: 'latest', kind: 'any' });
    case 'lit':
      return canonical(draft.value);
    case 'cel':
      return draft.expression.source.trim();
    case 'map':
      return JSON.stringify([...draft.entries].map(([key, value]) => [key, writtenAs(value)]));
    default:
      return 'text';
  }
}

function writtenAs(draft: Draft): unknown {
  if (draft.kind === 'lit') return draft.value;
  return expressionsIn(draft).map(e => e.source.trim());
}

/** The latest checkpoint, chosen, then people decide, then it is used: it has aged by their time. */
function lintAge(view: View, step: ModeStep, reporter: Reporter): void {
  const draft = checkpointOf(step);
  const chosen = chosenBy(view, draft);
  if (draft === undefined || chosen === undefined || !isLatestByDefault(view, checkpointOf(chosen))) return;
  const between = view.steps.find(
    s => s.contract?.name === 'approval' && s.place > chosen.place && s.place < step.place,
  );
  if (between !== undefined)
    reporter.report('DB7012', draft.at, { approval: between.draft.id, chosen: chosen.draft.id });
}
