import { type Problem, problemOf } from '../problem.ts';
import type { Attempts } from '../security/attempts.ts';

/** Nothing comes of a delivery: a sentence for whoever sent it, without a word of what came in. */
export class Refused extends Error {
  override readonly name: string = 'Refused';
  readonly problem: Problem;

  constructor(status: Problem['status'], title: string, detail: string, retryAfter?: number) {
    super(detail);
    this.problem = { status, title, detail, ...(retryAfter === undefined ? {} : { retryAfter }) };
  }
}

/**
 * Nothing shows that it is from whom it should be: whoever sends many of these has to wait. It is counted before anything else can
 * be tried: between this and what was wrong must be no `await`.
 */
export function forged(attempts: Attempts, address: string, ...why: ConstructorParameters<typeof Refused>): Refused {
  const waits = tooOften(attempts, address);
  if (waits !== undefined) return waits;
  attempts.failed(address);
  return new Refused(...why);
}

/** Undefined: the address need not wait. */
export function tooOften(attempts: Attempts, address: string): Refused | undefined {
  const wait = attempts.waitOf(address);
  if (wait === 0) return undefined;
  const detail = `Too many deliveries that proved nothing came from this address: try again in ${wait} s.`;
  return new Refused(429, 'Too often', detail, wait);
}

/** An error as a problem; undefined: a defect, of which nothing is told outside. */
export function problemOfDelivery(error: unknown): Problem | undefined {
  if (error instanceof Refused) return error.problem;
  // What Temporal's client throws when a call is not answered; the sender needs to know no more of it.
  if (error instanceof Error && ['ServiceError', 'TemporalAway', 'TemporalBusy'].includes(error.name))
    return { status: 503, title: 'Temporal does not answer', detail: 'Temporal does not answer: send it again.' };
  return problemOf(error);
}
