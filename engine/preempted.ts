import { rootOf } from './frames.ts';
import { noteRun } from './progress.ts';
import type { Entry } from './entry.ts';
import { mayStop, stop } from './stopping.ts';
import { stepAt, type Turn } from './turn.ts';

/**
 * A live run takes the VPGs of this drill. The guard has begun to close everything; the run stops, and says so once no call
 * with an effect of its own is under way: only then may the guard let the locks go.
 */
export function onPreempted(turn: Turn, by: string): void {
  const { state, at } = turn;
  if (state.preempted !== undefined) return;
  state.preempted = { by, calls: effectsUnderWay(turn) };
  const reason = `pre-empted by ${by}`;
  if (mayStop(rootOf(turn).stage)) stop(turn, { reason, by: 'machine', tell: true });
  else noteRun(state, at, 'running', `${reason}: it was ending already`);
  yieldWhenDone(turn);
}

/** A call of the run itself has come back. */
export function onCalledWhilePreempted(turn: Turn, key: string): void {
  const { preempted } = turn.state;
  const place = preempted?.calls.indexOf(key) ?? -1;
  if (preempted === undefined || place < 0) return;
  preempted.calls.splice(place, 1);
  yieldWhenDone(turn);
}

function yieldWhenDone({ state, out }: Turn): void {
  if (state.acquired && state.preempted?.calls.length === 0) out.push({ do: 'yielded' });
}

/** Steps of `finally` come after the locks in every run. */
function effectsUnderWay(turn: Turn): string[] {
  const flying = ({ doing, place }: Entry): boolean => {
    const { effect, phase } = stepAt(turn, place);
    return doing === 'call' && effect !== 'read' && phase !== 'finally';
  };
  return turn.state.frames
    .flatMap(frame => frame.steps)
    .flatMap(step => (step.items === undefined ? [step] : step.items.entries))
    .filter(flying)
    .map(({ key }) => key);
}
