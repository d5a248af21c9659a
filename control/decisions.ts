import { randomUUID } from 'node:crypto';
import type { Heard, HeldDecision, Report, Vote } from '../workflows/messages.ts';
import type { Control } from './connection.ts';
import { heard, say, type Sign } from './say.ts';

export { DecisionRefused, RunSilent } from './say.ts';

type Ballot = Omit<Vote, 'id' | 'proof'> & {
  /** One of the approval's choices, or `reject`; absent where it has only one. */
  readonly choice?: string;
  /** Alone, past the quorum; with a reason. */
  readonly breakGlass?: boolean;
};

/** Who says something to a run, and why. */
export interface Words {
  readonly by: string;
  readonly reason: string;
}

/**
 * Votes in an approval. What comes back counts, or is recorded with why it does not (late, repeated, not entitled).
 * Throws RunNotFound, RunEnded, RunSilent, or DecisionRefused for what is not asked or not offered.
 */
export async function vote(control: Control, run: string, ballot: Ballot, sign?: Sign): Promise<Heard> {
  const { key, by, reason, choice, breakGlass } = ballot;
  const reject = choice === 'reject';
  const more = {
    ...(choice === undefined ? {} : { choice }),
    ...(breakGlass === true ? { breakGlass } : {}),
  };
  const saying = {
    update: reject ? 'reject' : 'approve',
    to: breakGlass === true && !reject ? 'break the glass' : 'vote',
    ...{ by, reason, step: key, id: randomUUID() },
    ...(choice === undefined ? {} : { choice }),
    fields: { key, reason, ...(reject ? {} : more) },
  } as const;
  return await heard(say(control, run, saying, sign));
}

/** Tells what came of a manual step. Throws as `vote` does. */
export async function report(
  control: Control,
  run: string,
  { key, outcome, by, note }: Omit<Report, 'id' | 'proof'>,
  sign?: Sign,
): Promise<Heard> {
  const saying = { update: 'report', to: 'report', by, reason: note, step: key, choice: outcome } as const;
  return await heard(say(control, run, { ...saying, fields: { key, outcome, note } }, sign));
}

type Decision = Omit<HeldDecision, 'id' | 'proof' | 'breakGlass'> & {
  /** Of a commit: alone, past the quorum. */
  readonly breakGlass?: boolean;
};

/** Leads a run out of `held`. Throws as `vote` does. */
export async function decide(
  control: Control,
  run: string,
  { choice, by, reason, breakGlass }: Decision,
  sign?: Sign,
): Promise<Heard> {
  const alone = breakGlass === true;
  const saying = { update: 'decide', to: alone ? 'break the glass' : 'decide', by, reason, choice } as const;
  const fields = { choice, reason, ...(alone ? { breakGlass } : {}) };
  return await heard(say(control, run, { ...saying, fields }, sign));
}

/** Nothing further starts in the run until somebody resumes it. Throws as `vote` does. */
export async function pauseRun(control: Control, run: string, { by, reason }: Words, sign?: Sign): Promise<Heard> {
  return await heard(say(control, run, { update: 'pause', to: 'pause', by, reason, fields: { reason } }, sign));
}

/** A paused run goes on. Throws as `vote` does. */
export async function resumeRun(control: Control, run: string, { by, reason }: Words, sign?: Sign): Promise<Heard> {
  return await heard(say(control, run, { update: 'resume', to: 'resume', by, reason, fields: { reason } }, sign));
}

/** Gives a drill more time, ms. Throws as `vote` does. */
export async function extendRun(
  control: Control,
  run: string,
  { by, reason, byMs }: Words & { readonly byMs: number },
  sign?: Sign,
): Promise<Heard> {
  const saying = { update: 'extend', to: 'extend', by, reason, choice: String(byMs) } as const;
  return await heard(say(control, run, { ...saying, fields: { reason, byMs } }, sign));
}

/** Ends a run at a person's word; with something live uncommitted it is held. Throws as `vote` does. */
export async function abortRun(control: Control, run: string, { by, reason }: Words, sign?: Sign): Promise<Heard> {
  return await heard(say(control, run, { update: 'abort', to: 'abort', by, reason, fields: { reason } }, sign));
}

/** Gives up all that a live run has open, whatever it does. Throws as `vote` does. */
export async function rollBackRun(control: Control, run: string, { by, reason }: Words, sign?: Sign): Promise<Heard> {
  return await heard(say(control, run, { update: 'roll-back', to: 'roll-back', by, reason, fields: { reason } }, sign));
}
