import { type Problem, problemOf } from '../problem.ts';

/** Nothing comes of a delivery: a sentence for whoever sent it, without a word of what came in. */
export class Refused extends Error {
  override readonly name: string = 'Refused';
  readonly problem: Problem;

  constructor(status: Problem['status'], title: string, detail: string) {
    super(detail);
    this.problem = { status, title, detail };
  }
}

/** Nothing shows that it is from whom it should be: whoever sends many of these has to wait. */
export class Forged extends Refused {
  override readonly name = 'Forged';
}

/** An error as a problem; undefined: a defect, of which nothing is told outside. */
export function problemOfDelivery(error: unknown): Problem | undefined {
  if (error instanceof Refused) return error.problem;
  // What Temporal's client throws when a call is not answered.
  if (error instanceof Error && error.name === 'ServiceError')
    return { status: 503, title: 'Temporal does not answer', detail: 'Temporal does not answer: send it again.' };
  return problemOf(error);
}
