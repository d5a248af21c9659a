import { formatTime } from '../report/times.ts';
import { type Away, awayOf } from './link.ts';

/** What became of what somebody wanted to say: it never left, or it was on its way when Temporal fell silent. */
export type Sent = 'nothing to say' | 'not sent' | 'not known';

/** When it is worth another look, s. */
const lookAgainS = 10;

/**
 * Temporal does not answer, or is too busy to (`TemporalBusy`): what that means for the runs, for what somebody was about to say, and
 * what to do.
 */
export class TemporalAway extends Error {
  override readonly name: 'TemporalAway' | 'TemporalBusy';
  readonly retryAfter = lookAgainS;
  readonly away: Away;
  readonly sent: Sent;

  constructor(away: Away, sent: Sent, about = 'the run') {
    const busy = away.busy === true;
    super([...told(sent, about, busy), ...(busy ? [whatIsBusy(away)] : [whatIsAway(away), whatItMeans])].join(' '));
    this.name = busy ? 'TemporalBusy' : 'TemporalAway';
    this.away = away;
    this.sent = sent;
  }
}

/** An error as this one, where it says that Temporal does not answer; else undefined. */
export function asAway(error: unknown, sent: Sent): TemporalAway | undefined {
  if (error instanceof TemporalAway)
    return sent === 'not sent' && error.sent === 'nothing to say' ? new TemporalAway(error.away, sent) : error;
  const away = awayOf(error);
  return away === undefined ? undefined : new TemporalAway(away, sent);
}

/** Sends what must not be lost unnoticed. `about`: what to look at before it is sent again. Throws TemporalAway, of which it is not known whether it arrived. */
export async function sending<T>(send: () => Promise<T>, about: string): Promise<T> {
  try {
    return await send();
  } catch (error) {
    const away = awayOf(error);
    throw away === undefined ? error : new TemporalAway(away, 'not known', about);
  }
}

function told(sent: Sent, about: string, busy: boolean): readonly string[] {
  switch (sent) {
    case 'nothing to say':
      return [];
    case 'not sent':
      return ['It was not sent: nothing was recorded.'];
    case 'not known':
      return [
        `It is not known whether it was recorded: Temporal ${busy ? 'gave no answer to it' : 'stopped answering in between'}. Look at ${about} before you send it again.`,
      ];
  }
}

/** It answers others: a limit of its own, or too much at once. */
function whatIsBusy({ address, why }: Away): string {
  const where = address === '' ? 'Temporal' : `Temporal at ${address}`;
  return `${where} is busy (${why}): the runs go on. Try again in a while; where it lasts, see which limits Temporal has and who asks it so often.`;
}

function whatIsAway({ address, since, answeredAt, why }: Away): string {
  const where = address === '' ? 'Temporal' : `Temporal at ${address}`;
  const last = answeredAt === undefined ? '' : `; its last answer came at ${formatTime(answeredAt)}`;
  return `${where} has not answered since ${formatTime(since)} (${why})${last}.`;
}

const whatItMeans =
  'No run is lost: each goes on from where it stands as soon as Temporal answers, and what a ZVM has begun goes on there by itself. ' +
  'Until then nothing new begins, no test is closed, and nobody can start or decide anything, on the command line either. ' +
  'Look at the sites in Zerto itself, and see why Temporal does not answer.';
