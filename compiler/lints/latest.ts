import type { Json } from '../../actions/json.ts';
import { references } from '../../expressions/references.ts';
import type { Draft } from '../model.ts';
import { rawOf } from '../shape/raw.ts';
import type { ModeStep, View } from '../check/view.ts';

/** The field of a step that says from which point in time; a move has none. */
export function checkpointOf({ draft, contract }: ModeStep): Draft | undefined {
  return draft.with?.kind === 'map' && contract?.name !== 'zerto/move'
    ? draft.with.entries.get('checkpoint')
    : undefined;
}

/** Whether a recovery may use the latest checkpoint; only what the file rules out cannot. */
export function mayBeLatest(view: View, step: ModeStep): boolean {
  const draft = checkpointOf(step);
  if (draft === undefined) return true;
  if (draft.kind === 'lit') return isLatest(draft.value);
  if (draft.kind === 'map') return isLatest(rawOf(draft) as Json);
  const chosen = chosenBy(view, draft);
  return chosen === undefined || mayBeLatest(view, chosen);
}

/** The `zerto/choose-checkpoints` whose choice a field takes. */
export function chosenBy(view: View, draft: Draft | undefined): ModeStep | undefined {
  if (draft?.kind !== 'cel') return undefined;
  for (const { path } of references(draft.expression.source)) {
    const place = path[0] === 'steps' ? view.places.get(path[1] ?? '') : undefined;
    const step = place === undefined ? undefined : view.steps[place];
    if (step?.contract?.name === 'zerto/choose-checkpoints') return step;
  }
  return undefined;
}

/** Whether a field is the latest checkpoint, or is so by the default of an input. */
export function isLatestByDefault(view: View, draft: Draft | undefined): boolean {
  if (draft?.kind === 'lit') return isLatest(draft.value);
  if (draft?.kind === 'map') return isLatest(rawOf(draft) as Json);
  if (draft?.kind !== 'cel') return false;
  return references(draft.expression.source).some(({ path }) => {
    const usual = path[0] === 'inputs' ? view.runbook.inputs.get(path[1] ?? '')?.default : undefined;
    return usual === 'latest' || (usual !== undefined && isLatest(usual));
  });
}

function isLatest(value: Json): boolean {
  return typeof value === 'object' && value !== null && 'by' in value && value.by === 'latest';
}
