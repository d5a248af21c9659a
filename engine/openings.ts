import type { ActionCall } from '../actions/call.ts';
import type { Json, JsonMap } from '../actions/json.ts';
import { findEntry, frameOf } from './frames.ts';
import { letGo } from './hold.ts';
import { opensOf } from './max-open.ts';
import { isMap } from './scope.ts';
import type { Entry, Trouble } from './entry.ts';
import { lookUp, type Opening } from './state.ts';
import { isOpen } from './still-open.ts';
import { clearTimer, end, rest, settle, stepAt, type Turn } from './turn.ts';

export function recordOpening(turn: Turn, entry: Entry, call: ActionCall): void {
  const { key, frame } = entry;
  const vpgs = Object.keys(call.vpgs);
  const latest = vpgs.filter(vpg => isLatest(call.with.checkpoint, vpg));
  // A person's second try of it begins anew: the first is proved to have opened nothing.
  const opens = opensOf(stepAt(turn, entry.place));
  if (opens === 'test') turn.state.tests++;
  // No closing waits for it: the steps do.
  if (opens === 'live') frameOf(turn, entry).calls++;
  const live = opens === 'live' ? { live: true as const, ids: call.vpgs } : {};
  turn.state.openings[key] = { key, frame, vpgs, latest, state: 'opening', since: turn.at, closers: [], ...live };
}

/** `latest` itself, or a point that was the newest when it was chosen, for this VPG or for all (rule 19). */
function isLatest(checkpoint: Json | undefined, vpg: string): boolean {
  if (checkpoint === undefined || checkpoint === 'latest') return true;
  if (!isMap(checkpoint)) return false;
  if (typeof checkpoint.by !== 'string') {
    const own = lookUp(checkpoint, vpg);
    return own !== undefined && isLatest(own, vpg);
  }
  return checkpoint.by === 'latest' || (checkpoint.by === 'id' && checkpoint.wasLatest === true);
}

/** The step that opened it, while its answer is awaited; it no longer is. */
function landed(turn: Turn, key: string): Entry | undefined {
  const entry = findEntry(turn.plan, turn.state, key);
  if (entry?.doing !== 'open') return undefined;
  rest(turn, entry);
  turn.state.opens--;
  if (lookUp(turn.state.openings, key)?.live === true) frameOf(turn, entry).calls--;
  return entry;
}

export function onOpened(turn: Turn, key: string, outputs: JsonMap): void {
  const opening = lookUp(turn.state.openings, key);
  const entry = landed(turn, key);
  if (opening === undefined || entry === undefined) return;
  if (opening.state === 'opening') opening.state = 'open';
  opening.checkpointTime = typeof outputs.checkpoint_time === 'string' ? outputs.checkpoint_time : '';
  settle(turn, entry, { status: 'succeeded', outputs });
}

export function onOpenFailed(turn: Turn, key: string, status: Trouble, error: string): void {
  const opening = lookUp(turn.state.openings, key);
  const entry = landed(turn, key);
  if (opening === undefined || entry === undefined) return;
  if (opening.state === 'opening') opening.state = 'open';
  settle(turn, entry, { status, text: error });
}

export function onNotOpened(turn: Turn, key: string, status: Trouble | 'cancelled', error: string): void {
  const opening = lookUp(turn.state.openings, key);
  const entry = landed(turn, key);
  if (opening === undefined || entry === undefined) return;
  const asked = opening.state === 'closing' || turn.state.preempted !== undefined;
  opening.state = 'never';
  onNothingOpen(turn, entry);
  for (const closer of takeClosers(turn, opening)) end(turn, closer, { status: 'skipped', text: wasNotOpened });
  // Given up without a word from us: what the step was for is not known to be so.
  settle(turn, entry, { status: status === 'cancelled' && !asked ? 'errored' : status, text: error });
}

/** Of what a step opened nothing is left: the next may open. */
function onNothingOpen(turn: Turn, opener: Entry): void {
  letGo(turn, opener.key);
  if (opensOf(stepAt(turn, opener.place)) === 'test') turn.state.tests--;
}

export const wasNotOpened = 'was not opened';

export function onClosed(turn: Turn, key: string, outputs: JsonMap, byOthers?: string): void {
  const opening = lookUp(turn.state.openings, key);
  if (opening === undefined || !isOpen(opening)) return;
  opening.state = 'closed';
  if (byOthers !== undefined) (turn.state.endedByOthers ??= []).push({ frame: opening.frame, text: byOthers });
  const opener = findEntry(turn.plan, turn.state, key);
  if (opener !== undefined) onNothingOpen(turn, opener);
  const [closer, ...others] = takeClosers(turn, opening);
  opening.closedBy = closer === undefined ? theGuard(turn) : `"${closer.key}"`;
  const entry = landed(turn, key);
  if (entry !== undefined)
    settle(turn, entry, { status: 'cancelled', text: `closed by ${opening.closedBy} before it was up` });
  if (closer !== undefined) settle(turn, closer, { status: 'succeeded', outputs });
  for (const other of others) end(turn, other, { status: 'skipped', text: alreadyClosed(opening) });
}

const theGuard = ({ state: { preempted } }: Turn): string =>
  preempted === undefined ? 'the guard' : `the guard, pre-empted by ${preempted.by}`;

export function alreadyClosed({ closedBy = 'the guard', takenOverBy }: Opening): string {
  return takenOverBy === undefined ? `already closed by ${closedBy}` : `taken over open by ${takenOverBy}`;
}

/** The guard could not close it, and a live run of the same VPG goes on with it as it is: closing it is that one's business. */
export function onTakenOver(turn: Turn, key: string, by: string): void {
  const opening = lookUp(turn.state.openings, key);
  if (opening === undefined || !isOpen(opening)) return;
  opening.state = 'closed';
  opening.takenOverBy = by;
  const opener = findEntry(turn.plan, turn.state, key);
  if (opener !== undefined) onNothingOpen(turn, opener);
  const text = alreadyClosed(opening);
  const entry = landed(turn, key);
  if (entry !== undefined) settle(turn, entry, { status: 'cancelled', text });
  for (const closer of takeClosers(turn, opening)) end(turn, closer, { status: 'skipped', text });
}

/** The step that asked for the closing has failed; one that came later still waits, for the guard goes on. */
export function onStuck(turn: Turn, key: string, error: string): void {
  const opening = lookUp(turn.state.openings, key);
  if (opening?.state !== 'closing') return;
  const closer = opening.closers.shift();
  if (closer !== undefined) clearTimer(turn, stopTimer(closer));
  const entry = closer === undefined ? undefined : findEntry(turn.plan, turn.state, closer);
  if (entry !== undefined) settle(turn, entry, { status: 'failed', text: error });
  if (opening.closers.length === 0) giveUpWaiting(turn, opening, error);
}

/** The guard did not answer in time. */
export function abandon(turn: Turn, opening: Opening, error: string): void {
  for (const closer of takeClosers(turn, opening)) settle(turn, closer, { status: 'failed', text: error });
  giveUpWaiting(turn, opening, error);
}

function giveUpWaiting(turn: Turn, opening: Opening, error: string): void {
  delete opening.deadline;
  const entry = landed(turn, opening.key);
  if (entry !== undefined) settle(turn, entry, { status: 'errored', text: `it may still be open: ${error}` });
}

/** Watches that an author's own stop ends. */
export function stopTimer(key: string): string {
  return `stop:${key}`;
}

function takeClosers(turn: Turn, opening: Opening): Entry[] {
  delete opening.deadline;
  for (const key of opening.closers) clearTimer(turn, stopTimer(key));
  return opening.closers.splice(0).flatMap(key => findEntry(turn.plan, turn.state, key) ?? []);
}
