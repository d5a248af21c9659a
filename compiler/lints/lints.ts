import { references } from '../../expressions/references.ts';
import type { DraftReader } from '../shape/drafts.ts';
import { lintChecks, lintHosts } from './checks.ts';
import { lintCheckpoints } from './checkpoints.ts';
import { lintLive } from './live.ts';
import { lintObjectives } from './objectives.ts';
import { lintSchedules } from './schedules.ts';
import { lintWebhooks } from './webhooks.ts';
import type { Runbook } from '../model.ts';
import type { ConfigNames } from '../check/names.ts';
import type { Reporter } from '../reporter.ts';
import type { View } from '../check/view.ts';

/** Warnings: what is legal and probably not meant. Only for a file without errors. `now`: ms since 1970. */
export function lint(
  runbook: Runbook,
  views: readonly View[],
  drafts: DraftReader,
  reporter: Reporter,
  { names, now }: { readonly names?: ConfigNames | undefined; readonly now?: number | undefined } = {},
): void {
  for (const view of views) {
    lintLive(view, names, reporter);
    lintChecks(view, reporter);
    lintObjectives(view, reporter);
    lintCheckpoints(view, reporter);
  }
  lintHosts(views, reporter);
  lintInputs(runbook, drafts, reporter);
  lintSchedules(runbook.triggers.schedules, now, reporter);
  lintWebhooks(runbook.triggers.webhooks, views, names, reporter);
}

function lintInputs(runbook: Runbook, drafts: DraftReader, reporter: Reporter): void {
  if (runbook.inputs.size === 0) return;
  const used = new Set<string>();
  for (const { source } of drafts.expressions)
    for (const { path } of references(source)) if (path[0] === 'inputs') used.add(path[1] ?? '*');
  if (used.has('*')) return;
  for (const { name, at } of runbook.inputs.values()) if (!used.has(name)) reporter.report('DB7004', at, { name });
}
