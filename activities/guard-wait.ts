import { settle } from '../zerto/effects/settle.ts';
import { placeOf } from './guard-action.ts';
import { guardActionOf } from './guard-actions.ts';
import { adopted } from './guard-start.ts';
import { Ended, endingOf, StepErrored } from './outcome.ts';
import type { Work } from './guard-work.ts';
import type { Surroundings } from './surroundings.ts';
import { perform } from './wrap.ts';

/** Looks until it is known whether a call whose answer was lost took effect. Only a stranger's doing ends it without an answer. */
export const settleIt =
  (s: Surroundings): Work<'settle'> =>
  input =>
    perform(async signal => {
      const { call, baseline, lateUntil, live } = input;
      const action = guardActionOf(call.action);
      const kind = action.kind(live === undefined ? {} : { live });
      const settled = await placeOf(s, input, signal)
        .then(({ zvm, id }) => settle(zvm, { kind, vpgId: id, baseline }, { lateUntil, clock: s.clock, signal }))
        .catch((error: unknown) => {
          signal.throwIfAborted();
          // A changed password or an answer that we cannot read does not end the finding out.
          const { message, record } = endingOf(error);
          throw new Ended({ type: 'unreachable', message, record });
        });
      switch (settled.kind) {
        case 'sent':
          return { sent: { ...adopted(settled.taskId), ...input.sending } };
        case 'stranger':
          throw new StepErrored(`whether this run started the ${kind.what} is not known: ${settled.text}`);
        case 'did-not-happen':
          return { sent: null };
      }
    });

/** Waits for the task, then reads the VPG: the task says that it ended, the VPG what is open. */
export const waitForIt =
  (s: Surroundings): Work<'wait'> =>
  input =>
    perform(async signal => {
      const action = guardActionOf(input.call.action);
      const place = await placeOf(s, input, signal);
      const task = await action.ended(place, input.sent.taskId);
      const read = await action.readBack(place, input.sent, task);
      const said = task?.reason ?? '';
      return read.up || said === '' ? read : { ...read, said };
    });
