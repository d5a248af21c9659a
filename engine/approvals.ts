import type { JsonMap } from '../actions/json.ts';
import { formatDuration } from '../expressions/duration.ts';
import { type Decision, openGate, vote } from './approval.ts';
import { deadlineOf } from './call.ts';
import { findEntry, frameOf, isLive, rootOf } from './frames.ts';
import { heardBefore } from './heard.ts';
import { expiryTimer, leavePeople, startPaging } from './pages.ts';
import { peopleClock } from './people-clocks.ts';
import { note, noteRun } from './progress.ts';
import { countRefusal } from './refusals.ts';
import { type Entry, hasEnded } from './entry.ts';
import { lookUp } from './state.ts';
import { markRunning, settle, setTimer, stepAt, type Turn } from './turn.ts';
import type { EngineEvent } from './types.ts';

/** An approval whose turn it is: people are asked, and told that they are. */
export function openApproval(turn: Turn, entry: Entry, given: JsonMap): void {
  const { state, run, at } = turn;
  const frame = frameOf(turn, entry);
  const expiresAt = deadlineOf(turn, frame, stepAt(turn, entry.place));
  // What a live run calls in mode drill is still part of a live run: its requester does not agree with himself.
  const live = isLive(turn, frame) || isLive(turn, rootOf(turn));
  const { requester, behind } = run;
  const about = { requester, ...(behind === undefined ? {} : { behind }), openedAt: at, expiresAt, live };
  const gate = openGate(given, about);
  if (!gate.ok) {
    settle(turn, entry, { status: 'errored', text: `${gate.error}, in "${entry.key}"` });
    return;
  }
  state.gates[entry.key] = gate.value;
  const { from, breakGlass, notRequester, count } = gate.value;
  state.approvers = { names: [...from, ...breakGlass], notRequester, breakGlass, from, count };
  markRunning(turn, entry, 'people', gate.value.message);
  const summary = `${entry.key}: must be decided within ${formatDuration(expiresAt - at)}`;
  setTimer(turn, expiryTimer(entry), { for: 'expiry', key: entry.key }, expiresAt, summary);
  startPaging(turn, entry.key, gate.value.remindMs);
}

type Cast = Extract<EngineEvent, { kind: 'vote' }>;

/** Counts, or is recorded as refused with the reason and changes nothing; one that comes twice is one. */
export function onVote(turn: Turn, event: Cast): void {
  const { plan, state, at } = turn;
  const { id, key, by, choice } = event;
  if (heardBefore(state, { id, at, refused: event.refused !== undefined })) return;
  const entry = findEntry(plan, state, key);
  const gate = lookUp(state.gates, key);
  if (entry === undefined || gate === undefined) {
    refuse(turn, entry, event, event.refused ?? whyNotOpen(turn, entry, key));
    return;
  }
  const told = vote(gate, event, peopleClock(turn));
  switch (told.kind) {
    case 'refused':
      refuse(turn, entry, event, told.why);
      return;
    case 'counted':
      note(state, at, entry, told.text);
      return;
    case 'rejected':
      note(state, at, entry, `${by} voted ${choice}`);
      closeGate(turn, entry);
      settle(turn, entry, { status: 'failed', text: told.text });
      return;
    case 'decided': {
      const { decision, text } = told;
      note(state, at, entry, text);
      if (decision.broke_glass)
        state.overridden.push(`"${key}" was decided by ${by} alone, who broke the glass: ${decision.reason}`);
      closeGate(turn, entry, decision);
      settle(turn, entry, { status: 'succeeded', outputs: decision });
      return;
    }
  }
}

function whyNotOpen(turn: Turn, entry: Entry | undefined, key: string): string {
  if (entry === undefined || stepAt(turn, entry.place).uses !== 'approval') return `there is no approval "${key}"`;
  if (hasEnded(entry) || entry.asked !== undefined) return 'it came too late: the approval has ended';
  return 'the approval is not open yet';
}

function refuse(turn: Turn, entry: Entry | undefined, { by, as = by, choice, key }: Cast, why: string): void {
  const { state, at } = turn;
  countRefusal(state, key, as);
  if (entry === undefined) noteRun(state, at, 'running', `vote of ${by} for ${choice} at "${key}" refused: ${why}`);
  else note(state, at, entry, `vote of ${by} for ${choice} refused: ${why}`);
}

/** Its time is over: nobody decided. */
export function expire(turn: Turn, entry: Entry): void {
  const gate = lookUp(turn.state.gates, entry.key);
  if (gate === undefined) return;
  const { openedAt, expiresAt, votes } = gate;
  closeGate(turn, entry);
  const cast = votes.length === 0 ? '' : ` (${votes.map(v => `${v.by}: ${v.choice}`).join(', ')})`;
  const text = `expired: no decision within ${formatDuration(expiresAt - openedAt)}${cast}`;
  settle(turn, entry, { status: 'timed_out', text });
}

/** Votes count no more; what was said is kept for the record. */
export function closeGate(turn: Turn, entry: Entry, decision?: Decision): void {
  const { state, at } = turn;
  const gate = lookUp(state.gates, entry.key);
  if (gate !== undefined) {
    const { openedAt, votes } = gate;
    const decided = decision === undefined ? {} : { decision };
    (state.approvals ??= []).push({ key: entry.key, openedAt, endedAt: at, votes, ...decided });
  }
  Reflect.deleteProperty(turn.state.gates, entry.key);
  leavePeople(turn, entry);
}
