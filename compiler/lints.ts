import { references } from '../expressions/references.ts';
import type { Mode } from '../actions/contract.ts';
import { canonical } from './hash.ts';
import type { DraftReader } from './drafts.ts';
import type { Runbook } from './model.ts';
import type { Reporter } from './reporter.ts';
import { isLive, type ModeStep, type View } from './view.ts';

/** Warnings: what is legal and probably not meant. Only for a file without errors. */
export function lint(runbook: Runbook, views: readonly View[], drafts: DraftReader, reporter: Reporter): void {
  for (const view of views) {
    lintLive(view, reporter);
    lintDrill(view, reporter);
    lintObjectives(view, reporter);
    lintCheckpoints(view, reporter);
  }
  lintHosts(views, reporter);
  lintInputs(runbook, drafts, reporter);
}

const opens = ({ contract, draft }: ModeStep): boolean =>
  contract?.closedBy !== undefined || contract?.name === 'zerto/failover' || draft.contract?.name === 'zerto/recover';
const isCheck = ({ contract }: ModeStep): boolean => contract?.name.startsWith('check/') === true;

function lintLive(view: View, reporter: Reporter): void {
  const first = view.steps.find(opens);
  if (!isLive(view.mode) || first === undefined) return;
  const has = (name: string): boolean => view.steps.some(s => s.contract?.name === name);
  if (!has('approval')) reporter.report('DB7001', first.draft.uses.at, {});
  if (!has('zerto/commit')) reporter.report('DB7002', modeAt(view), { mode: view.mode });
}

const modeAt = ({ runbook, mode }: View): { start: number; end: number } => runbook.modes.get(mode)?.at ?? runbook.root;

function lintDrill(view: View, reporter: Reporter): void {
  const first = view.steps.find(opens);
  if (view.mode === 'drill' && first !== undefined && !view.steps.some(isCheck))
    reporter.report('DB7003', first.draft.uses.at, {});
}

function lintObjectives(view: View, reporter: Reporter): void {
  const { rto, rpo } = view.runbook.settings.objectives;
  if (view.mode === 'change' || view.steps.some(opens)) return;
  for (const [objective, at] of [
    ['RTO', rto?.at],
    ['RPO', rpo?.at],
  ] as const)
    if (at !== undefined) reporter.report('DB7005', at, { objective, mode: view.mode, missing: 'no recovery' });
}

/** Steps that recover from different points in time give an application whose parts do not fit. */
function lintCheckpoints(view: View, reporter: Reporter): void {
  const recoveries = view.steps.filter(opens);
  const points = new Map<string, ModeStep>();
  for (const step of recoveries) {
    const draft = step.draft.with?.kind === 'map' ? step.draft.with.entries.get('checkpoint') : undefined;
    const key =
      draft === undefined
        ? 'latest'
        : draft.kind === 'lit'
          ? canonical(draft.value)
          : draft.kind === 'cel'
            ? draft.expression.source.trim()
            : 'text';
    if (!points.has(key)) points.set(key, step);
  }
  const [first, second] = [...points.values()];
  if (first === undefined || second === undefined) return;
  reporter.report('DB7007', second.draft.uses.at, { ids: [...points.values()].map(s => s.draft.id).join(', ') });
}

function lintHosts(views: readonly View[], reporter: Reporter): void {
  const of = (mode: Mode): View | undefined => views.find(v => v.mode === mode);
  const [drill, failover] = [of('drill'), of('failover')];
  if (drill === undefined || failover === undefined) return;
  for (const step of drill.steps) {
    if (!isCheck(step) || !failover.places.has(step.draft.id) || step.draft.with?.kind !== 'map') continue;
    const host = step.draft.with.entries.get('host') ?? step.draft.with.entries.get('url');
    if (host?.kind === 'lit' && drill.via?.value === failover.via?.value) reporter.report('DB7006', host.at, {});
  }
}

function lintInputs(runbook: Runbook, drafts: DraftReader, reporter: Reporter): void {
  if (runbook.inputs.size === 0) return;
  const used = new Set<string>();
  for (const { source } of drafts.expressions)
    for (const { path } of references(source)) if (path[0] === 'inputs') used.add(path[1] ?? '*');
  if (used.has('*')) return;
  for (const { name, at } of runbook.inputs.values()) if (!used.has(name)) reporter.report('DB7004', at, { name });
}
