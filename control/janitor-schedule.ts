import type { Client } from '@temporalio/client';
import { janitorId, timekeeperId } from '../workflows/names.ts';
import { ensureOwn } from './own-schedule.ts';

/** @returns what an operator should know */
export async function ensureJanitor(client: Client, queue?: string): Promise<string | undefined> {
  const janitor = {
    id: janitorId,
    workflow: 'janitor',
    summary: 'looks for what is open and has no guard',
    who: 'The janitor',
    without: 'nobody looks for what a lost guard has left open',
  };
  return await ensureOwn(client, janitor, queue);
}

/** @returns what an operator should know */
export async function ensureTimekeeper(client: Client): Promise<string | undefined> {
  return await ensureOwn(client, {
    id: timekeeperId,
    workflow: 'timekeeper',
    summary: 'looks which drills did not begin',
    who: 'The timekeeper',
    without: 'nobody is told of drills that did not begin, or are overdue',
  });
}
