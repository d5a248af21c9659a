import { modes } from '../../actions/contract.ts';
import { formatDuration } from '../../expressions/duration.ts';
import { defaultMaxHoldMs } from '../plan/limits.ts';
import type { StepDraft } from '../model.ts';
import type { Reporter } from '../reporter.ts';
import { type ModeStep, resolve, type View } from './view.ts';

/** Keys of a step that only some steps can have: `max-failures`, `hold`, `site`. */
export function checkStepKeys(view: View, reporter: Reporter): void {
  for (const step of view.steps) {
    checkMaxFailures(view, step, reporter);
    checkHold(view, step, reporter);
    checkOwnSite(step.draft, reporter);
  }
}

function checkMaxFailures({ mode }: View, { draft, onFailure }: ModeStep, reporter: Reporter): void {
  const at = draft.forEach?.maxFailures?.at;
  if (at !== undefined && onFailure !== 'continue' && draft.perItem?.onFailure === undefined)
    reporter.report('DB4032', at, { mode, policy: `\`on-failure: ${onFailure}\`` });
}

function checkHold({ limits }: View, { draft }: ModeStep, reporter: Reporter): void {
  const { hold, contract } = draft;
  if (hold === undefined || contract === undefined) return;
  // Of an alias, the modes that open no test leave it out.
  if (!modes.some(mode => resolve(contract, mode)?.opens === 'test')) {
    reporter.report('DB4033', hold.at, {});
    return;
  }
  const most = limits.maxHold ?? defaultMaxHoldMs;
  if (hold.value > most)
    reporter.report('DB2011', hold.at, { what: 'hold', why: `longer than limits.max-hold (${formatDuration(most)})` });
}

function checkOwnSite({ site, contract }: StepDraft, reporter: Reporter): void {
  if (site === undefined || contract?.performer !== 'engine') return;
  const why = contract.name === 'runbook' ? 'the file that it calls says where it is done' : 'it is done at no site';
  reporter.report('DB4006', site.at, { what: '`site`', action: contract.name, why });
}
