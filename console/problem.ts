import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { asAway, type Sent } from '../control/temporal-away.ts';

/** An answer that is none, as RFC 9457 wants it told: `application/problem+json`. */
export interface Problem {
  readonly status: ContentfulStatusCode;
  /** The kind, in a few words. */
  readonly title: string;
  /** What is wrong and how to mend it, for people. */
  readonly detail: string;
  /** When trying again may help, s. */
  readonly retryAfter?: number;
}

/** Errors whose message is a sentence for people, by their name: what they are over HTTP. */
const kinds: Readonly<Record<string, Omit<Problem, 'detail'>>> = {
  NotAllowed: { status: 403, title: 'Not allowed' },
  RunNotFound: { status: 404, title: 'No such run' },
  ScheduleUnknown: { status: 404, title: 'No such schedule' },
  RunEnded: { status: 409, title: 'The run has ended' },
  DecisionRefused: { status: 409, title: 'Not asked' },
  StartRefused: { status: 422, title: 'Nothing was started' },
  RunbookTwins: { status: 409, title: 'Two files of one name' },
  PlanChanged: { status: 409, title: 'The plan has changed' },
  TooManyLooks: { status: 429, title: 'Too many plans' },
  TooManyStarts: { status: 429, title: 'Too many starts' },
  BadRequest: { status: 400, title: 'The request cannot be read' },
  WorkersUnready: { status: 503, title: 'No worker can carry it out' },
  RunSilent: { status: 503, title: 'No worker answers' },
  TemporalAway: { status: 503, title: 'Temporal does not answer' },
  TemporalBusy: { status: 503, title: 'Temporal is busy' },
  TemporalUnreachable: { status: 503, title: 'Temporal does not answer' },
  CodecUnreachable: { status: 503, title: 'What is stored cannot be decrypted' },
  PayloadEncrypted: { status: 503, title: 'What is stored cannot be decrypted' },
  IssuerSilent: { status: 503, title: 'The identity provider does not answer' },
  KeyRefused: { status: 503, title: 'The console cannot sign' },
  SecretUnreadable: { status: 503, title: 'A secret cannot be read' },
};

/** What is asked cannot be meant: a sentence. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
}

/**
 * An error as a problem; undefined: a defect, of which nothing is told outside. `sent`: what became of what was asked for where the error
 * says no more than that Temporal is away.
 */
export function problemOf(thrown: unknown, sent: Sent = 'nothing to say'): Problem | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const error = asAway(thrown, sent) ?? thrown;
  // The library's own: of a body that is no JSON.
  if (error instanceof HTTPException)
    return { status: error.status, title: 'The request cannot be read', detail: `${error.message}.` };
  if (error.name === 'ConfigRefused')
    return {
      status: 503,
      title: 'drillbook.yaml has mistakes',
      detail:
        'drillbook.yaml has mistakes, so nobody can be allowed anything: "drillbook config check" or the log of the console shows them.',
    };
  const kind = Object.hasOwn(kinds, error.name) ? kinds[error.name] : undefined;
  if (kind === undefined) return undefined;
  const { retryAfter } = error as { readonly retryAfter?: unknown };
  return { ...kind, detail: error.message, ...(typeof retryAfter === 'number' ? { retryAfter } : {}) };
}

export function answerProblem(
  context: Pick<Context, 'body'>,
  { status, title, detail, retryAfter }: Problem,
): Response {
  return context.body(JSON.stringify({ type: 'about:blank', title, status, detail }), status, {
    'Content-Type': 'application/problem+json; charset=utf-8',
    ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
  });
}
