import { lastArrival } from '../actions/last-arrival.ts';
import { askToClose } from './guard-closing.ts';
import { findOut, knownOf, waitFor } from './guard-effect.ts';
import { isLive } from './guard-live.ts';
import { findOutMs } from './guard-opening.ts';
import type { Attempt, GuardState, Opening } from './guard-state.ts';
import type { GuardCommand, GuardStart, HandedEnding, HandedOver } from './guard-types.ts';

/** Openings as they are left to another guard. Of what was never sent neither `sent` nor `lateUntil` is known. */
export function handOver({ openings }: GuardState): HandedOver[] {
  return openings.map(handOverOne);
}

function handOverOne(opening: Opening): HandedOver {
  const { key, summary, call, stage, told, endedBy } = opening;
  if (stage === 'ended') {
    return {
      key,
      summary,
      call,
      ...(told === undefined ? {} : { told }),
      ...(endedBy === undefined ? {} : { endedBy }),
    };
  }
  if (stage === 'baseline' || stage === 'pausing') {
    const { deadline: by, closing: asked } = opening;
    return {
      key,
      summary,
      call,
      ...(by === undefined ? {} : { deadline: by }),
      ...(asked === undefined ? {} : { closing: asked }),
    };
  }
  const { baseline, lateUntil, notAfter, since, deadline, quietUntil, closing, ending, inDoubt, takenOver } = opening;
  const handedEnding = ending === undefined ? inDoubt : ending.attempt;
  const left = handedEnding === undefined ? undefined : handEnding(handedEnding);
  const late = lateUntil ?? (stage === 'starting' ? lastArrival(notAfter ?? call.deadline, baseline) : undefined);
  return {
    key,
    summary,
    call,
    ...knownOf(opening),
    ...(late === undefined ? {} : { lateUntil: late }),
    ...(since === undefined ? {} : { since }),
    ...(deadline === undefined ? {} : { deadline }),
    ...(closing === undefined ? {} : { closing }),
    ...(told === undefined ? {} : { told }),
    ...(left === undefined ? {} : { ending: left }),
    ...(quietUntil === undefined ? {} : { quietUntil }),
    ...(takenOver === undefined ? {} : { takenOver }),
  };
}

function handEnding(attempt: Attempt): HandedEnding | undefined {
  const { key, how, summary, call, live, stage, baseline, lateUntil, notAfter } = attempt;
  if (live === undefined || baseline === undefined || stage === 'baseline' || stage === 'pausing') return undefined;
  const late = lateUntil ?? lastArrival(notAfter ?? call.deadline, baseline);
  return { key, how, summary, call, live, ...knownOf(attempt), baseline, lateUntil: late };
}

/** Takes up what earlier guards of the run opened, or may have: to be called first of all. */
export function takeOver(start: GuardStart, state: GuardState, at: number, out: GuardCommand[]): void {
  for (const handed of start.handed ?? []) takeOverOne(start, state, handed, at, out);
  const { holds } = start;
  if (holds === undefined || Object.keys(holds).length === 0) return;
  state.holds = { ...holds };
  state.retaking = [];
  state.locks = 'asked';
  state.asked = { kind: 'acquire', vpgs: holds, onLocked: 'fail' };
}

function takeOverOne(start: GuardStart, state: GuardState, handed: HandedOver, at: number, out: GuardCommand[]): void {
  const { ending, endedBy, deadline, closing: asked, ...rest } = handed;
  const { told, sent, lateUntil } = rest;
  const opening: Opening = { ...rest, stage: 'open', closeTries: 0 };
  if (endedBy !== undefined || told?.kind === 'not-opened' || told?.kind === 'closed') {
    state.openings.push({ ...opening, stage: 'ended', ...(endedBy === undefined ? {} : { endedBy }) });
    return;
  }
  if (sent === undefined && lateUntil === undefined && rest.takenOver !== true) return;
  state.openings.push(opening);
  const closing = isLive(opening) ? undefined : asked;
  if (ending !== undefined) opening.inDoubt = attemptOf(ending);
  if (!isLive(opening)) {
    const by = deadline ?? Infinity;
    if (by < (start.deadline ?? Infinity)) setDeadline(opening, by, out);
  }
  if (told === undefined && sent === undefined) findOut(opening, lateUntil ?? at, findOutMs, out);
  // Whoever waits until it is up is answered then; nobody does of what is to be closed, or of a run that is gone.
  else if (told === undefined && sent !== undefined && closing === undefined && start.orphan !== true)
    waitFor(opening, sent, out);
  if (closing !== undefined) askToClose(opening, closing, at, out);
}

function attemptOf(ending: HandedEnding): Attempt {
  const { key, how, summary, call, live, sent } = ending;
  const stage = sent === undefined ? 'settling' : 'waiting';
  return { key, how, summary, call, live, ...knownOf(ending), stage };
}

export function setDeadline(opening: Opening, deadline: number, out: GuardCommand[]): void {
  opening.deadline = deadline;
  const summary = `${opening.summary}: must be closed`;
  out.push({ do: 'timer', id: `deadline:${opening.key}`, at: deadline, summary });
}

/** An opening that an earlier guard was asked for: what came of it is told, or will be. False: nobody knows of it. */
export function answerAgain(opening: Opening | undefined, out: GuardCommand[]): boolean {
  if (opening === undefined) return false;
  const { told, key, stage } = opening;
  if (told !== undefined) out.push({ do: 'tell', message: { ...told, key } });
  return told !== undefined || stage !== 'ended';
}
