import type { ActionCall } from '../actions/call.ts';
import { resumeClosing } from './guard-closing.ts';
import { knownOf } from './guard-effect.ts';
import { setDeadline } from './guard-hand-over.ts';
import { isLive } from './guard-live.ts';
import type { GuardState, Opening, Preempted } from './guard-state.ts';
import type { GuardCommand, GuardEvent, GuardStart, HandedOver } from './guard-types.ts';

type Event<K extends GuardEvent['kind']> = Extract<GuardEvent, { kind: K }>;

/** True: whatever is open must be closed now. */
export function onPreempt(
  { run }: GuardStart,
  state: GuardState,
  { by, until, wants }: Event<'preempt'>,
  out: GuardCommand[],
): boolean {
  if (run.mode !== 'drill' || state.locks === 'releasing' || state.locks === 'released') return false;
  // A grant that came when nobody waited for it any more.
  if (state.locks === 'none') state.locks = 'held';
  out.push({
    do: 'timer',
    id: 'preempt',
    at: until,
    summary: `pre-empted by ${by}: what is not closed by then is offered`,
  });
  if (state.preempted !== undefined) {
    state.preempted.until = until;
    state.preempted.wants = wants;
    return false;
  }
  state.preempted = { by, until, wants, ...(state.yielded === true ? { yielded: true } : {}) };
  delete state.enlarging;
  out.push({ do: 'tell', message: { kind: 'preempted', by } });
  return true;
}

export const preemptedText = ({ by }: Pick<Preempted, 'by'>): string => `pre-empted by ${by}`;

/** Nothing more is opened, and the locks go as soon as nothing is open. */
export function givesLocksUp({ preempted, gone, released }: GuardState): boolean {
  return preempted !== undefined && (preempted.yielded === true || gone || released);
}

/** The time of the pre-emption is over: a stop that is still tried is taken back, what failed is offered. */
export function onPreemptTimer(start: GuardStart, state: GuardState, at: number, out: GuardCommand[]): void {
  const { preempted } = state;
  if (preempted === undefined || at < preempted.until) return;
  // A call of the run itself that takes so long is not waited for.
  preempted.yielded = true;
  for (const opening of state.openings) {
    if (!isWanted(opening, preempted)) continue;
    // Its call is not cut off: how it ends decides.
    if (opening.stage === 'stopping') out.push({ do: 'cancel-work', key: opening.key });
    else if (opening.stage === 'backing-off') offer(start, state, opening, at, out);
  }
}

/** A closing has failed. True: it is offered now, and not tried again. */
export function offerInstead(
  start: GuardStart,
  state: GuardState,
  opening: Opening,
  at: number,
  out: GuardCommand[],
): boolean {
  const { preempted } = state;
  if (preempted === undefined || at < preempted.until || !isWanted(opening, preempted)) return false;
  offer(start, state, opening, at, out);
  return true;
}

/** One of which it is not known whether it is open stays where it is until that is known. */
function isWanted(opening: Opening, { wants }: Preempted): boolean {
  if (isLive(opening) || opening.stage === 'ended' || opening.closing === undefined) return false;
  if (opening.call.action !== 'zerto/failover-test') return false;
  return Object.values(opening.call.vpgs).some(id => wants.includes(id));
}

/** Nobody answers: asked again. Long unanswered: taken back, and closed on. */
const askAgainMs = 60_000;
const offersBeforeTakenBack = 10;

function offer(start: GuardStart, state: GuardState, opening: Opening, at: number, out: GuardCommand[]): void {
  const { lateUntil } = opening;
  if (lateUntil !== undefined && opening.sent === undefined && at < lateUntil) {
    opening.stage = 'backing-off';
    out.push({ do: 'timer', id: `stop:${opening.key}`, at: lateUntil, summary: `${opening.summary}: close again` });
    return;
  }
  opening.stage = 'offered';
  opening.offers = (opening.offers ?? 0) + 1;
  const takenBack = opening.offers > offersBeforeTakenBack;
  const openings = takenBack ? [] : [handedOver(start, state, opening)];
  out.push(
    { do: 'offer', offers: Object.values(opening.call.vpgs).map(id => ({ id, openings })) },
    { do: 'timer', id: `stop:${opening.key}`, at: at + askAgainMs, summary: `${opening.summary}: who closes it?` },
  );
}

/** The timer of an offer that nobody has answered. */
export function offerAgain(
  start: GuardStart,
  state: GuardState,
  opening: Opening,
  at: number,
  out: GuardCommand[],
): void {
  if (opening.stage === 'offered') offer(start, state, opening, at, out);
}

export function onHanded(
  state: GuardState,
  { ids, taken, by }: Event<'handed'>,
  at: number,
  out: GuardCommand[],
): void {
  for (const opening of state.openings) {
    if (opening.stage !== 'offered' || !Object.values(opening.call.vpgs).some(id => ids.includes(id))) continue;
    delete opening.offers;
    if (!taken) {
      resumeClosing(opening, at, out);
      continue;
    }
    opening.stage = 'ended';
    out.push({ do: 'tell', message: { kind: 'taken-over', key: opening.key, by } });
  }
}

/** With the deadline that held for it in its drill: its own, or that of the whole drill if that is earlier. */
function handedOver(start: GuardStart, state: GuardState, opening: Opening): HandedOver {
  const { key, summary, call } = opening;
  const deadline = Math.min(opening.deadline ?? Infinity, state.deadline ?? start.deadline ?? Infinity);
  return { key, summary, call, ...knownOf(opening), ...(deadline === Infinity ? {} : { deadline }) };
}

/** Where its drill had no deadline for it, ms. */
const mostOpenMs = 3_600_000;
/** So long the failover that ends it has to come first, ms: a stop of an overdue test would stand in its way. */
const failoverFirstMs = 10 * 60_000;

/** When a test that a live run took over is closed at the latest, ms since 1970. */
export function deadlineInOther({ deadline }: HandedOver, takenAt: number): number {
  return deadline === undefined ? takenAt + mostOpenMs : Math.max(deadline, takenAt + failoverFirstMs);
}

/** Of another run's opening, which may have a key that the guard's own run has too. */
export function keyInOther({ run }: ActionCall, key: string): string {
  return `${run.id}/${key}`;
}

/**
 * A live run's guard is given a drill's tests with the locks. They are left as they are for its own failover, which ends
 * them; where none comes, they are closed as soon as the run is over.
 */
export function takeOver(state: GuardState, { handed = [], at }: Event<'locked'>, out: GuardCommand[]): void {
  for (const one of handed) {
    const { key, call, summary } = one;
    const { id } = call.run;
    const own = keyInOther(call, key);
    if (state.openings.some(o => o.key === own)) continue;
    const opening: Opening = {
      key: own,
      summary,
      call,
      ...knownOf(one),
      stage: 'open',
      closeTries: 0,
      takenOver: true,
      // Nobody waits for it: its drill did.
      told: { kind: 'opened', outputs: {} },
    };
    state.openings.push(opening);
    setDeadline(opening, deadlineInOther(one, at), out);
    const vpgs = Object.keys(call.vpgs).join(', ');
    const text = `the failover test of ${vpgs} by the drill ${id} could not be stopped, and was taken over open`;
    out.push({ do: 'tell', message: { kind: 'took-over', text } });
  }
}

/** What was taken over of a VPG whose own failover is up, which has ended it: to be read back. */
export function takenOverOf(state: GuardState, opening: Opening): Opening[] {
  if (opening.takenOver === true || opening.stage !== 'open') return [];
  const ids = Object.values(opening.call.vpgs);
  return state.openings.filter(
    o => o.takenOver === true && o.stage === 'open' && Object.values(o.call.vpgs).some(id => ids.includes(id)),
  );
}
