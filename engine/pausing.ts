import { moveDeadline } from './calling.ts';
import { isLive, rootOf } from './frames.ts';
import { freezeQueue } from './held.ts';
import { startPeopleClocks, stopPeopleClocks } from './people-clocks.ts';
import { noteRun } from './progress.ts';
import { mayStop } from './stopping.ts';
import { isThawed, thaw } from './thaw.ts';
import type { Turn } from './turn.ts';
import type { EngineEvent } from './types.ts';

type Said = Pick<Extract<EngineEvent, { kind: 'resume' }>, 'by' | 'reason'>;
type Pause = Pick<Extract<EngineEvent, { kind: 'pause' }>, 'by' | 'reason' | 'stopsClocks'>;

/**
 * A person pauses the run: nothing further starts, what runs goes on. Deadlines of a drill go on too: a paused drill is
 * closed in time. What is not to be paused is recorded, and changes nothing.
 */
export function onPause(turn: Turn, { by, reason, stopsClocks }: Pause): void {
  const { state, at } = turn;
  const why = whyNotPause(turn);
  if (why !== undefined) {
    noteRun(state, at, 'running', `pause of ${by} refused: ${why}`);
    return;
  }
  const stops = stopsClocks === true && isLive(turn, rootOf(turn));
  state.paused = { since: at, by, reason, ...(stops ? { stopsClocks } : {}) };
  freezeQueue(turn);
  if (stops) stopPeopleClocks(turn);
  const until = state.endsAt === undefined ? '' : `; its time goes on: closing begins at ${iso(state.endsAt)}`;
  noteRun(state, at, 'asking', `paused by ${by}${words(reason)}${until}`);
}

export function whyNotPause(turn: Pick<Turn, 'state'>): string | undefined {
  const { paused, held } = turn.state;
  if (held !== undefined) return 'the run is held, and nothing starts';
  if (paused !== undefined) return `the run is paused already, by ${paused.by}`;
  if (!mayStop(rootOf(turn).stage)) return 'the run is closing, and closing is never paused';
  return undefined;
}

export function onResume(turn: Turn, { by, reason }: Said): void {
  const { state, at } = turn;
  const { paused } = state;
  if (paused === undefined) {
    noteRun(state, at, 'running', `resume of ${by} refused: the run is not paused`);
    return;
  }
  startPeopleClocks(turn);
  delete state.paused;
  noteRun(state, at, 'running', `resumed by ${by}${words(reason)}`);
  for (const frame of state.frames) {
    // In a live mode no clock counts what people keep waiting; a drill's goes on.
    if (isThawed(frame) && isLive(turn, rootOf(turn))) moveDeadline(turn, frame, at - paused.since);
    thaw(turn, frame);
  }
  turn.touched.add(0);
}

const words = (reason: string): string => (reason.trim() === '' ? '' : `: ${reason}`);

function iso(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
