import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveChange, Sent } from '../engine/guard-activities.ts';
import { effectKinds } from '../zerto/effects/kinds.ts';
import { type KnownLive, lookAtOpenLive, type OpenLive } from '../zerto/effects/open-live.ts';
import type { Task } from '../zerto/tasks.ts';
import type { Vpg } from '../zerto/vpgs.ts';
import { type Place, placeOf, waitFor } from './guard-action.ts';
import { lookEveryMs } from './guard-looks.ts';
import { StepErrored, StepFailed } from './outcome.ts';
import type { Work } from './guard-work.ts';
import type { Surroundings } from './surroundings.ts';
import { perform } from './wrap.ts';

const hows: Readonly<Record<string, KnownLive['how']>> = { 'zerto/failover': 'failover', 'zerto/move': 'move' };

/** The change that a commit or roll-back is about. */
export function liveOf({
  live,
  name = 'the VPG',
}: Pick<Place, 'live'> & Partial<Pick<Place, 'name'>>): LiveChange & { readonly how: KnownLive['how'] } {
  const how = live === undefined ? undefined : hows[live.opened.action];
  if (live === undefined || how === undefined) {
    throw new StepErrored(`it was not told which failover or move of ${name} is to be ended`);
  }
  return { ...live, how };
}

/** How the change stands that a commit or roll-back is about. */
export function lookAtLive(place: Place): Promise<OpenLive> {
  const { how, baseline, sent } = liveOf(place);
  return lookAt(place, how, baseline, sent);
}

function lookAt(
  { zvm, id, signal }: Place,
  how: KnownLive['how'],
  baseline: KnownLive['baseline'],
  sent: Sent | undefined,
): Promise<OpenLive> {
  const known = { how, baseline, ...(sent === undefined ? {} : { taskId: sent.taskId }) };
  return lookAtOpenLive(zvm, id, known, { signal });
}

const enoughLooks = 6;

/**
 * Looks until the VPG is no longer busy and shows what is expected; it may show it a moment after the task has ended.
 * Gives what it shows last.
 */
export async function settledLive(place: Place, isExpected: (seen: OpenLive) => boolean): Promise<OpenLive> {
  for (let look = 1; ; ) {
    const seen = await lookAtLive(place);
    if (isExpected(seen)) return seen;
    if (seen.kind !== 'busy' && ++look > enoughLooks) return seen;
    await sleep(lookEveryMs, undefined, { signal: place.signal });
  }
}

/** What is in the way of a failover or a move: another operation, or a test that starts or stops. */
export function assertFree({ name, testStage, status, subStatus }: Vpg): void {
  const busy = [subStatus, status].find(word => /^(FailingOver|Moving|Promoting|Deleting|PendingRemove)/.test(word));
  if (busy !== undefined) {
    throw new StepFailed(`${name} is in another operation (${busy}) already; this run did not start it`);
  }
  // A ZVM refuses it until then (docs/zerto.md §2); what the stage of a test is called otherwise is not known.
  if (testStage === 'Starting' || testStage === 'Stopping') {
    throw waitFor(`a failover test of ${name} is ${testStage.toLowerCase()}: waiting until it is not`);
  }
}

/** Reads what an opening task has left: open, or nothing of it any more. */
export async function openedLive(
  place: Place,
  how: KnownLive['how'],
  sent: Sent,
  task: Task | undefined,
): Promise<{ readonly open: true } | { readonly open: false; readonly error: string; readonly nothingOpen?: true }> {
  const { what } = effectKinds[how];
  const { name, call } = place;
  const done = task === undefined || task.state === 'Completed' || task.state === 'WaitingForUserInput';
  const failed = `Zerto ended the ${what} of ${name} as ${task?.state ?? ''}: ${task?.reason ?? ''}`;
  // Whatever is shown, of a task that failed nothing more will come.
  const baseline = { tasks: [], reports: [] };
  const live = { ...place, live: { opened: call, baseline, sent } };
  const seen = await settledLive(live, now => now.kind === (done ? 'before-commit' : 'nothing'));
  switch (seen.kind) {
    case 'before-commit':
      if (done) return { open: true };
      return { open: false, error: `${failed}; yet the VPG waits for a commit or roll-back` };
    case 'busy':
      throw new StepErrored(`the ${what} of ${name} did not come to an end`);
    case 'nothing':
      return { open: false, error: failed, nothingOpen: true };
    case 'gone':
    case 'foreign':
    case 'committed':
    case 'rolled-back':
      return { open: false, error: done ? `${overOf(seen, what, name)} by somebody else` : failed, nothingOpen: true };
  }
}

/** It is not open any more. */
export type Over = Exclude<OpenLive, { kind: 'before-commit' | 'busy' }>;

/** How it ended, as a sentence. */
export function overOf(seen: Over, what: string, name: string): string {
  switch (seen.kind) {
    case 'committed':
      return `the ${what} of ${name} was committed${seen.reversed ? ', with reverse protection,' : ''}`;
    case 'rolled-back':
      return `the ${what} of ${name} was rolled back`;
    case 'gone':
      return `${name} does not exist at the ZVM any more: it was removed`;
    case 'nothing':
      return `no ${what} of ${name} by this run is open`;
    case 'foreign':
      return seen.why;
  }
}

/** Whether a live change still waits for somebody. */
export const lookLive =
  (s: Surroundings): Work<'lookLive'> =>
  ({ live }) =>
    perform(async signal => {
      const place = await placeOf(s, { call: live.opened, live }, signal);
      const seen = await lookAtLive(place);
      if (seen.kind === 'before-commit' || seen.kind === 'busy') return { open: true };
      return { open: false, over: overOf(seen, effectKinds[liveOf(place).how].what, place.name) };
    });
