import { setTimeout as sleep } from 'node:timers/promises';
import { readVpgIfThere } from '../zerto/effects/read-vpg.ts';
import { Refused, ZvmError } from '../zerto/errors.ts';
import { endTask } from '../zerto/task-end.ts';
import { type Closing, type Place, placeOf } from './guard-action.ts';
import { guardActionOf } from './guard-actions.ts';
import { holdsWithin, lookEveryMs } from './guard-looks.ts';
import { StepErrored, StepFailed, workerEnds } from './outcome.ts';
import type { Work } from './guard-work.ts';
import type { Surroundings } from './surroundings.ts';
import { perform } from './wrap.ts';

const sendingWindowMs = 60_000;
const mostRefusals = 5;

/** Closes an opening: looks, waits while it can not be closed yet, sends. Looking first makes every repetition safe. */
export const stopIt =
  (s: Surroundings): Work<'stop'> =>
  input =>
    perform(async signal => {
      const closing = closingOf(input.call.action);
      const began = s.clock();
      let refusals = 0;
      for (;;) {
        const place = await placeOf(s, input, signal);
        const found = await closing.look(place, input, began);
        switch (found.kind) {
          case 'nothing':
            return { taskId: '', ...(found.why === undefined ? {} : { others: found.why }) };
          case 'foreign':
            return { taskId: '', foreign: found.why };
          case 'closing':
            return { taskId: found.taskId };
          case 'wait':
            break;
          case 'open':
            try {
              const said = { success: input.success, summary: input.summary };
              return { taskId: await closing.send(place, said, { notAfter: s.clock() + sendingWindowMs }) };
            } catch (error) {
              // Refused while it changes its stage, or without an answer: the next look decides.
              const lookAgain = error instanceof Refused || (error instanceof ZvmError && error.happened !== 'no');
              if (!lookAgain || ++refusals >= mostRefusals) throw error;
            }
        }
        await sleep(lookEveryMs, undefined, { signal });
        if (s.ending?.() === true) throw workerEnds();
      }
    });

const settleMs = 20_000;

/** Proves that nothing of an opening is left, and gives what is told of it. */
export const readBackStop =
  (s: Surroundings): Work<'readBack'> =>
  input =>
    perform(async signal => {
      const closing = closingOf(input.call.action);
      const place = await placeOf(s, input, signal);
      if (input.foreign === undefined) await proveOver(place, closing, input.taskId);
      const result = await closing.result(place, input);
      const others = input.foreign ?? input.others;
      return others === undefined ? result : { ...result, told: [...(result.told ?? []), others], others };
    });

async function proveOver(place: Place, closing: Closing, taskId: string): Promise<void> {
  const { zvm, id, name, signal } = place;
  const task = taskId === '' ? undefined : await endTask(zvm, taskId, signal);
  if (task !== undefined && task.state !== 'Completed') {
    throw new StepFailed(`Zerto ended ${closing.doing} of ${name} as ${task.state}: ${task.reason}`);
  }
  const isOver = async () => {
    const vpg = await readVpgIfThere(zvm, id, signal);
    return vpg === undefined || closing.isOver(vpg);
  };
  if (await holdsWithin(isOver, settleMs, signal)) return;
  throw new StepErrored(`${closing.doing} of ${name} has ended, yet Zerto still shows it as open`);
}

/** A live change has none: only a person ends it. */
function closingOf(action: string): Closing {
  const { closing } = guardActionOf(action);
  if (closing === undefined) throw new StepErrored(`${action} is never ended without a person’s word`);
  return closing;
}
