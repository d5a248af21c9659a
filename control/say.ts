import { randomUUID } from 'node:crypto';
import {
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import type { Proof, Word } from '../actions/proof.ts';
import type { Deed } from '../engine/entitlement.ts';
import type { Heard } from '../workflows/messages.ts';
import type { Control } from './connection.ts';
import { codecOf, PayloadEncrypted, plainCodec } from './payload-codec.ts';
import { refuseIfOver } from './run-ended.ts';
import { saidAgain } from './said-again.ts';
import { sending } from './temporal-away.ts';

/** The run does not take it: it is not asked, not offered, or does not count. The message says why. */
export class DecisionRefused extends Error {
  override readonly name = 'DecisionRefused';
}

/** No worker answers for the run: whether the word was heard is not known, or it was not said at all. */
export class RunSilent extends Error {
  override readonly name = 'RunSilent';
  constructor(id: string, said = true) {
    super(
      said
        ? `No worker answers for ${id}: nothing says that it was heard. Look with "drillbook pending", and say it again once a worker runs.`
        : `No worker answers for ${id}, so it was not sent: nothing was recorded. Start a worker ("drillbook worker"), or see why it ended, and send it again once the run has news.`,
    );
  }
}

/** Signs a person's word with his key (control/signing.ts). */
export type Sign = (word: Omit<Word, 'at'>) => Proof;

/** The run's worker may take 30 s to find out who may decide. */
const heardWithinMs = 45_000;

/** An update, and what is signed of it beside its person and reason. */
interface Saying {
  readonly update: string;
  readonly to: Deed;
  readonly by: string;
  readonly reason: string;
  readonly step?: string;
  readonly choice?: string;
  /** Its fields, but for `by`, `id` and `proof`. */
  readonly fields: object;
  readonly id?: string;
  /** Who hears it in the place of a run that is gone. */
  readonly guard?: string;
  /** How long an answer may take, ms. */
  readonly withinMs?: number;
}

/**
 * Says a person's word to a run. What comes back counts, or is recorded with why it does not; a run from before roles does not
 * answer a cancel in words. Throws RunNotFound, RunEnded, RunSilent, TemporalAway, or DecisionRefused for what is not asked or not offered.
 */
export async function say(control: Control, run: string, saying: Saying, sign?: Sign): Promise<Heard | null> {
  const { client } = control;
  const { update, to, by, reason, step = '', choice = '', fields, guard: hearer = run } = saying;
  const { withinMs = heardWithinMs } = saying;
  await refuseUnreadable(control, run);
  const id = saying.id ?? randomUUID();
  const proof = sign?.({ person: by, run, step, to, choice, reason, id });
  const word = {
    ...fields,
    by,
    // A run from before signatures knows neither.
    ...(proof === undefined ? {} : { proof }),
    ...(proof === undefined && saying.id === undefined ? {} : { id }),
  };
  try {
    const send = () =>
      client.workflow.getHandle(hearer).executeUpdate<Heard | null, [object]>(update, { args: [word], updateId: id });
    return await client.connection.withDeadline(Date.now() + withinMs, () => sending(() => saidAgain(send), run));
  } catch (error) {
    // It may have come to an end by this very word, said more than once.
    if (error instanceof WorkflowNotFoundError) await sending(() => refuseIfOver(control, hearer), run);
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) throw new RunSilent(hearer);
    if (error instanceof WorkflowUpdateFailedError)
      throw new DecisionRefused(`${hearer}: ${error.cause?.message ?? error.message}.`);
    throw error;
  }
}

/**
 * Whoever has no keys, and cannot read a run, must not write to it: what he says would stand there unencrypted. Describing it
 * decodes its memo. Throws PayloadEncrypted.
 */
async function refuseUnreadable({ client }: Control, id: string): Promise<void> {
  if (codecOf(client) !== plainCodec) return;
  await client.workflow
    .getHandle(id)
    .describe()
    .catch((error: unknown) => {
      if (error instanceof PayloadEncrypted) throw error;
    });
}

/** What was taken and not answered counts. */
export async function heard(said: Promise<Heard | null>): Promise<Heard> {
  return (await said) ?? { counted: true, text: 'taken' };
}
