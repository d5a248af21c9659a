import type { Phase } from '../compiler/plan.ts';
import { startClosing } from './closing.ts';
import { isFrozen } from './held.ts';
import { calledBy, frameOf, shapeOf } from './frames.ts';
import { allAbove } from './graph.ts';
import { onItemEnded, startForEach } from './items.ts';
import { type Entry, hasEnded, isTrouble, type StepEntry } from './entry.ts';
import { policyOf } from './per-item.ts';
import type { Frame, Stop } from './state.ts';
import { said } from './said.ts';
import { onSignedIn } from './sites.ts';
import { stop, stopFrame } from './stopping.ts';
import { end, entryAt, settle, stepAt, stepEntryOf, type Turn } from './turn.ts';

/** A phase begins: those of its steps that wait for nothing in it start. */
export function enter(turn: Turn, frame: Frame, phase: Phase): void {
  frame.stage = phase;
  turn.touched.add(frame.index);
  for (const [rank, place] of shapeOf(turn, frame).phases[phase].entries()) {
    const { waits } = entryAt(turn, frame, place);
    if (waits === 0 || (waits === allAbove && rank === 0)) begin(turn, frame, place);
  }
}

function begin(turn: Turn, { index }: Frame, place: number): void {
  turn.agenda.push({ do: 'start', frame: index, place });
}

export function startStep(turn: Turn, frame: Frame, place: number): void {
  const step = stepAt(turn, place);
  const entry = entryAt(turn, frame, place);
  if (entry.status !== 'pending' || frame.stage !== step.phase || isFrozen(turn, step.phase)) return;
  const unmet = step.needs
    .map(p => entryAt(turn, frame, p))
    .find(e => e.status !== 'succeeded' && e.status !== 'skipped' && e.overcome !== true);
  if (unmet !== undefined && step.uses === 'approval') {
    // Left out, it would let pass what is below it.
    settle(turn, entry, { status: 'errored', text: `not asked: "${unmet.key}" ${said(unmet)}` });
    return;
  }
  if (unmet !== undefined) {
    end(turn, entry, { status: 'cancelled', text: `not started: "${unmet.key}" ${said(unmet)}` });
    return;
  }
  if (step.phase === 'closing') startClosing(turn, frame, step, place);
  else if (step.forEach !== undefined) startForEach(turn, entry, step.forEach);
  else turn.agenda.push({ do: 'admit', entry });
}

export function onEnded(turn: Turn, entry: Entry): void {
  if (entry.item !== undefined) {
    obey(turn, entry);
    onItemEnded(turn, entry);
    return;
  }
  const frame = frameOf(turn, entry);
  const step: StepEntry = stepEntryOf(turn, entry);
  if (step.items === undefined) obey(turn, step);
  const { phase } = stepAt(turn, entry.place);
  if (phase === 'main' && isTrouble(step.status) && policyOf(turn, step) !== 'continue' && step.overcome !== true)
    frame.failures++;
  if (phase === 'sign-in') onSignedIn(turn, step);
  if (!turn.graph.unawaited.has(entry.place)) frame.left[phase]--;
  for (const place of turn.graph.dependents[entry.place] ?? []) {
    if (--entryAt(turn, frame, place).waits === 0) begin(turn, frame, place);
  }
  offerNextInLine(turn, frame, phase);
}

/** The first step of a phase that has not ended, when it is another than before: if it waits for all above, it may start. */
function offerNextInLine(turn: Turn, frame: Frame, phase: Phase): void {
  const { through } = frame;
  const places = shapeOf(turn, frame).phases[phase];
  const before = through[phase];
  for (;;) {
    const place = places[through[phase]];
    if (place === undefined) return;
    const entry = entryAt(turn, frame, place);
    if (!hasEnded(entry)) {
      if (through[phase] > before && entry.waits === allAbove) begin(turn, frame, place);
      return;
    }
    through[phase]++;
  }
}

/** The step's failure policy, where no question put it off. */
function obey(turn: Turn, entry: Entry): void {
  if (!isTrouble(entry.status)) return;
  const { phase, uses, beside } = stepAt(turn, entry.place);
  const onFailure = policyOf(turn, entry);
  const what = `"${entry.key}" ${said(entry)}`;
  const why = entry.error === undefined ? what : `${what}: ${entry.error}`;
  switch (phase) {
    case 'sign-in':
      // Of another site: it fails the steps that need it.
      if (beside !== true) stopAt(turn, entry, { reason: why, tell: true });
      return;
    case 'preflight':
      if (onFailure !== 'continue') stopAt(turn, entry, { reason: why, tell: true });
      return;
    case 'main':
      // No policy of a sub-runbook's caller lets a run pass an approval that said no.
      if (uses === 'approval') stop(turn, { reason: why, by: 'machine', tell: true });
      else if (onFailure !== 'continue') stopAt(turn, entry, { reason: what, tell: false });
      return;
    case 'closing':
    case 'finally':
      return;
  }
}

/** Where a step aborts: the run, or the sub-runbook that it stands in, whose call then ends as the step did. */
function stopAt(turn: Turn, entry: Entry, why: Pick<Stop, 'reason' | 'tell'>): void {
  const frame = frameOf(turn, entry);
  // A person who aborted in a sub-runbook has ended what its end ends.
  const by = calledBy(turn.state, entry.key)?.stop?.by ?? 'machine';
  const { error } = entry;
  const reason = error === undefined || why.reason.endsWith(error) ? why.reason : `${why.reason}: ${error}`;
  // While the run is held, nothing is cut short: who goes on overcomes this too.
  if (frame.index === 0 || turn.state.held !== undefined)
    stop(turn, { ...why, by }, { failed: entry.key, told: reason });
  else if (isTrouble(entry.status)) {
    stopFrame(turn, frame, { reason, tell: true, by, status: entry.status });
  }
}
