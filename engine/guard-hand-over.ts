import { askToClose } from './guard-closing.ts';
import { findOut, lastArrival, waitFor } from './guard-effect.ts';
import { isLive } from './guard-live.ts';
import type { Attempt, GuardState, Opening } from './guard-state.ts';
import type { GuardCommand, GuardStart, HandedEnding, HandedOver } from './guard-types.ts';

/** As long as a lost guard's opening is looked for, ms. */
const findOutMs = 24 * 3_600_000;

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
  const { baseline, sent, lateUntil, notAfter, sending, since, deadline, quietUntil, closing, ending, inDoubt } =
    opening;
  const handedEnding = ending === undefined ? inDoubt : ending.attempt;
  const left = handedEnding === undefined ? undefined : handEnding(handedEnding);
  const late = lateUntil ?? (stage === 'starting' ? lastArrival(notAfter ?? call.deadline, baseline) : undefined);
  return {
    key,
    summary,
    call,
    ...(baseline === undefined ? {} : { baseline }),
    ...(sent === undefined ? {} : { sent }),
    ...(late === undefined ? {} : { lateUntil: late }),
    ...(sending === undefined ? {} : { sending }),
    ...(since === undefined ? {} : { since }),
    ...(deadline === undefined ? {} : { deadline }),
    ...(closing === undefined ? {} : { closing }),
    ...(told === undefined ? {} : { told }),
    ...(left === undefined ? {} : { ending: left }),
    ...(quietUntil === undefined ? {} : { quietUntil }),
  };
}

function handEnding({ key, how, summary, call, live, stage, baseline, sent, lateUntil, notAfter, sending }: Attempt) {
  if (live === undefined || baseline === undefined || stage === 'baseline' || stage === 'pausing') return undefined;
  const handed: HandedEnding = {
    key,
    how,
    summary,
    call,
    live,
    baseline,
    ...(sent === undefined ? {} : { sent }),
    lateUntil: lateUntil ?? lastArrival(notAfter ?? call.deadline, baseline),
    ...(sending === undefined ? {} : { sending }),
  };
  return handed;
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
  const { ending, endedBy, told, sent, lateUntil, deadline, closing: asked, ...rest } = handed;
  const opening: Opening = {
    ...rest,
    ...(told === undefined ? {} : { told }),
    ...(sent === undefined ? {} : { sent }),
    ...(lateUntil === undefined ? {} : { lateUntil }),
    stage: 'open',
    closeTries: 0,
  };
  if (endedBy !== undefined || told?.kind === 'not-opened' || told?.kind === 'closed') {
    state.openings.push({ ...opening, stage: 'ended', ...(endedBy === undefined ? {} : { endedBy }) });
    return;
  }
  if (sent === undefined && lateUntil === undefined) return;
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

function attemptOf({ key, how, summary, call, live, baseline, sent, lateUntil, sending }: HandedEnding): Attempt {
  return {
    key,
    how,
    summary,
    call,
    live,
    baseline,
    ...(sent === undefined ? {} : { sent }),
    lateUntil,
    ...(sending === undefined ? {} : { sending }),
    stage: sent === undefined ? 'settling' : 'waiting',
  };
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
