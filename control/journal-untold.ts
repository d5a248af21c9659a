import type { ActionResult } from '../actions/call.ts';
import type { Told } from '../engine/page.ts';
import type { Control } from './connection.ts';
import { messageOf } from './failures.ts';
import type { HistoryEvent } from './history.ts';
import { stepOf } from './journal-calls.ts';
import { codecOf } from './payload-codec.ts';

/** A run that was paged for weeks has very many. */
const mostAsked = 50;

/**
 * Whom nobody could tell of a run, and why: of the workflows that it began to tell people, and of the pages of its guard.
 * What is tried still is told with what was in the way last.
 */
export async function readUntold(
  control: Control,
  events: readonly HistoryEvent[],
  guards: readonly (readonly HistoryEvent[])[],
): Promise<readonly string[]> {
  const known = [events, ...guards].flatMap(pagesOf);
  const ended = new Set(events.flatMap(event => (event.kind === 'child-ended' ? [event.workflowId] : [])));
  const open = events.flatMap(event =>
    event.kind === 'child' && event.workflow === 'tell' && !ended.has(event.workflowId) ? [event.workflowId] : [],
  );
  const asked = await Promise.all(open.slice(-mostAsked).map(id => ask(control, id)));
  return [...new Set([...known, ...asked.flat()])];
}

/** Of one history: what came of its own pages, of the workflows that have told for it, and of the `notify` steps. */
function pagesOf(events: readonly HistoryEvent[]): readonly string[] {
  const calls = new Map(events.flatMap(event => (event.kind === 'scheduled' ? [[event.id, event] as const] : [])));
  return events.flatMap(event => {
    if (event.kind === 'child-ended' && event.workflow === 'tell') return untoldOf(event.result);
    if (event.kind !== 'succeeded' && event.kind !== 'failed') return [];
    const call = calls.get(event.of);
    if (call?.activity === 'people/page') return event.kind === 'succeeded' ? untoldOf(event.result) : [];
    return call?.activity === 'notify' ? notDelivered(stepOf(call, 'run') ?? call.activityId, event) : [];
  });
}

type Ended = Extract<HistoryEvent, { kind: 'succeeded' | 'failed' }>;

/** Of a step that was to tell people: what it says of those that it could not tell, or why it told nobody. */
function notDelivered(step: string, event: Ended): readonly string[] {
  if (event.kind === 'failed') return event.how === 'cancelled' ? [] : [`the step "${step}": ${event.message}`];
  const { outputs, told = [] } = event.result as ActionResult;
  return outputs['delivered'] === false ? told.map(why => `the step "${step}": ${why}`) : [];
}

const untoldOf = (result: unknown): readonly string[] => (result as Partial<Told> | undefined)?.untold ?? [];

/** Of one that outlived its run. What Temporal does not know any more tells nothing. */
async function ask({ client }: Control, id: string): Promise<readonly string[]> {
  try {
    const handle = client.workflow.getHandle(id);
    const { status, raw } = await handle.describe();
    if (status.name === 'COMPLETED') return untoldOf(await handle.result());
    const failures = (raw.pendingActivities ?? []).flatMap(({ lastFailure }) => (lastFailure ? [lastFailure] : []));
    return await Promise.all(failures.map(failure => messageOf(codecOf(client), failure)));
  } catch {
    return [];
  }
}
