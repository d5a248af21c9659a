import type { Client } from '@temporalio/client';
import type { ActionCall } from '../actions/call.ts';
import { canonical, sha256Hex } from '../compiler/hash.ts';
import type { Json } from '../actions/json.ts';
import type { Entitlement, EntitlementQuestion } from '../engine/entitlement.ts';
import type { LiveChange } from '../engine/guard-activities.ts';
import type { ToGuard } from '../engine/guard-messages.ts';
import type { GuardStart } from '../engine/guard-types.ts';
import { guardIdOf } from '../workflows/names.ts';
import { taskQueue } from './connection.ts';
import { type HistoryEvent, readChain } from './history.ts';
import { type Execution, readOrigin } from './origin.ts';
import { remember } from './remember.ts';

/** What a guard is about to send; with `live`, the commit or roll-back of that change. */
export interface GuardEffect {
  readonly call: ActionCall;
  readonly live?: LiveChange;
}

type End = Pick<Extract<ToGuard, { kind: 'end-live' }>, 'how' | 'openings'> & { readonly word: string };

/** What a guard was asked for by those who may ask it. */
export interface Asked {
  /** Digests of the calls. */
  readonly opened: ReadonlySet<string>;
  readonly ends: readonly End[];
  /** Words of people to the guard itself, which a worker has let count. */
  readonly words: readonly { readonly question: EntitlementQuestion; readonly by: string }[];
}

/**
 * Whether what a guard is about to send was asked for by its run, or by a person whom a worker let speak to it. Its token
 * proves nothing: it stands in histories, and whoever reaches the namespace can send a guard any message. Who has sent one
 * the server writes down itself. Gives why not, for people. Throws where Temporal does not answer.
 */
export function vouching(client: Client, queue: string = taskQueue) {
  const last = new Map<string, Asked>();
  const soon = new Map<string, Promise<Asked>>();

  const read = async (guard: Execution): Promise<Asked> => {
    // What comes at the same time is read for together.
    await new Promise(resolve => setTimeout(resolve, gatherMs));
    soon.delete(guard.workflowId);
    const asked = await readAsked(client, guard, queue);
    remember(last, guard.workflowId, asked, mostRemembered);
    return asked;
  };

  return async (guard: Execution, effect: GuardEffect): Promise<string | undefined> => {
    const known = last.get(guard.workflowId);
    if (known !== undefined && isAsked(known, effect)) return undefined;
    const reading = soon.get(guard.workflowId) ?? read(guard);
    soon.set(guard.workflowId, reading);
    if (isAsked(await reading, effect)) return undefined;
    return `${effect.call.action} was asked of ${guard.workflowId} by neither its run nor a person who may: it is not sent`;
  };
}

const gatherMs = 20;
const mostRemembered = 100;

async function readAsked(client: Client, guard: Execution, queue: string): Promise<Asked> {
  const [events = [], origin] = await Promise.all([readChain({ client }, guard.workflowId), readOrigin(client, guard)]);
  const start = origin?.input as GuardStart | undefined;
  const runs = new Map<string, Promise<boolean>>();
  const isRun = (from: Execution): Promise<boolean> => {
    const known = runs.get(from.runId) ?? isItsRun(client, guard, start, from, queue);
    runs.set(from.runId, known);
    return known;
  };
  const senders = events.flatMap(event => (event.kind === 'signalled' && event.from !== undefined ? [event.from] : []));
  const parent = origin?.parent;
  const ours = new Set<string>();
  for (const from of parent === undefined ? senders : [parent, ...senders]) if (await isRun(from)) ours.add(from.runId);
  const handed = parent !== undefined && ours.has(parent.runId) ? (start?.handed ?? []) : [];
  return askedOf(
    events,
    from => ours.has(from.runId),
    handed.map(({ call }) => call),
  );
}

/** An execution of the run after which the guard is named, which our workers carry out. */
async function isItsRun(
  client: Client,
  guard: Execution,
  start: GuardStart | undefined,
  from: Execution,
  queue: string,
): Promise<boolean> {
  if (from.workflowId !== start?.run.id) return false;
  const origin = await readOrigin(client, from);
  if (origin?.type !== 'runbook' || origin.queue !== queue || origin.firstRunId === '') return false;
  const first = guardIdOf(origin.firstRunId);
  return guard.workflowId === first || guard.workflowId.startsWith(`${first}/`);
}

/** Pure. `handed`: what the guard took over at the word of its run. */
export function askedOf(
  events: readonly HistoryEvent[],
  isRun: (from: Execution) => boolean,
  handed: readonly ActionCall[],
): Asked {
  const opened = new Set(handed.map(digest));
  const ends: End[] = [];
  const words: { question: EntitlementQuestion; by: string }[] = [];
  const questions = new Map<number, EntitlementQuestion>();
  for (const event of events) {
    if (event.kind === 'signalled' && event.signal === 'to-guard' && event.from !== undefined && isRun(event.from)) {
      for (const message of (event.input[1] ?? []) as readonly ToGuard[]) {
        if (message.kind === 'open') opened.add(digest(message.call));
        if (message.kind === 'end-live')
          ends.push({ how: message.how, openings: message.openings, word: text(message.call.word) });
      }
    } else if (event.kind === 'scheduled' && event.activity === 'people/entitle')
      questions.set(event.id, event.input as EntitlementQuestion);
    else if (event.kind === 'succeeded') {
      const question = questions.get(event.of);
      const { by, refused } = (event.result ?? {}) as Partial<Entitlement>;
      if (question !== undefined && by !== undefined && refused === undefined) words.push({ question, by });
    }
  }
  return { opened, ends, words };
}

export function isAsked({ opened, ends, words }: Asked, { call, live }: GuardEffect): boolean {
  if (live === undefined) return opened.has(digest(call));
  const { site, step } = live.opened;
  const { vpg } = call.with;
  const word = text(call.word);
  const ofRun = ends.some(
    end => call.action === `zerto/${end.how}` && end.word === word && end.openings.includes(step),
  );
  const { by = [], reason = '' } = call.word ?? {};
  // Each of them has said so to the guard itself; of several, the reasons stand together.
  const hasSaid = (person: string): boolean =>
    words.some(
      word =>
        word.by === person &&
        `zerto/${word.question.to.replace(/^leases /, '')}` === call.action &&
        word.question.to.startsWith('leases ') &&
        typeof vpg === 'string' &&
        word.question.step === `${site}/${vpg}` &&
        (by.length === 1 ? word.question.reason === reason : reason.includes(word.question.reason ?? '')),
    );
  return ofRun || (by.length > 0 && by.every(hasSaid));
}

const digest = (call: ActionCall): string => sha256Hex(text(call));
const text = (value: unknown): string => canonical(JSON.parse(JSON.stringify(value ?? null)) as Json);
