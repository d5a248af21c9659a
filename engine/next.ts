import type { Phase } from '../compiler/plan.ts';
import { startClosing } from './closing.ts';
import { allAbove } from './graph.ts';
import { onItemEnded, startForEach } from './items.ts';
import { type Entry, hasEnded, isTrouble, type StepEntry } from './state.ts';
import { stop } from './stopping.ts';
import { end, entryAt, stepAt, type Turn } from './turn.ts';

/** A phase begins: those of its steps that wait for nothing in it start. */
export function enter(turn: Turn, phase: Phase): void {
  turn.state.stage = phase;
  for (const [rank, place] of turn.graph.phases[phase].entries()) {
    const { waits } = entryAt(turn, place);
    if (waits === 0 || (waits === allAbove && rank === 0)) turn.agenda.push({ do: 'start', place });
  }
}

export function startStep(turn: Turn, place: number): void {
  const step = stepAt(turn, place);
  const entry = entryAt(turn, place);
  if (entry.status !== 'pending' || turn.state.stage !== step.phase) return;
  const unmet = step.needs.map(p => entryAt(turn, p)).find(e => e.status !== 'succeeded' && e.status !== 'skipped');
  if (unmet !== undefined) {
    end(turn, entry, { status: 'cancelled', text: `not started: "${unmet.key}" ${said(unmet)}` });
    return;
  }
  if (step.phase === 'closing') startClosing(turn, step, place);
  else if (step.forEach !== undefined) startForEach(turn, entry, step.forEach);
  else turn.agenda.push({ do: 'admit', entry });
}

export function onEnded(turn: Turn, entry: Entry): void {
  if (entry.item !== undefined) {
    obey(turn, entry);
    onItemEnded(turn, entry);
    return;
  }
  const step: StepEntry = entryAt(turn, entry.place);
  if (step.items === undefined) obey(turn, step);
  const { phase, onFailure } = stepAt(turn, entry.place);
  if (phase === 'main' && isTrouble(step.status) && onFailure !== 'continue') turn.state.failures++;
  turn.state.left[phase]--;
  for (const place of turn.graph.dependents[entry.place] ?? []) {
    if (--entryAt(turn, place).waits === 0) turn.agenda.push({ do: 'start', place });
  }
  offerNextInLine(turn, phase);
}

/** The first step of a phase that has not ended, when it is another than before: if it waits for all above, it may start. */
function offerNextInLine(turn: Turn, phase: Phase): void {
  const { prefix } = turn.state;
  const places = turn.graph.phases[phase];
  const before = prefix[phase];
  for (;;) {
    const place = places[prefix[phase]];
    if (place === undefined) return;
    const entry = entryAt(turn, place);
    if (!hasEnded(entry)) {
      if (prefix[phase] > before && entry.waits === allAbove) turn.agenda.push({ do: 'start', place });
      return;
    }
    prefix[phase]++;
  }
}

/** The step's failure policy, where no question put it off. */
function obey(turn: Turn, entry: Entry): void {
  if (!isTrouble(entry.status)) return;
  const { phase, onFailure, uses } = stepAt(turn, entry.place);
  const what = `"${entry.key}" ${said(entry)}`;
  const why = entry.error === undefined ? what : `${what}: ${entry.error}`;
  switch (phase) {
    case 'sign-in':
      stop(turn, { reason: why, by: 'machine', tell: true });
      return;
    case 'preflight':
      if (onFailure !== 'continue') stop(turn, { reason: why, by: 'machine', tell: true });
      return;
    case 'main':
      if (onFailure !== 'continue') stop(turn, { reason: what, by: 'machine', tell: uses === 'approval' });
      return;
    case 'closing':
    case 'finally':
      return;
  }
}

/** A status as the end of a sentence that begins with the step. */
export function said({ status }: Entry): string {
  switch (status) {
    case 'timed_out':
      return 'timed out';
    case 'errored':
      return 'could not be carried out';
    case 'cancelled':
    case 'skipped':
      return `was ${status}`;
    case 'succeeded':
    case 'failed':
      return status;
    case 'pending':
    case 'running':
    case 'asking':
      return `is ${status}`;
  }
}
