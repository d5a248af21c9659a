import type { Client } from '@temporalio/client';
import { guardIdParts } from '../engine/guard-id.ts';
import type { GuardFound } from '../engine/janitor-types.ts';
import { ifKnown } from './not-found.ts';

/** A paused workflow is held by somebody's hand and goes on. */
const living: ReadonlySet<string> = new Set(['RUNNING', 'CONTINUED_AS_NEW', 'PAUSED']);

/** The newest guard of its run, or of what it recovers: `guard/<first run id>`, then `…/2`, `…/3`. */
export interface NewestGuard {
  readonly id: string;
  /** From 1; 0: there is none. */
  readonly generation: number;
  readonly found: GuardFound;
  readonly next: string;
}

/** `guard/<first run id>`, or `guard/recovered/<site>/<vpg id>/<task id>`. */
export const firstGuardOf = (id: string): string => guardIdParts(id).first;

export async function newestGuard(client: Client, id: string): Promise<NewestGuard> {
  const first = firstGuardOf(id);
  const idOf = (generation: number): string => (generation === 1 ? first : `${first}/${generation}`);
  let newest: NewestGuard = { id: first, generation: 0, found: 'unknown', next: first };
  for (let generation = 1; ; generation++) {
    const found = await howIs(client, idOf(generation));
    if (found === 'unknown') return newest;
    newest = { id: idOf(generation), generation, found, next: idOf(generation + 1) };
  }
}

async function howIs(client: Client, workflowId: string): Promise<GuardFound> {
  const found = await ifKnown(client.workflow.getHandle(workflowId).describe());
  if (found === undefined) return 'unknown';
  if (living.has(found.status.name)) return 'running';
  return found.status.name === 'COMPLETED' ? 'ended' : 'lost';
}

/** How long ago a run ended, ms; undefined: it lives. One that Temporal does not know has ended long ago. */
export async function endedAgo(client: Client, runId: string, now: number): Promise<number | undefined> {
  const found = await ifKnown(client.workflow.getHandle(runId).describe());
  if (found === undefined) return Infinity;
  return living.has(found.status.name) ? undefined : now - (found.closeTime?.getTime() ?? 0);
}
