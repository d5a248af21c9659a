import type { Call } from '../journal-calls.ts';
import type { WatchedRun } from './facts.ts';
import { siteOf } from './sites.ts';

/** What a ZVM said last, word for word. `at`: ms since 1970. */
export interface VendorView {
  readonly said: string;
  /** Empty: it was no task that said it. */
  readonly task: string;
  readonly site: string;
  readonly step: string;
  readonly at?: number;
}

/** The last sentence of a ZVM in this run, else the last task that was started there. */
export function vendorOf({ calls, trying }: WatchedRun): VendorView | undefined {
  const said = calls.flatMap(call => {
    const text = call.record.zvm?.said ?? call.result?.['said'];
    if (typeof text !== 'string' || text === '') return [];
    const at = call.endedAt ?? call.at;
    return [{ said: text, task: taskOf(call), site: call.record.zvm?.site ?? siteOf(call), step: call.step, at }];
  });
  const now = trying.flatMap(one => {
    const { said: text = '', site = '' } = one.zvm ?? {};
    if (text === '') return [];
    const running = runningOf(calls, one);
    // Without a time of its own it is as old as the call that goes on.
    const at = one.failedAt ?? running?.at ?? 0;
    return [{ said: text, task: running === undefined ? '' : taskOf(running), site, step: one.key, at }];
  });
  const tasks = calls.flatMap(call => {
    const task = call.result?.['taskId'];
    if (typeof task !== 'string' || task === '') return [];
    return [{ said: '', task, site: siteOf(call), step: call.step, at: call.endedAt ?? call.at }];
  });
  return newest([...said, ...now]) ?? newest(tasks);
}

/** The call that is tried again: the guard's and the run's of one step may go on at the same time. */
function runningOf(calls: WatchedRun['calls'], { key, guard }: WatchedRun['trying'][number]): Call | undefined {
  const own = calls.filter(call => call.step === key && call.endedAt === undefined);
  return own.findLast(({ activity }) => activity.startsWith('guard/') === (guard === true)) ?? own.at(-1);
}

/** The task that a call waits for. */
const taskOf = ({ input }: Call): string => (input?.['sent'] as { taskId?: string } | undefined)?.taskId ?? '';

function newest<T extends { readonly at: number }>(all: readonly T[]): T | undefined {
  return all.reduce<T | undefined>((last, one) => (last === undefined || one.at >= last.at ? one : last), undefined);
}
