import { Context, log } from '@temporalio/activity';
import type { PageInput, Told } from '../engine/page.ts';
import { Ended } from './outcome.ts';
import type { Memory } from './surroundings.ts';
import { mustBeHeard, type Notifications, targetsFor } from './tell/audience.ts';
import { beginDelivery, type Delivery, deliver, keepDelivery, recallDelivery } from './tell/deliver.ts';
import { messageOf } from './tell/message.ts';
import { perform } from './wrap.ts';

/** worker.ts hands it in: read anew each time. Or why it cannot be read. */
export type ReadNotifications = () => Promise<Notifications | { readonly unreadable: string }>;

/** So long a target that is down is tried before its fallback; of a short budget a third. */
const patienceMs = 60_000;
/** Left of the budget for the last try and its answer. */
const marginMs = 15_000;

/**
 * The activity that tells people; on whatever queue, with whatever budget, tried again by Temporal. Before its budget is over
 * it ends well whatever happens: what could not be told is in its result and in the worker's log.
 */
export function pageActivities(read: ReadNotifications, clock: () => number) {
  const said = new Set<string>();
  const once = (line: string): void => {
    if (said.has(line)) return;
    if (said.size >= 1_000) said.clear();
    said.add(line);
    log.warn(line);
  };
  return {
    'people/page': (input: PageInput): Promise<Told> =>
      perform(async (signal, memory) => {
        const { scheduledTimestampMs: since, scheduleToCloseTimeoutMs: budgetMs } = Context.current().info;
        const bounds = {
          since,
          patienceMs: Math.min(patienceMs, budgetMs / 3),
          giveUpAt: since + budgetMs - Math.min(marginMs, budgetMs / 3),
        };
        return await page(input, await read(), { signal, memory, clock, complain: once, ...bounds });
      }),
  };
}

export interface Paging {
  readonly signal: AbortSignal;
  readonly memory: Pick<Memory, 'recalled' | 'keep'>;
  readonly clock: () => number;
  readonly complain: (line: string) => void;
  /** When it was asked to be told first, ms since 1970. */
  readonly since: number;
  readonly patienceMs: number;
  /** ms since 1970. */
  readonly giveUpAt: number;
}

/** Throws only to be tried again: somebody could not be told yet. */
export async function page(
  input: PageInput,
  notifications: Awaited<ReturnType<ReadNotifications>>,
  paging: Paging,
): Promise<Told> {
  const { event, text, run = input.runbook } = input;
  const { memory, complain, since } = paging;
  if ('unreadable' in notifications) {
    const why = `nobody was told that ${run} is ${event}: ${notifications.unreadable}`;
    complain(why);
    return { told: [], untold: [why] };
  }
  const at = input.at ?? since;
  const before =
    recallDelivery(memory.recalled) ?? beginDelivery(targetsFor(input, notifications, at), input.owedSince ?? since);
  const message = messageOf(input, since, input.run === undefined ? undefined : notifications.pageOf(input.run));
  const { targets } = notifications;
  const now = await deliver(message, before, { ...paging, targets });
  memory.keep(keepDelivery(now));
  if (now.left.length > 0) throw notYet(now);
  for (const failure of now.failed) complain(`people could not be told: ${failure}`);
  const nobody = now.told.length === 0 && (now.lost.length > 0 || mustBeHeard(input, at));
  const silence = `nobody was told that ${run} is ${event}: ${text}`;
  if (nobody) complain(silence);
  return { told: now.told, untold: [...now.failed, ...(nobody ? [silence] : [])] };
}

/** Temporal tries again; what is told already is not told twice. */
function notYet({ left, pauseMs }: Delivery & { readonly pauseMs?: number }): Ended {
  const why = left.map(({ why: reason = '' }) => reason).join('; ');
  return new Ended({
    type: 'unreachable',
    message: `not told yet: ${why}`,
    record: {},
    ...(pauseMs === undefined ? {} : { afterMs: pauseMs }),
  });
}
