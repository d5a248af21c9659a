import { isLiveMode } from '../../actions/modes.ts';
import { firstUnasked } from '../check/asking.ts';
import type { ConfigNames } from '../check/names.ts';
import { allSteps, opensVpg } from '../check/openings.ts';
import type { Reporter } from '../reporter.ts';
import type { Range } from '../yaml/source.ts';
import { isBefore, type ModeStep, type View } from '../check/view.ts';

/** Live modes: who decides, how it ends, what the other side does meanwhile. */
export function lintLive(view: View, names: ConfigNames | undefined, reporter: Reporter): void {
  const steps = [...allSteps(view)];
  const asks = steps.some(s => s.contract?.name === 'approval');
  // What a sub-runbook opens is blamed on the step that calls it.
  const opening = isLiveMode(view.mode) ? view.steps.find(s => opensVpg(s) || callsLive(s)) : undefined;
  const unasked = opening && firstUnasked(view, s => s.contract?.opens === 'live');
  if (unasked !== undefined) reporter.report('DB7001', unasked.draft.uses.at, {});
  else if (!asks && names?.approvalFor?.includes(view.mode) === true)
    reporter.report('DB7013', modeAt(view), { mode: view.mode, file: names.file });
  if (opening === undefined) return;
  if (!steps.some(s => s.contract?.name === 'zerto/commit'))
    reporter.report('DB7002', modeAt(view), { mode: view.mode });
  for (const step of view.steps) lintSource(view, step, reporter);
}

function callsLive({ call }: ModeStep): boolean {
  return call !== undefined && [...allSteps(call.sub.view)].some(s => s.contract?.opens === 'live');
}

const modeAt = ({ runbook, mode }: View): Range => runbook.modes.get(mode)?.at ?? runbook.root;

/**
 * A failover that may leave the VMs at the other site running. `auto` leaves them only where that site does not answer,
 * which every approval shows; all else needs a person who goes and looks.
 */
function lintSource(view: View, { draft, contract, place }: ModeStep, reporter: Reporter): void {
  if (contract?.name !== 'zerto/failover') return;
  const how = draft.with?.kind === 'map' ? draft.with.entries.get('shutdown-source') : undefined;
  const word = how === undefined ? 'auto' : how.kind === 'lit' ? how.value : undefined;
  if (word === 'graceful' || word === 'force') return;
  const asked = view.steps.some(
    s =>
      (s.contract?.name === 'manual' || (word === 'auto' && s.contract?.name === 'approval')) &&
      isBefore(view, s.place, place),
  );
  if (asked) return;
  const what =
    word === 'none'
      ? 'does not shut the source down'
      : word === 'auto'
        ? 'does not shut the source down where the other site is not connected'
        : 'may not shut the source down';
  reporter.report('DB7008', draft.uses.at, { what });
}
