import { answer } from './guard-answer.ts';
import { resumeClosing } from './guard-closing.ts';
import { type News, send, sentOf, settle, takeBaseline, tryAgain, waitFor } from './guard-effect.ts';
import type { Opening, NoSuccess } from './guard-state.ts';
import type { GuardCommand } from './guard-types.ts';

const pauseMs = 5_000;
/** Finding out has no end of its own: as long as nobody knows, the lease stays. */
export const findOutMs = 24 * 3_600_000;
const notSentAnyMore = 'closed before it was sent';

/** What follows the look with which an opening begins until it is up; its end is in guard-closing and guard-ending. */
export function onNews(opening: Opening, news: News, at: number, out: GuardCommand[]): void {
  switch (news.is) {
    case 'looked':
      if (isUnwanted(opening)) {
        didNotHappen(opening, 'cancelled', notSentAnyMore, out);
        return;
      }
      opening.since = at;
      send(opening, news.result, at, out);
      return;
    case 'sent':
      if (opening.closing === undefined) {
        waitFor(opening, news.sent, out);
        return;
      }
      opening.sent = sentOf(news.sent);
      resumeClosing(opening, at, out);
      return;
    case 'lost':
      settle(opening, news.lost, findOutMs, out);
      return;
    case 'not-sent': {
      const status = news.status === 'unreachable' ? 'errored' : news.status;
      // A fresh start, as long as the step has time: nothing was refused.
      const again = news.after === 'settle' || (news.after === 'start' && news.status === 'unreachable');
      if (again && !isUnwanted(opening) && at < opening.call.deadline) tryAgain(opening, at + pauseMs, out);
      else didNotHappen(opening, status, news.error, out);
      return;
    }
    case 'up':
      opening.stage = 'open';
      answer(opening, { kind: 'opened', outputs: news.outputs }, out);
      break;
    case 'not-up':
      if (news.nothingOpen) {
        didNotHappen(opening, 'failed', news.error, out);
        return;
      }
      countsAsOpen(opening, 'failed', news.error, out);
      break;
    case 'unknown': {
      const { status, error } = news;
      // Cancelled by its closing: the run no longer waits for an answer of its own.
      if (status === 'cancelled' && opening.closing !== undefined) opening.stage = 'open';
      else countsAsOpen(opening, status === 'unreachable' || status === 'cancelled' ? 'errored' : status, error, out);
      break;
    }
  }
  if (opening.closing !== undefined) resumeClosing(opening, at, out);
}

export function onPauseOver(opening: Opening, out: GuardCommand[]): void {
  if (opening.stage !== 'pausing') return;
  if (isUnwanted(opening)) didNotHappen(opening, 'cancelled', notSentAnyMore, out);
  else takeBaseline(opening, out);
}

const isUnwanted = ({ closing, unwanted }: Opening): boolean => closing !== undefined || unwanted === true;

function didNotHappen(opening: Opening, status: NoSuccess, error: string, out: GuardCommand[]): void {
  opening.stage = 'ended';
  answer(opening, { kind: 'not-opened', status, error }, out);
}

function countsAsOpen(
  opening: Opening,
  status: Exclude<NoSuccess, 'cancelled'>,
  error: string,
  out: GuardCommand[],
): void {
  opening.stage = 'open';
  answer(opening, { kind: 'open-failed', status, error }, out);
}
