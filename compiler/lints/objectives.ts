import { mayBeLatest } from './latest.ts';
import { allSteps, isCheck, opensVpg } from '../check/openings.ts';
import type { Reporter } from '../reporter.ts';
import { isBefore, type View } from '../check/view.ts';

/** Objectives that nothing measures (docs/language.md, rule 19). */
export function lintObjectives(view: View, reporter: Reporter): void {
  const { mode, runbook } = view;
  if (mode === 'change') return;
  const own = runbook.modes.get(mode)?.settings.objectives;
  const [rto, rpo] = [own?.rto ?? runbook.settings.objectives.rto, own?.rpo ?? runbook.settings.objectives.rpo];
  // What sub-runbooks recover and check is theirs to measure.
  const calls = view.steps.some(s => s.call !== undefined && [...allSteps(s.call.sub.view)].some(opensVpg));
  if (calls) return;
  const recoveries = view.steps.filter(opensVpg);
  if (rto !== undefined) {
    const measured = view.steps.some(
      s =>
        isCheck(s) &&
        s.draft.phase === 'main' &&
        s.onFailure !== 'continue' &&
        recoveries.some(r => isBefore(view, r.place, s.place)),
    );
    const missing = recoveries.length === 0 ? 'no recovery' : 'no required check behind a recovery';
    if (!measured) reporter.report('DB7005', rto.at, { objective: 'RTO', mode, missing });
  }
  if (rpo !== undefined && !recoveries.some(r => mayBeLatest(view, r))) {
    const missing = recoveries.length === 0 ? 'no recovery' : 'no recovery from the latest checkpoint';
    reporter.report('DB7005', rpo.at, { objective: 'RPO', mode, missing });
  }
}
