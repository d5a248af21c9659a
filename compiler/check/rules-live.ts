import { missingInCommit } from '../../actions/zerto-commit.ts';
import { impliesEquality } from '../../expressions/implies.ts';
import { headOf } from '../shape/keys.ts';
import type { StepDraft } from '../model.ts';
import { allSteps, namesIn } from './openings.ts';
import { rawWith } from '../shape/raw.ts';
import type { Reporter } from '../reporter.ts';
import type { Range } from '../yaml/source.ts';
import type { ModeStep, View } from './view.ts';

/**
 * What ends a live change: behind whose word it stands, and of which VPGs (rule 4; `zerto/commit`). Whoever calls this file
 * may have more open: what can only be known of a whole run is checked on its Plan.
 */
export function checkLiveEnds(view: View, called: boolean, reporter: Reporter): void {
  const opened = openedAbove(view);
  const moves = [...allSteps(view)].some(step => step.contract?.name === 'zerto/move');
  if (moves) checkCalledCommits(view, reporter);
  for (const { draft, contract } of view.steps) {
    if (contract?.ends === 'roll-back') checkChoice(view, draft, reporter);
    if (contract?.ends === undefined) continue;
    checkVpgs(draft, contract.ends, opened, called, reporter);
    const missing = contract.ends === 'commit' ? missingInCommit(rawWith(draft.with), moves) : undefined;
    if (missing !== undefined) reporter.report('DB4043', headOf(draft.withAt, reporter), { key: missing });
  }
}

function checkChoice(view: View, draft: StepDraft, reporter: Reporter): void {
  const isApproval = (id: string): boolean => view.all.get(id)?.contract?.name === 'approval';
  const isChoice = ([root, id = '', outputs, name, ...more]: readonly string[]): boolean =>
    root === 'steps' && outputs === 'outputs' && name === 'choice' && more.length === 0 && isApproval(id);
  if (draft.if === undefined || !impliesEquality(draft.if.source, isChoice))
    reporter.report('DB4005', draft.uses.at, {});
}

/** The VPGs that the mode opens live, as far as all of them stand in the files. */
function openedAbove(view: View): readonly string[] | undefined {
  const live = [...allSteps(view)].filter(({ contract }: ModeStep) => contract?.opens === 'live');
  const names = live.map(({ draft }) => namesIn(draft, 'vpg'));
  return names.every(n => n !== undefined) ? [...new Set(names.flat())] : undefined;
}

function checkVpgs(
  draft: StepDraft,
  ends: 'commit' | 'roll-back',
  opened: readonly string[] | undefined,
  called: boolean,
  reporter: Reporter,
): void {
  const value = draft.with?.kind === 'map' ? draft.with.entries.get('vpgs') : undefined;
  const named = value && namesIn(draft, 'vpgs');
  if (value === undefined || named === undefined || opened === undefined) return;
  const more = called || opened.length === 0;
  reportVpgs(named, more ? [...new Set([...opened, ...named])] : opened, ends, value.at, reporter);
}

/** The VPGs that a step ends, against those that are open. */
export function reportVpgs(
  named: readonly string[],
  opened: readonly string[],
  ends: 'commit' | 'roll-back',
  at: Range,
  reporter: Reporter,
): void {
  const [mine, open] = [new Set(named), new Set(opened)];
  const strange = named.find(name => !open.has(name));
  const left = opened.filter(name => !mine.has(name));
  if (strange !== undefined) reporter.report('DB4044', headOf(at, reporter), { vpg: strange });
  else if (ends === 'commit' && left.length > 0)
    reporter.report('DB4042', headOf(at, reporter), { vpgs: left.join(', ') });
}

/** A commit in a sub-runbook that knows of no move, where this mode has one. */
function checkCalledCommits(view: View, reporter: Reporter): void {
  const walked = new Set([view]);
  for (const { call } of view.steps) {
    if (call === undefined || walked.has(call.sub.view)) continue;
    for (const { draft, contract } of allSteps(call.sub.view, walked)) {
      const missing = contract?.ends === 'commit' ? missingInCommit(rawWith(draft.with), true) : undefined;
      if (missing !== undefined)
        reporter.report('DB4038', call.at, { file: call.sub.source.file, id: draft.id, key: missing });
    }
  }
}
