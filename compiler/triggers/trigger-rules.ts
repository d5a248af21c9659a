import { isLiveMode } from '../../actions/modes.ts';
import { firstUnasked } from '../check/asking.ts';
import { declaredBy } from '../check/declared.ts';
import { effectOf, isBeyond } from '../check/effect.ts';
import { allSteps } from '../check/openings.ts';
import type { ConfigNames } from '../check/names.ts';
import type { Reporter } from '../reporter.ts';
import type { Triggers, WebhookDraft } from '../model.ts';
import { type View } from '../check/view.ts';
import { fitsWildcard } from './wildcard.ts';

/** What a webhook may start, after drillbook.yaml and after the steps of its mode (docs/language.md, rule 18). */
export function checkTriggers(
  triggers: Triggers,
  runbook: string,
  views: readonly View[],
  names: ConfigNames | undefined,
  reporter: Reporter,
): void {
  for (const webhook of triggers.webhooks) {
    checkApproval(webhook, views, names, reporter);
    if (names !== undefined) checkAllowed(webhook, runbook, names, reporter);
  }
}

/** A machine may start a live run; before it does more than look, people have agreed. */
function checkApproval(
  { mode }: WebhookDraft,
  views: readonly View[],
  names: ConfigNames | undefined,
  reporter: Reporter,
): void {
  const view = views.find(v => v.mode === mode.value);
  if (view === undefined || !isLiveMode(mode.value)) return;
  const declared = declaredBy(names);
  const step = firstUnasked(
    view,
    ({ contract, draft }) => contract !== undefined && isBeyond(effectOf(contract, draft.with, declared), 'read'),
  );
  const asks = [...allSteps(view)].some(s => s.contract?.name === 'approval');
  if (step === undefined && asks) return;
  const what = step === undefined ? 'it ends' : `step "${step.draft.id}"`;
  reporter.report('DB4041', mode.at, { mode: mode.value, what });
}

function checkAllowed({ from, mode }: WebhookDraft, runbook: string, names: ConfigNames, reporter: Reporter): void {
  const { file } = names;
  const entry = Object.hasOwn(names.triggers, from.value) ? names.triggers[from.value] : undefined;
  if (entry === undefined) {
    const suggestion = reporter.didYouMean(from.value, Object.keys(names.triggers));
    reporter.report('DB2012', from.at, { kind: 'trigger', name: from.value, suggestion, file });
    return;
  }
  if (entry.kind === 'slack') {
    reporter.report('DB4040', from.at, {
      name: from.value,
      what: 'runs by a webhook: people in Slack start them',
      file,
    });
    return;
  }
  const fitting = entry.may.filter(m => m.runbooks.some(pattern => fitsWildcard(runbook, pattern)));
  if (fitting.some(m => m.modes.includes(mode.value))) return;
  const what = fitting.length === 0 ? `the runbook ${runbook}` : `mode ${mode.value} of ${runbook}`;
  reporter.report('DB4040', from.at, { name: from.value, what, file });
}
