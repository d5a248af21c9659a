import type { JsonMap } from '../actions/json.ts';
import { answerWhenAllEnded, notEnded } from './guard-answer.ts';
import { findOut, type News, send, settle, takeBaseline, tryAgain, waitFor } from './guard-effect.ts';
import { isLive, liveChangeOf, vpgOf, waitsForPeople } from './guard-live.ts';
import type { Attempt, Ended, Ending, EndLive, GuardState, Opening } from './guard-state.ts';
import type { ToGuard } from './guard-messages.ts';
import type { GuardCommand } from './guard-types.ts';

type EndLiveMessage = Extract<ToGuard, { kind: 'end-live' }>;

/** Past the step's time; then the run is told that it is not known, and the next try begins with finding it out. */
const findOutMs = 10 * 60_000;

/** A person commits or rolls back: each opening by a call of its own, all at the same time, answered for together. */
export function endLive(state: GuardState, message: EndLiveMessage, at: number, out: GuardCommand[]): void {
  const { key, how } = message;
  if (state.endings.some(e => e.key === key)) return;
  const keys = [...new Set(message.openings)];
  const asked: EndLive = { key, how, of: keys.length, ended: [] };
  state.endings.push(asked);
  for (const opened of keys) {
    const opening = state.openings.findLast(o => o.key === opened);
    const known = endedAlready(state, message, opened, opening);
    if (known === undefined && opening !== undefined) begin(opening, message, at, out);
    else if (known !== undefined) asked.ended.push(known);
  }
  answerWhenAllEnded(state, asked, out);
}

/** How it stands where nothing is to be sent. */
function endedAlready(
  state: GuardState,
  { how, call, alone }: EndLiveMessage,
  key: string,
  opening: Opening | undefined,
): Ended | undefined {
  if (opening === undefined || !isLive(opening)) {
    return notEnded(key, key, 'failed', 'this run has nothing live open of that name');
  }
  const vpg = vpgOf(opening);
  const { stage, ending, endedBy } = opening;
  if (stage === 'ended') {
    if (endedBy?.how === how) return { key, vpg, done: true, outputs: endedBy.outputs, told: [] };
    return notEnded(key, vpg, 'failed', endedBy === undefined ? 'nothing of it is open' : isOver(endedBy.how));
  }
  if (ending !== undefined) return notEnded(key, vpg, 'failed', `"${ending.of}" is ending it already`);
  if (!waitsForPeople(opening)) return notEnded(key, vpg, 'failed', 'it is still opening');
  if ((state.gone || state.released) && alone !== true) return notEnded(key, vpg, 'cancelled', runIsGone);
  if (call.word === undefined || call.word.by.length === 0) {
    return notEnded(key, vpg, 'failed', 'only at the word of a person is a live change ended, and none is named');
  }
  return undefined;
}

/** An hour of trying stays short in the history. */
const pauseMs = (tries: number): number => Math.min(5_000 * 2 ** Math.min(tries, 10), 60_000);

const runIsGone = 'the run ended before it was sent';
const isOver = (how: Ending['how']): string => `it is ${how === 'commit' ? 'committed' : 'rolled back'} already`;

function begin(opening: Opening, message: EndLiveMessage, at: number, out: GuardCommand[]): void {
  const vpg = vpgOf(opening);
  const id = opening.call.vpgs[vpg] ?? message.call.vpgs[vpg];
  const call = {
    ...message.call,
    with: { ...message.call.with, vpg },
    vpgs: id === undefined ? {} : { [vpg]: id },
  };
  const { how, summary } = message;
  const ending: Omit<Ending, 'attempt'> = {
    of: message.key,
    how,
    summary: `${summary}: ${vpg}`,
    call,
    key: `${message.key} ${opening.key}`,
    tries: 0,
  };
  const doubt = opening.inDoubt;
  if (doubt === undefined) {
    const attempt = attemptOf(opening, ending);
    opening.ending = { ...ending, attempt };
    takeBaseline(attempt, out);
    return;
  }
  const attempt: Attempt = { ...doubt, key: ending.key, call: { ...doubt.call, deadline: call.deadline } };
  opening.ending = { ...ending, attempt, findsOut: true };
  if (attempt.sent !== undefined) waitFor(attempt, attempt.sent, out);
  else findOut(attempt, attempt.lateUntil ?? at, findOutMs, out);
}

function attemptOf(opening: Opening, { key, summary, call, how }: Omit<Ending, 'attempt'>): Attempt {
  return { key, summary, call, how, live: liveChangeOf(opening), stage: 'baseline' };
}

export function onEndingNews(
  state: GuardState,
  opening: Opening,
  ending: Ending,
  news: News,
  at: number,
  out: GuardCommand[],
): void {
  const { attempt, call } = ending;
  const fails = (status: Parameters<typeof notEnded>[2], error: string): void => {
    finish(state, opening, ending, notEnded(opening.key, vpgOf(opening), status, error), out);
  };
  switch (news.is) {
    case 'looked': {
      const { already, tasks, reports } = news.result;
      if (already !== undefined) done(state, opening, ending, already, out);
      else if (ending.unwanted === true) fails('cancelled', runIsGone);
      else send(attempt, { tasks, reports }, at, out);
      return;
    }
    case 'sent':
      waitFor(attempt, news.sent, out);
      return;
    case 'lost':
      settle(attempt, news.lost, findOutMs, out);
      return;
    case 'not-sent': {
      const { status, error, after } = news;
      if (ending.findsOut === true) {
        beginAnew(state, opening, ending, out);
        return;
      }
      const again = after === 'settle' || status === 'unreachable' || status === 'errored';
      const pauseUntil = at + pauseMs(ending.tries);
      if (again && ending.unwanted !== true && pauseUntil < call.deadline) {
        ending.tries++;
        tryAgain(attempt, pauseUntil, out);
      } else fails(status === 'unreachable' ? 'errored' : status, error);
      return;
    }
    case 'up':
      if (attempt.how === ending.how) done(state, opening, ending, news, out);
      else {
        opening.stage = 'ended';
        opening.endedBy = { how: attempt.how, outputs: news.outputs };
        fails('failed', `${isOver(attempt.how)}, by an earlier word`);
      }
      return;
    case 'not-up':
      if (ending.findsOut === true) beginAnew(state, opening, ending, out);
      else fails('failed', news.error);
      return;
    case 'unknown': {
      opening.inDoubt = attempt;
      const { status, error } = news;
      const timedOut = status === 'timed_out' && news.after === 'wait';
      fails(timedOut ? 'timed_out' : 'errored', `whether the ${attempt.how} took effect is not known: ${error}`);
      return;
    }
  }
}

/** The earlier attempt is known to have done nothing: now what was asked for. */
function beginAnew(state: GuardState, opening: Opening, ending: Ending, out: GuardCommand[]): void {
  delete opening.inDoubt;
  delete ending.findsOut;
  ending.attempt = attemptOf(opening, ending);
  onEndingPauseOver(state, opening, ending, out);
}

/** Also after a pause: a look, if it is still wanted. */
export function onEndingPauseOver(state: GuardState, opening: Opening, ending: Ending, out: GuardCommand[]): void {
  if (ending.unwanted !== true) takeBaseline(ending.attempt, out);
  else finish(state, opening, ending, notEnded(opening.key, vpgOf(opening), 'cancelled', runIsGone), out);
}

type Read = { readonly outputs: JsonMap; readonly told: readonly string[] };

function done(state: GuardState, opening: Opening, ending: Ending, { outputs, told }: Read, out: GuardCommand[]): void {
  opening.stage = 'ended';
  opening.endedBy = { how: ending.how, outputs };
  finish(state, opening, ending, { key: opening.key, vpg: vpgOf(opening), done: true, outputs, told }, out);
}

function finish(state: GuardState, opening: Opening, ending: Ending, ended: Ended, out: GuardCommand[]): void {
  delete opening.ending;
  const asked = state.endings.find(e => e.key === ending.of);
  if (asked === undefined) return;
  asked.ended.push(ended);
  answerWhenAllEnded(state, asked, out);
}
