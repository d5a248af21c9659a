import type { PlanStep } from '../compiler/plan.ts';
import { openingKey } from './closing.ts';
import { calledBy, isLive, shapeOf } from './frames.ts';
import { said } from './said.ts';
import { policyOf } from './per-item.ts';
import { missedObjectives, rpoOf, rtoOf } from './objectives.ts';
import type { Entry, StepEntry } from './entry.ts';
import { type Frame, lookUp } from './state.ts';
import { entryAt, stepAt, type Turn } from './turn.ts';
import { type Facts, judge, type Judged } from './verdict.ts';

/** The recovery verdict of the run, or of a sub-runbook, from what stands at the end of its steps. */
export function judgeRecovery(turn: Turn, frame: Frame): Judged {
  const lists: Lists = { failed: [], stopped: [], errored: [], exceptions: [] };
  const { failed, stopped, errored, exceptions } = lists;
  if (frame.stop?.tell === true) stopped.push(frame.stop.reason);
  if (frame.index === 0) exceptions.push(...turn.state.overridden);
  collect(turn, frame, lists, 'own');
  const rto = rtoOf(turn, frame);
  const rpo = rpoOf(turn, frame);
  // An approval that ended the run has its sentence in `stopped`; any other stop must weigh as much.
  if (frame.stop !== undefined && frame.stop.decided !== true && failed.length + stopped.length + errored.length === 0)
    stopped.push(frame.stop.reason);
  const live = isLive(turn, frame);
  const facts: Facts = { live, residue: [], failed, missed: missedObjectives(rto, rpo), stopped, errored, exceptions };
  return { facts, verdict: judge(facts).verdict, rto, rpo };
}

/**
 * Whose steps they are: the frame's own, or those of a sub-runbook. What is required in a sub-runbook speaks through the
 * step that calls it, and only where that is required itself.
 */
type Whose = 'own' | 'required' | 'excused';

function collect(turn: Turn, frame: Frame, lists: Lists, whose: Whose): void {
  const { preflight, main } = shapeOf(turn, frame).phases;
  for (const place of [...preflight, ...main]) {
    const step = stepAt(turn, place);
    const entry = entryAt(turn, frame, place);
    for (const e of ended(step, entry)) listFor(turn, frame, e, lists, whose)?.push(sentence(e));
    if (step.calls === undefined) continue;
    for (const e of entry.items?.entries ?? [entry]) {
      const called = calledBy(turn.state, e.key);
      const inner = whose === 'excused' || policyOf(turn, e) === 'continue' ? 'excused' : 'required';
      if (called !== undefined) collect(turn, called, lists, inner);
    }
  }
}

/**
 * Items speak for themselves as long as one of them (an opening that closing must end) keeps their step from ending, and
 * where `max-failures` lets some fail.
 */
function ended(step: PlanStep, entry: StepEntry): readonly Entry[] {
  if (entry.items === undefined) return [entry];
  const tolerated = step.forEach?.maxFailures !== undefined && entry.status === 'succeeded';
  return entry.status === 'running' || tolerated ? entry.items.entries : [entry];
}

type Lists = Record<'failed' | 'stopped' | 'errored' | 'exceptions', string[]>;

/** Where a step's end counts; undefined: nowhere, or the stop, or the step that called it, speaks for it. */
function listFor(turn: Turn, frame: Frame, entry: Entry, lists: Lists, whose: Whose): string[] | undefined {
  const step = stepAt(turn, entry.place);
  const required = policyOf(turn, entry) !== 'continue';
  // It has its sentence among what people overrode.
  if (entry.overcome === true) return undefined;
  switch (entry.status) {
    case 'failed':
    case 'timed_out':
      if (!required) return lists.exceptions;
      return step.phase === 'main' && step.uses !== 'approval' && whose === 'own' ? lists.failed : undefined;
    case 'errored':
      if (!required) return lists.exceptions;
      return step.phase === 'main' && whose === 'own' ? lists.errored : undefined;
    case 'cancelled':
      if (frame.stop !== undefined || step.phase !== 'main') return undefined;
      return required && isCheck(step) && whose !== 'excused' ? lists.stopped : lists.exceptions;
    case 'succeeded':
    case 'skipped':
    case 'pending':
    case 'running':
    case 'asking':
      return undefined;
  }
}

function isCheck(step: PlanStep): boolean {
  return step.uses.startsWith('check/');
}

function sentence(entry: Entry): string {
  const what = `"${entry.key}" ${said(entry)}`;
  return entry.error === undefined ? what : `${what}: ${entry.error}`;
}

/** What closing left: one sentence for each opening that was not read back as closed; the run's with its sub-runbooks'. */
export function residueOf(turn: Turn, frame: Frame): string[] {
  const own = shapeOf(turn, frame).phases.closing.flatMap(place => {
    const step = entryAt(turn, frame, place);
    return (step.items?.entries ?? [step])
      .filter(e => e.status !== 'succeeded' && e.status !== 'skipped')
      .map(e => {
        const opening = lookUp(turn.state.openings, openingKey(turn, stepAt(turn, place), e));
        const what =
          opening === undefined || opening.vpgs.length === 0 ? `what "${e.key}" closes` : opening.vpgs.join(', ');
        return `${what} may still be open: ${e.error ?? said(e)}`;
      });
  });
  const inner = frame.index === 0 ? turn.state.frames.slice(1) : [];
  return [...inner.flatMap(f => f.judged?.facts.residue ?? []), ...own];
}

/** What was open for a time nobody knows says less than a pass does (rule 19: lowered by what closing found). */
export function exceptionsOfOpenings({ state }: Turn, { index }: Frame): string[] {
  return (state.endedByOthers ?? []).filter(({ frame }) => index === 0 || index === frame).map(({ text }) => text);
}

/** Steps of `finally` are no required steps of `steps` (rule 19): one that did not succeed is an exception. */
export function exceptionsOfFinally(turn: Turn): string[] {
  return turn.state.frames.flatMap(frame =>
    shapeOf(turn, frame)
      .phases.finally.map(place => entryAt(turn, frame, place))
      .filter(e => e.status !== 'succeeded' && e.status !== 'skipped')
      .map(sentence),
  );
}
