import { formatDuration } from '../expressions/duration.ts';
import { expire } from './approvals.ts';
import { onFrameTimer } from './calling.ts';
import { onClosingTimer, onStopTimer } from './closing.ts';
import { onForecast } from './forecast.ts';
import { findEntry, frameAt } from './frames.ts';
import { onHoldTimer } from './hold.ts';
import { expireReport } from './manual.ts';
import { onPageTimer, pageEveryMs } from './pages.ts';
import { onAskTimer } from './questions.ts';
import { onOvertime } from './stages.ts';
import { lookUp } from './state.ts';
import { stop } from './stopping.ts';
import { rest, setTimer, settle, type Turn } from './turn.ts';
import { onWindowTimer } from './window.ts';

/** A timer of the run has fired: each is for one thing (`TimerUse`). */
export function onTimer(turn: Turn, id: string): void {
  const { state, plan } = turn;
  const use = lookUp(state.timers, id);
  if (use === undefined) return;
  Reflect.deleteProperty(state.timers, id);
  if (use.for === 'hold' && state.held !== undefined) {
    // Nothing is cut short while the run is held; the guard closes a test at its deadline all the same.
    setTimer(turn, id, use, turn.at + pageEveryMs, 'the run is held');
    return;
  }
  switch (use.for) {
    case 'deadline':
      stop(turn, {
        reason: `limits.timeout (${formatDuration(plan.limits.timeoutMs)}) passed`,
        by: 'machine',
        tell: true,
      });
      return;
    case 'closing':
      onClosingTimer(turn, frameAt(state, use.frame));
      return;
    case 'window':
      onWindowTimer(turn);
      return;
    case 'hold':
      onHoldTimer(turn, use.key);
      return;
    case 'frame':
      onFrameTimer(turn, frameAt(state, use.frame));
      return;
    case 'ask':
      onAskTimer(turn, use.key);
      return;
    case 'page':
      onPageTimer(turn, use.key, use.everyMs);
      return;
    case 'stop':
      onStopTimer(turn, use.key);
      return;
    case 'overtime':
      onOvertime(turn);
      return;
    case 'forecast':
      onForecast(turn);
      return;
    case 'expiry': {
      const entry = findEntry(plan, state, use.key);
      if (entry === undefined) return;
      expire(turn, entry);
      expireReport(turn, entry);
      return;
    }
    case 'wait': {
      const entry = findEntry(plan, state, use.key);
      if (entry?.doing !== 'wait') return;
      rest(turn, entry);
      settle(
        turn,
        entry,
        use.late ? { status: 'timed_out', text: 'the wait is longer than its time-out' } : { status: 'succeeded' },
      );
    }
  }
}
