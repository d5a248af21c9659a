import { formatDuration } from '../expressions/duration.ts';
import { acquireLocks } from './acquiring.ts';
import { exceptionsOfFinally, judgeRecovery, residueOf } from './facts.ts';
import { enter } from './next.ts';
import { haltPhase } from './stopping.ts';
import { clearTimer, setTimer, type Turn } from './turn.ts';
import type { RunResult, StepRecord } from './types.ts';
import { judge } from './verdict.ts';

const deadlineTimer = 'deadline';

/** The run's first event. */
export function beginRun(turn: Turn): void {
  const { state, plan, at } = turn;
  state.startedAt = at;
  if (plan.mode === 'drill' || plan.mode === 'change') {
    const { timeoutMs } = plan.limits;
    state.endsAt = at + timeoutMs;
    setTimer(turn, deadlineTimer, { for: 'deadline' }, state.endsAt, `limits.timeout (${formatDuration(timeoutMs)})`);
  }
  enter(turn, 'sign-in');
}

/** Goes on to the next stage when this one is at its end; false when it is not. */
export function moveOn(turn: Turn): boolean {
  const { state } = turn;
  switch (state.stage) {
    case 'sign-in':
      if (state.left['sign-in'] > 0) return false;
      acquireLocks(turn);
      return true;
    case 'preflight':
      if (state.left.preflight > 0) return false;
      enter(turn, 'main');
      return true;
    case 'main':
      if (state.left.main > 0) return false;
      beginClosing(turn);
      return true;
    case 'draining':
      // Openings under way, and stops of the author's own, end with closing.
      if (state.calls > 0) return false;
      beginClosing(turn);
      return true;
    case 'closing':
      if (state.left.closing > 0) return false;
      beginFinally(turn);
      return true;
    case 'finally':
      if (state.left.finally > 0) return false;
      endRun(turn);
      return true;
    case 'new':
    case 'locks':
    case 'ended':
      return false;
  }
}

function beginClosing(turn: Turn): void {
  clearTimer(turn, deadlineTimer);
  turn.state.judged = judgeRecovery(turn);
  turn.state.closingAt = turn.at;
  enter(turn, 'closing');
}

function beginFinally(turn: Turn): void {
  const { state, out } = turn;
  clearTimer(turn, 'closing');
  if (state.judged !== undefined) {
    state.judged = { ...state.judged, facts: { ...state.judged.facts, residue: residueOf(turn) } };
    state.verdict = judge(state.judged.facts).verdict;
  }
  if (state.acquired) out.push({ do: 'release' });
  enter(turn, 'finally');
  if (state.skipFinally !== undefined) haltPhase(turn, 'finally', state.skipFinally);
}

function endRun(turn: Turn): void {
  const { state, at } = turn;
  state.stage = 'ended';
  if (state.judged === undefined) return;
  const { verdict: recoveryVerdict, facts, rto, rpo } = state.judged;
  const { verdict, reasons } = judge({ ...facts, exceptions: [...facts.exceptions, ...exceptionsOfFinally(turn)] });
  const ended = state.stop === undefined ? 'to-the-end' : state.stop.by === 'person' ? 'by-person' : 'stopped';
  const { startedAt } = state;
  const steps = stepRecords(turn);
  const result: RunResult = { verdict, reasons, recoveryVerdict, rto, rpo, ended, startedAt, endedAt: at, steps };
  turn.out.push({ do: 'end', result });
}

/** Every step and item, without outputs, in the Plan's order. */
function stepRecords({ state }: Turn): StepRecord[] {
  return state.steps
    .flatMap(step => [step, ...(step.items?.entries ?? [])])
    .map(({ key, place, status, startedAt, endedAt, error }) => ({
      key,
      place,
      status,
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(endedAt === undefined ? {} : { endedAt }),
      ...(error === undefined ? {} : { error }),
    }));
}
