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
  const now = trying.find(({ zvm }) => zvm?.said !== undefined);
  if (now?.zvm?.said !== undefined) return { said: now.zvm.said, task: '', site: now.zvm.site, step: now.key };
  const said = calls.flatMap(call => {
    const text = call.record.zvm?.said ?? call.result?.['said'];
    const sent = call.input?.['sent'] as { taskId?: string } | undefined;
    if (typeof text !== 'string' || text === '') return [];
    const at = call.endedAt ?? call.at;
    return [{ said: text, task: sent?.taskId ?? '', site: call.record.zvm?.site ?? siteOf(call), step: call.step, at }];
  });
  const tasks = calls.flatMap(call => {
    const task = call.result?.['taskId'];
    if (typeof task !== 'string' || task === '') return [];
    return [{ said: '', task, site: siteOf(call), step: call.step, at: call.endedAt ?? call.at }];
  });
  return newest(said) ?? newest(tasks);
}

function newest<T extends { readonly at: number }>(all: readonly T[]): T | undefined {
  return all.reduce<T | undefined>((last, one) => (last === undefined || one.at >= last.at ? one : last), undefined);
}
