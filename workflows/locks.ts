import {
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  setHandler,
  workflowInfo,
  allHandlersFinished,
} from '@temporalio/workflow';
import {
  advanceLocks,
  beginLocks,
  type LockRequest,
  type LocksCommand,
  type LocksEvent,
  type LocksState,
} from '../engine/locks.ts';
import { callActivity, soon } from './activity-options.ts';
import { endingOf } from './ending.ts';
import { lockedSignal, lockReleaseSignal, lockRequestSignal } from './messages.ts';
import { Timers } from './timers.ts';
import type { WithoutTime } from '../engine/types.ts';

type Event = WithoutTime<LocksEvent>;

/** Grants VPGs to runs; one a namespace. Starts with the first request, continues as new when its history grows. */
export async function locks(carried?: LocksState): Promise<void> {
  const state = carried ?? beginLocks();
  const events: Event[] = [];
  const put = (event: Event): void => {
    events.push(event);
  };
  const timers = new Timers(token => {
    put({ kind: 'timer', token });
  });
  const withdrawn = new Set<string>();
  let checking = 0;
  let checks = 0;
  setHandler(lockRequestSignal, request => {
    // One workflow serves the whole namespace: what it cannot read must not stop it.
    if (isRequest(request)) put({ kind: 'request', request, alive: [] });
  });
  setHandler(lockReleaseSignal, token => {
    // While a holder is looked for, its request is in nobody's list and could come back after its own release.
    if (checking > 0) withdrawn.add(token);
    put({ kind: 'release', token });
  });
  for (const request of state.queue)
    if (request.until !== undefined) timers.set(request.token, request.until, 'waits for a lock');

  const check = async ({ guard, then, alive }: Extract<LocksCommand, { do: 'check-guard' }>): Promise<void> => {
    checking++;
    checks++;
    const gone = await isGone(guard, checks);
    checking--;
    if (gone) put({ kind: 'guard-gone', guard });
    if (withdrawn.has(then.token)) return;
    put({ kind: 'request', request: then, alive: gone ? alive : [...alive, guard] });
  };

  for (;;) {
    await condition(() => events.length > 0);
    const commands = events.splice(0).flatMap(event => advanceLocks(state, { ...event, at: Date.now() }));
    for (const command of commands) {
      switch (command.do) {
        case 'answer':
          if (!(await answer(command)) && command.granted) put({ kind: 'release', token: command.token });
          break;
        case 'timer':
          timers.set(command.token, command.at, 'waits for a lock');
          break;
        case 'check-guard':
          void check(command);
          break;
      }
    }
    if (checking > 0 || events.length > 0) continue;
    withdrawn.clear();
    if (Object.keys(state.leases).length === 0 && state.queue.length === 0) return;
    if (workflowInfo().historyLength > continueAfterEvents || workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof locks>(state);
    }
  }
}

function isRequest(request: unknown): request is LockRequest {
  if (typeof request !== 'object' || request === null) return false;
  const { token, guard, run, vpgs, onLocked } = request as Partial<Record<keyof LockRequest, unknown>>;
  return (
    [token, guard, run, onLocked].every(text => typeof text === 'string') &&
    typeof vpgs === 'object' &&
    vpgs !== null &&
    Object.values(vpgs).every(id => typeof id === 'string')
  );
}

const continueAfterEvents = 3_000;

/** False when the guard is no more. */
async function answer(command: Extract<LocksCommand, { do: 'answer' }>): Promise<boolean> {
  const { token, n, granted, error } = command;
  try {
    await getExternalWorkflowHandle(command.guard).signal(lockedSignal, {
      token,
      ...(n === undefined ? {} : { n }),
      granted,
      error,
    });
    return true;
  } catch {
    return false;
  }
}

async function isGone(guard: string, n: number): Promise<boolean> {
  try {
    const input = { workflowId: guard };
    const options = { id: `is-running-${n}`, summary: 'does the holder live?', budgetMs: 20_000, transport: soon };
    return (await callActivity('guard/is-running', input, options)) === false;
  } catch (error) {
    endingOf(error);
    // Nobody could find out: the holder keeps what it has.
    return false;
  }
}
