import type * as z from 'zod';
import { isAllowed } from './allow-list.ts';
import { readAnswer, refusalOf } from './answers.ts';
import type { Token } from './door.ts';
import { NotAllowed, SignInRefused } from './errors.ts';
import { type Http, type HttpAnswer, operationOf, tooLate } from './http.ts';
import type { HttpRequest } from './http-request.ts';
import type { Pace } from './pace.ts';
import type { Session } from './session.ts';
import type { AllowList } from './types.ts';

/** Calls to one ZVM, with its session and within the allow-lists. */
export interface Caller {
  /** Gives the body of a 2xx answer, read by its schema. */
  read<T>(request: HttpRequest, schema: z.ZodType<T>): Promise<T>;
  /** Gives the body of a 2xx answer as it came. */
  text(request: HttpRequest): Promise<string>;
  /** For calls whose answer has no body that matters. */
  send(request: HttpRequest): Promise<void>;
  /** Throws NotAllowed; sends nothing. */
  check(request: HttpRequest): void;
}

/** What all calls to one ZVM share. `clock`: ms since 1970. */
export interface Line {
  readonly http: Http;
  readonly session: Session;
  readonly pace: Pace;
  readonly clock: () => number;
}

/** @param live whether its calls go before those of others */
export function createCaller(
  { http, session, pace, clock }: Line,
  lists: readonly AllowList[] = [],
  live = lists.length === 0,
): Caller {
  function check(request: HttpRequest): void {
    const path = http.pathOf(request);
    const list = lists.find(rules => !isAllowed(rules, request.method, path));
    if (list === undefined) return;
    throw new NotAllowed(
      `${operationOf(request)} was not sent to site "${http.site}": it is not among the calls that ${list.whose} may make.`,
      { operation: operationOf(request), site: http.site, retryable: false, happened: 'no' },
    );
  }

  async function exchange(request: HttpRequest): Promise<HttpAnswer> {
    check(request);
    if (request.notAfter !== undefined && clock() > request.notAfter) {
      throw tooLate(http.site, operationOf(request));
    }
    await takeTurn(request);
    if (request.anonymous === true) {
      const open = await http.send(request);
      // A ZVM that wants a session here too is given one.
      if (open.status !== 401) return accept(open, request);
      await takeTurn(request);
    }
    const token = await untilAborted(session.token(), request.signal);
    let answer = await sendWith(token, request);
    if (answer.status === 401) {
      // A 401 proves that nothing happened, so an effect too may be sent once more.
      const renewed = await untilAborted(session.renew(token), request.signal);
      await takeTurn(request);
      answer = await sendWith(renewed, request);
    }
    if (answer.status === 401) {
      throw new SignInRefused(
        `Site "${http.site}" refused ${operationOf(request)} with a session that it had just given. Check the rights of the account in Zerto.`,
        { operation: operationOf(request), site: http.site, status: 401, retryable: false, happened: 'no' },
      );
    }
    return accept(answer, request);
  }

  function accept(answer: HttpAnswer, request: HttpRequest): HttpAnswer {
    if (answer.status < 200 || answer.status > 299) throw refusalOf(answer, request, http);
    return answer;
  }

  function takeTurn(request: HttpRequest): Promise<void> {
    // What has no `notAfter` changes nothing that lasts: reading settings makes and deletes an object.
    const lane = request.notAfter === undefined ? 'read' : 'effect';
    return pace.enter(live ? `live-${lane}` : lane, request.signal);
  }

  async function sendWith(token: Token, request: HttpRequest): Promise<HttpAnswer> {
    const sentAt = clock();
    const answer = await http.send({ ...request, headers: { ...request.headers, ...token.headers } });
    if (answer.status !== 401) session.used(token, sentAt);
    return answer;
  }

  return {
    read: async (request, schema) => readAnswer(await exchange(request), schema, request, http),
    text: async request => (await exchange(request)).text,
    send: async request => {
      await exchange(request);
    },
    check,
  };
}

/** The sign-in is shared: one caller's signal ends only its own waiting for it. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}
