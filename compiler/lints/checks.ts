import type { Mode } from '../../actions/contract.ts';
import type { Json } from '../../actions/json.ts';
import { references } from '../../expressions/references.ts';
import { expressionsIn } from '../check/draft-types.ts';
import type { Draft } from '../model.ts';
import { allSteps, isCheck, opensVpg } from '../check/openings.ts';
import type { Reporter } from '../reporter.ts';
import type { ModeStep, View } from '../check/view.ts';

/** Checks: that there are some, and that they matter. */
export function lintChecks(view: View, reporter: Reporter): void {
  const steps = [...allSteps(view)];
  const first = view.steps.find(opensVpg);
  if (view.mode === 'drill' && first !== undefined && !steps.some(s => isCheck(s) || s.contract?.name === 'assert'))
    reporter.report('DB7003', first.draft.uses.at, {});
  const checks = view.steps.filter(step => isCheck(step) && step.draft.phase === 'main');
  if (checks.length === 0) return;
  const uses = usesOf(view);
  for (const step of checks) lintAwaited(step, uses, reporter);
}

/** What the steps of a mode wait for and read; made once, so that each check costs one look. */
interface Uses {
  /** All steps before this place are waited for by order. */
  readonly above: number;
  /** Places that a step of `steps` waits for. */
  readonly awaited: ReadonlySet<number>;
  readonly needed: ReadonlySet<number>;
  /** Ids of steps that an expression reads. */
  readonly read: ReadonlySet<string>;
}

function usesOf({ steps, runbook }: View): Uses {
  const main = steps.filter(s => s.draft.phase === 'main');
  const read = new Set<string>();
  const look = (expressions: readonly { readonly source: string }[]): void => {
    for (const { source } of expressions)
      for (const { path } of references(source)) if (path[0] === 'steps' && path[1] !== undefined) read.add(path[1]);
  };
  for (const { draft } of steps) {
    for (const part of [draft.with, draft.forEach?.items]) look(expressionsIn(part));
    if (draft.if !== undefined) look([draft.if]);
  }
  for (const output of runbook.outputs.values()) look(expressionsIn(output));
  return {
    above: main.findLast(s => s.after === 'above')?.place ?? 0,
    awaited: new Set(main.flatMap(s => (s.after === 'above' ? [] : s.after))),
    needed: new Set(steps.flatMap(s => s.needs)),
    read,
  };
}

/** A check whose end changes nothing: nobody minds its failure, or it looks at once and nobody waits for it. */
function lintAwaited({ draft, place }: ModeStep, uses: Uses, reporter: Reporter): void {
  const forgiven = draft.onFailure?.value === 'continue';
  const atOnce = draft.needs?.length === 0 && place >= uses.above && !uses.awaited.has(place);
  if (!forgiven && !atOnce) return;
  if (uses.needed.has(place) || uses.read.has(draft.id)) return;
  const why = forgiven ? 'its failure stops nothing and nothing reads it' : 'it starts at once and nothing needs it';
  reporter.report('DB7009', draft.uses.at, { id: draft.id, why });
}

/** The same host in drill and failover, seen from the same place: one of the two looks at the wrong one. */
export function lintHosts(views: readonly View[], reporter: Reporter): void {
  const of = (mode: Mode): View | undefined => views.find(v => v.mode === mode);
  const [drill, failover] = [of('drill'), of('failover')];
  if (drill === undefined || failover === undefined) return;
  for (const step of drill.steps) {
    if (!isCheck(step) || !failover.places.has(step.draft.id) || step.draft.with?.kind !== 'map') continue;
    const { entries } = step.draft.with;
    const host = entries.get('host') ?? entries.get('url') ?? entries.get('server');
    const via = entries.get('via');
    const samePlace = via === undefined ? drill.via?.value === failover.via?.value : via.kind === 'lit';
    if (host === undefined || !samePlace) continue;
    const [one, other] = [valueIn(host, drill), valueIn(host, failover)];
    if (one !== undefined && one === other) reporter.report('DB7006', host.at, {});
  }
}

/** What a field is in a mode, where the file alone says it. */
function valueIn(draft: Draft, view: View): Json | undefined {
  if (draft.kind === 'lit') return draft.value;
  if (draft.kind !== 'cel') return undefined;
  const [root, name = '', ...more] = draft.expression.source.trim().split('.');
  return root === 'vars' && more.length === 0 ? view.vars.get(name)?.value : undefined;
}
