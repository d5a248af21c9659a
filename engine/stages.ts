import { formatDuration } from '../expressions/duration.ts';
import { acquireLocks } from './acquiring.ts';
import { endFrame, stopClock } from './calling.ts';
import { closingTimer } from './closing.ts';
import { exceptionsOfFinally, exceptionsOfOpenings, judgeRecovery, residueOf } from './facts.ts';
import { leaveWhenNothingLive } from './deciding.ts';
import { beginForecast, endForecast } from './forecast.ts';
import { frameAt, rootOf } from './frames.ts';
import { hold, mustHold } from './held.ts';
import { humanTimeBetween } from './human-time.ts';
import { tellOfRun } from './lock-waits.ts';
import { enter } from './next.ts';
import { outputsOf, renderOutputs } from './outputs.ts';
import { pageEveryMs } from './pages.ts';
import { noteRun } from './progress.ts';
import { recordsOf } from './records.ts';
import type { Frame } from './state.ts';
import { haltPhase, stopForGood } from './stopping.ts';
import { clearTimer, deadlineTimer, setTimer, type Turn } from './turn.ts';
import type { EngineEvent, RunResult } from './types.ts';
import { judge } from './verdict.ts';

/** The run's first event. */
export function beginRun(
  turn: Turn,
  { refused, lifted, byPerson, forecasts }: Extract<EngineEvent, { kind: 'begin' }>,
): void {
  const { state, plan, at } = turn;
  state.startedAt = at;
  if (refused !== undefined) {
    rootOf(turn).stage = 'sign-in';
    // Nor does his `finally` do anything.
    state.skipFinally = refused;
    if (byPerson === undefined) state.notStarted = refused;
    stopForGood(turn, { reason: refused, by: byPerson === true ? 'person' : 'machine', tell: true });
    return;
  }
  if (turn.run.behind !== undefined)
    tellOfRun(turn, `${turn.run.requester} tells that ${turn.run.behind} asked for it`);
  if (lifted !== undefined) {
    tellOfRun(turn, `it is not published, and starts at the word of ${lifted}`);
    state.overridden.push(`it was not published, and started at the word of ${lifted}`);
  }
  if (plan.mode === 'drill' || plan.mode === 'change') {
    const { timeoutMs } = plan.limits;
    state.endsAt = at + timeoutMs;
    setTimer(turn, deadlineTimer, { for: 'deadline' }, state.endsAt, `limits.timeout (${formatDuration(timeoutMs)})`);
  } else watchOvertime(turn);
  if (forecasts === true) beginForecast(turn);
  enter(turn, rootOf(turn), 'sign-in');
}

const overtimeTimer = 'overtime';

/** In a live mode no clock ends a run: people are told that it takes long. */
function watchOvertime(turn: Turn): void {
  const { timeoutMs } = turn.plan.limits;
  const summary = `limits.timeout (${formatDuration(timeoutMs)})`;
  setTimer(turn, overtimeTimer, { for: 'overtime' }, turn.at + timeoutMs, summary);
}

export function onOvertime(turn: Turn): void {
  const { state, plan, at, out } = turn;
  const text = `the run takes longer than limits.timeout (${formatDuration(plan.limits.timeoutMs)}): ${formatDuration(at - state.startedAt)} so far`;
  // While it is held, people are paged for that.
  if (state.held === undefined) {
    noteRun(state, at, 'running', text);
    out.push({ do: 'page', about: 'overtime', key: '', text, everyMs: pageEveryMs });
  }
  setTimer(turn, overtimeTimer, { for: 'overtime' }, at + pageEveryMs, 'limits.timeout passed: page again');
}

/** A live run with something uncommitted does not end (rule 4). */
function mustWait(turn: Turn, frame: Frame): boolean {
  if (frame.index !== 0 || !mustHold(turn)) return false;
  if (turn.state.held === undefined) hold(turn, undefined);
  return true;
}

/** A frame that was touched goes on to its next stage; false when none of them can. */
export function moveOn(turn: Turn): boolean {
  for (const index of turn.touched) {
    if (moveFrame(turn, frameAt(turn.state, index))) return true;
    turn.touched.delete(index);
  }
  return false;
}

/** False when its stage is not at an end. */
function moveFrame(turn: Turn, frame: Frame): boolean {
  const { stage, left } = frame;
  switch (stage) {
    case 'sign-in':
      if (left['sign-in'] > 0) return false;
      acquireLocks(turn);
      return true;
    case 'preflight':
      if (left.preflight > 0) return false;
      enter(turn, frame, 'main');
      return true;
    case 'main':
      if (frame.index === 0 && leaveWhenNothingLive(turn)) return true;
      if (left.main > 0 || mustWait(turn, frame)) return false;
      beginClosing(turn, frame);
      return true;
    case 'draining':
      // Openings under way, and stops of the author's own, end with closing.
      if (frame.calls + frame.children > 0) return false;
      beginClosing(turn, frame);
      return true;
    case 'closing':
      if (left.closing > 0) return false;
      beginFinally(turn, frame);
      return true;
    case 'finally':
      if (left.finally > 0) return false;
      // A site that is still being signed in to is needed no more.
      haltPhase(turn, frame, 'sign-in', 'the run is at its end');
      if (frame.calls > 0) return false;
      frame.stage = 'ended';
      if (frame.index === 0) endRun(turn, frame);
      else endFrame(turn, frame);
      return true;
    case 'new':
    case 'locks':
    case 'ended':
      return false;
  }
}

function beginClosing(turn: Turn, frame: Frame): void {
  if (frame.index === 0) {
    // Closing is never paused.
    delete turn.state.paused;
    clearTimer(turn, deadlineTimer);
    clearTimer(turn, overtimeTimer);
    endForecast(turn);
  } else stopClock(turn, frame);
  renderOutputs(turn, frame);
  frame.judged = judgeRecovery(turn, frame);
  frame.closingAt = turn.at;
  enter(turn, frame, 'closing');
}

function beginFinally(turn: Turn, frame: Frame): void {
  const { state, out } = turn;
  clearTimer(turn, closingTimer(frame));
  if (frame.judged !== undefined) {
    const facts = { ...frame.judged.facts, residue: residueOf(turn, frame) };
    frame.judged = { ...frame.judged, facts };
    frame.verdict = judge({
      ...facts,
      exceptions: [...facts.exceptions, ...exceptionsOfOpenings(turn, frame)],
    }).verdict;
  }
  if (frame.index === 0 && state.acquired) out.push({ do: 'release' });
  enter(turn, frame, 'finally');
  if (state.skipFinally !== undefined) haltPhase(turn, frame, 'finally', state.skipFinally);
}

function endRun(turn: Turn, root: Frame): void {
  const { state, at } = turn;
  if (root.judged === undefined) return;
  const { verdict: recoveryVerdict, facts, rto, rpo } = root.judged;
  const { verdict, reasons } = judge({
    ...facts,
    // Again: `finally` may call a sub-runbook, which closes what it opened.
    residue: residueOf(turn, root),
    exceptions: [...facts.exceptions, ...exceptionsOfOpenings(turn, root), ...exceptionsOfFinally(turn)],
  });
  const ended = root.stop === undefined ? 'to-the-end' : root.stop.by === 'person' ? 'by-person' : 'stopped';
  const { startedAt } = state;
  const humanMs = humanTimeBetween(state.humanTime, startedAt, at);
  const steps = recordsOf(turn);
  const result: RunResult = {
    verdict,
    reasons,
    recoveryVerdict,
    rto,
    rpo,
    ended,
    startedAt,
    endedAt: at,
    ...(humanMs === 0 ? {} : { humanMs }),
    ...(state.told === undefined ? {} : { told: state.told }),
    steps,
    ...(state.approvals === undefined ? {} : { approvals: state.approvals }),
    ...outputsOf(turn),
  };
  turn.out.push({ do: 'end', result });
}
