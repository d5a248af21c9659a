import { setTimeout as sleep } from 'node:timers/promises';
import type { ActionCall } from '../actions/call.ts';
import { ZvmError } from '../zerto/errors.ts';
import type { Zvm } from '../zerto/zvm.ts';
import type { Checkpoint } from '../zerto/vpgs.ts';
import { assertRecoversHere } from './direction.ts';
import { StepErrored, StepFailed } from './outcome.ts';
import { assertPeerConnected } from './peer.ts';
import { reachOf, type Implementation } from './surroundings.ts';
import { endTask } from '../zerto/task-end.ts';
import { vpgId } from './vpg-id.ts';

/** How often and how long the journal is read for a tag whose task has completed. */
const lookEveryMs = 1_000;
const looks = 10;

/**
 * Inserts a tagged checkpoint. The tag carries run and step, so whoever repeats the step finds what was inserted: an
 * answer that was lost needs no second insertion.
 */
export const tagCheckpoint: Implementation<'zerto/tag-checkpoint'> = async (call, context) => {
  const { signal } = context;
  const { vpg } = call.with;
  const zvm = await context.sites.zvm(call.site, reachOf(call));
  const [found] = await assertRecoversHere(zvm, call, [vpg], context);
  if (found === undefined) throw new StepErrored(`${vpg} was not found`);
  const id = vpgId(call, vpg);
  const tag = tagOf(call);
  // An insertion of an earlier attempt may be under way; its tag is in the journal only when it has ended.
  const running = (await zvm.tasks.list({ type: 'InsertTaggedCP', vpgId: id }, { signal })).filter(
    task => !task.terminal,
  );
  for (const task of running) await endTask(zvm, task.id, signal);
  const there = await findTag(zvm, id, tag, signal);
  if (there !== undefined) return { outputs: outputsOf(there, tag), told: [`${vpg} had this checkpoint already`] };
  await assertPeerConnected(zvm, found, call.site, `no checkpoint of ${vpg} can be tagged`, context);
  // The call itself is not cut off by a cancel: its answer says what happened.
  const taskId = await zvm.vpgs.tagCheckpoint(id, tag, { notAfter: call.deadline }).catch(doneUnheard);
  const task = taskId === undefined ? undefined : await endTask(zvm, taskId, signal);
  if (task !== undefined && task.state !== 'Completed') {
    throw new StepFailed(`Zerto did not tag a checkpoint of ${vpg}: ${task.reason === '' ? task.state : task.reason}`);
  }
  for (let n = 0; n < looks; n++) {
    const inserted = await findTag(zvm, id, tag, signal);
    if (inserted !== undefined) return { outputs: outputsOf(inserted, tag) };
    await sleep(lookEveryMs, undefined, { signal });
  }
  throw new StepErrored(`Zerto says that it tagged a checkpoint of ${vpg}, but the journal does not show "${tag}"`);
};

/** It was inserted, only the answer makes no sense to us: the journal will tell. */
function doneUnheard(error: unknown): undefined {
  if (!(error instanceof ZvmError) || error.happened !== 'yes') throw error;
}

/** The author's tag, with run and step behind it. */
export function tagOf(call: Pick<ActionCall<{ readonly tag: string }>, 'with' | 'run' | 'step'>): string {
  return `${call.with.tag} [${call.run.id} ${call.step}]`;
}

async function findTag(zvm: Zvm, id: string, tag: string, signal: AbortSignal): Promise<Checkpoint | undefined> {
  return (await zvm.vpgs.checkpoints(id, { signal })).findLast(checkpoint => checkpoint.tag === tag);
}

function outputsOf(checkpoint: Checkpoint, tag: string) {
  return { id: checkpoint.id, time: checkpoint.time, tag };
}
