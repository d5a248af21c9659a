import { formatDuration } from '../expressions/duration.ts';
import { moveDeadline } from './calling.ts';
import { findEntry, frameAt, isLive, rootOf, settingsOf } from './frames.ts';
import { holdTimer } from './hold.ts';
import { noteRun } from './progress.ts';
import type { Opening } from './state.ts';
import { isOpen } from './still-open.ts';
import { mayStop } from './stopping.ts';
import { isThawed } from './thaw.ts';
import { deadlineTimer, setTimer, type Turn } from './turn.ts';
import type { EngineEvent } from './types.ts';

type Extension = Extract<EngineEvent, { kind: 'extend' }>;

/** Plans of format 1 do not say it. */
const usualMaxHoldMs = 24 * 3_600_000;

/**
 * More time for a drill: its end, the hold of what is open and the guard's deadlines move up together. What is refused is
 * recorded, and changes nothing.
 */
export function onExtend(turn: Turn, { by, reason, byMs }: Extension): void {
  const { state, at, plan } = turn;
  const why = whyNotExtend(turn, byMs, at);
  if (why !== undefined || state.endsAt === undefined) {
    noteRun(state, at, 'running', `extension by ${by} refused: ${why ?? ''}`);
    return;
  }
  state.endsAt += byMs;
  const ends = `${new Date(state.endsAt).toISOString().slice(0, 19)}Z`;
  noteRun(state, at, 'running', `${formatDuration(byMs)} more time by ${by}: ${reason}; closing begins at ${ends}`);
  setTimer(turn, deadlineTimer, { for: 'deadline' }, state.endsAt, `limits.timeout, extended by ${by}`);
  for (const frame of state.frames) if (isThawed(frame)) moveDeadline(turn, frame, byMs);
  turn.out.push({ do: 'extend', deadline: state.endsAt + plan.limits.closingMs });
  for (const opening of extendable(turn)) {
    const { key, holdUntil } = opening;
    if (holdUntil !== undefined) {
      opening.holdUntil = holdUntil + byMs;
      setTimer(turn, holdTimer(key), { for: 'hold', key }, opening.holdUntil, `${key}: hold, extended by ${by}`);
    }
    const { closingMs } = settingsOf(turn, frameAt(state, opening.frame)).limits;
    turn.out.push({ do: 'extend', key, deadline: endOf(turn, opening) + closingMs });
  }
}

/** Why so much more time cannot be given; undefined: it can. */
export function whyNotExtend(turn: Pick<Turn, 'plan' | 'state'>, byMs: number, at: number): string | undefined {
  const { state, plan } = turn;
  const root = rootOf(turn);
  if (isLive(turn, root)) return 'a live change has no deadline';
  if (!mayStop(root.stage) || state.endsAt === undefined) return 'the run is closing already';
  const most = plan.limits.maxHoldMs ?? usualMaxHoldMs;
  const limit = `limits.max-hold (${formatDuration(most)})`;
  const open = extendable(turn);
  const beyond = open.flatMap(opening => {
    const since = opening.since ?? findEntry(plan, state, opening.key)?.startedAt ?? at;
    const left = most - (endOf(turn, opening) - since);
    return left < byMs ? [{ key: opening.key, left }] : [];
  });
  const worst = beyond.sort((a, b) => a.left - b.left)[0];
  if (worst !== undefined)
    return `"${worst.key}" may stay open no longer than ${limit}: ${worst.left > 0 ? `at most ${formatDuration(worst.left)} more can be given` : 'no more time can be given'}`;
  return open.length === 0 && state.endsAt + byMs - at > most
    ? `the run would go on longer than ${limit} from now`
    : undefined;
}

/** Tests that are open, or on their way up. */
function extendable({ state }: Pick<Turn, 'state'>): Opening[] {
  return Object.values(state.openings).filter(o => o.live !== true && isOpen(o) && o.state !== 'closing');
}

/** When the run, or whoever opened it, begins to close it. */
function endOf({ state }: Pick<Turn, 'state'>, { holdUntil, frame }: Opening): number {
  const ends = [holdUntil, state.endsAt, frameAt(state, frame).endsAt].flatMap(end => (end === undefined ? [] : [end]));
  return Math.min(...ends);
}
