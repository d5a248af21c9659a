import {
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  setHandler,
  setWorkflowOptions,
  workflowInfo,
  allHandlersFinished,
} from '@temporalio/workflow';
import { isOwner, ownerOf } from '../engine/lock-owner.ts';
import { advanceLocks, beginLocks } from '../engine/locks.ts';
import type { LockRequest, LocksCommand, LocksEvent, LocksState, Offer } from '../engine/locks-types.ts';
import { callActivity, soon } from './activity-options.ts';
import { endingOf } from './ending.ts';
import {
  handedSignal,
  leasesQuery,
  lockedSignal,
  lockOfferSignal,
  lockReleaseSignal,
  lockRequestSignal,
  lockWaitsSignal,
  preemptSignal,
  type LeaseView,
} from './messages.ts';
import { Timers } from './timers.ts';
import type { WithoutTime } from '../engine/types.ts';

type Event = WithoutTime<LocksEvent>;
type Command<D extends LocksCommand['do']> = Extract<LocksCommand, { do: D }>;

/** What goes from one run of this workflow to the next. */
export type CarriedLocks = LocksState & {
  /** Of which it was not known yet how the holder is. */
  readonly unchecked?: readonly LockRequest[];
};

/**
 * Grants VPGs to runs; one a namespace. Starts with the first request, continues as new when its history grows.
 * `continueAfter`: events.
 */
export async function locks(carried?: CarriedLocks, continueAfter = 3_000): Promise<void> {
  const { unchecked = [], ...state }: CarriedLocks = carried ?? beginLocks();
  const events: Event[] = unchecked.map(request => ({ kind: 'request', request, alive: [] }));
  const put = (event: Event): void => {
    events.push(event);
  };
  const timers = new Timers(token => {
    put({ kind: 'timer', token });
  });
  const checking = new Set<{ readonly then: LockRequest }>();
  let checks = 0;
  setHandler(leasesQuery, () => leaseViews(state));
  setHandler(lockRequestSignal, request => {
    // One workflow serves the whole namespace: what it cannot read must not stop it.
    if (isRequest(request)) put({ kind: 'request', request, alive: [] });
  });
  setHandler(lockReleaseSignal, tokenOrOwner => {
    const token = tokenOf(state, tokenOrOwner);
    // While a holder is looked for, its request is in nobody's list and could come back after its own release.
    for (const pending of checking) if (pending.then.token === token) checking.delete(pending);
    put({ kind: 'release', token });
  });
  setHandler(lockOfferSignal, offer => {
    if (isOffer(offer)) put({ kind: 'offer', ...offer });
  });
  for (const request of state.queue)
    if (request.until !== undefined) timers.set(request.token, request.until, 'waits for a lock');

  const check = async ({ guard, then, alive }: Command<'check-guard'>): Promise<void> => {
    const pending = { then };
    checking.add(pending);
    checks++;
    const found = await lookFor(guard, checks);
    if (found !== 'nobody-knows') put({ kind: `guard-${found}`, guard });
    // Released meanwhile.
    if (!checking.delete(pending)) return;
    put({ kind: 'request', request: then, alive: found === 'gone' ? alive : [...alive, guard] });
  };

  const perform = async (command: LocksCommand): Promise<void> => {
    switch (command.do) {
      case 'answer':
        await answer(command, put);
        break;
      case 'waits': {
        const { guard, token, n, text } = command;
        await signal(guard, handle =>
          handle.signal(lockWaitsSignal, { token, ...(n === undefined ? {} : { n }), text }),
        );
        break;
      }
      case 'preempt': {
        const { guard, token, by, until, wants } = command;
        // One that is no more is found when the live run asks again.
        await signal(guard, handle => handle.signal(preemptSignal, { token, by, until, wants }));
        break;
      }
      case 'handed':
        await tellHanded(command);
        break;
      case 'timer':
        timers.set(command.token, command.at, 'waits for a lock');
        break;
      case 'check-guard':
        void check(command);
        break;
    }
  };

  for (;;) {
    await condition(() => events.length > 0);
    const commands = events.splice(0).flatMap(event => advanceLocks(state, { ...event, at: Date.now() }));
    for (const command of commands) await perform(command);
    if (events.length > 0) continue;
    if (checking.size === 0 && Object.keys(state.leases).length === 0 && state.queue.length === 0) return;
    if (workflowInfo().historyLength <= continueAfter && !workflowInfo().continueAsNewSuggested) continue;
    await condition(allHandlersFinished);
    // Checks under way are made again: in a busy namespace there is always one. What came while it waited is taken first.
    if (events.length > 0) continue;
    const left = [...checking].map(pending => pending.then);
    await continueAsNew<typeof locks>({ ...state, unchecked: left }, continueAfter);
  }
}

setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, locks);

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

function isOffer(offer: unknown): offer is Pick<Extract<LocksEvent, { kind: 'offer' }>, 'token' | 'guard' | 'offers'> {
  if (typeof offer !== 'object' || offer === null) return false;
  const { token, guard, offers } = offer as { token?: unknown; guard?: unknown; offers?: unknown };
  return (
    typeof token === 'string' &&
    typeof guard === 'string' &&
    Array.isArray(offers) &&
    (offers as Partial<Offer>[]).every(({ id, openings }) => typeof id === 'string' && Array.isArray(openings))
  );
}

type Handle = ReturnType<typeof getExternalWorkflowHandle>;

/** False when that guard is no more. */
async function signal(guard: string, send: (handle: Handle) => Promise<void>): Promise<boolean> {
  try {
    await send(getExternalWorkflowHandle(guard));
    return true;
  } catch {
    return false;
  }
}

/** A grant that reaches nobody is taken back; what it took over is a drill's again. */
async function answer(command: Command<'answer'>, put: (event: Event) => void): Promise<void> {
  const { guard, token, n, granted, error, takenOver } = command;
  const arrived = await signal(guard, handle =>
    handle.signal(lockedSignal, {
      token,
      ...(n === undefined ? {} : { n }),
      granted,
      error,
      ...(takenOver === undefined ? {} : { handed: takenOver.handed }),
    }),
  );
  if (!granted) return;
  if (!arrived) {
    put(takenOver === undefined ? { kind: 'release', token } : { kind: 'undelivered', token, back: takenOver.back });
    return;
  }
  for (const giver of takenOver?.from ?? []) await tellHanded({ ...giver, taken: true, by: takenOver?.by ?? '' });
}

async function tellHanded({ guard, token, ids, taken, by }: Omit<Command<'handed'>, 'do'>): Promise<void> {
  await signal(guard, handle => handle.signal(handedSignal, { token, ids, taken, by }));
}

async function lookFor(guard: string, n: number): Promise<'gone' | 'lost' | 'runs' | 'nobody-knows'> {
  try {
    const input = { workflowId: guard };
    const options = { id: `is-running-${n}`, summary: 'does the holder live?', budgetMs: 20_000, transport: soon };
    // Older workers said only whether it runs.
    switch (await callActivity('guard/is-running', input, options)) {
      case 'ended':
      case false:
        return 'gone';
      case 'lost':
        return 'lost';
      default:
        return 'runs';
    }
  } catch (error) {
    endingOf(error);
    // Nobody could find out: the holder keeps what it has.
    return 'nobody-knows';
  }
}

/** The janitor knows owners alone. */
function tokenOf({ leases }: LocksState, tokenOrOwner: string): string {
  if (!isOwner(tokenOrOwner)) return tokenOrOwner;
  return Object.values(leases).find(({ token }) => ownerOf(token) === tokenOrOwner)?.token ?? tokenOrOwner;
}

function leaseViews({ leases }: LocksState): readonly LeaseView[] {
  return Object.entries(leases).map(([id, { vpg, run, guard, token, live, since, lost, yielding }]) => ({
    id,
    vpg,
    run,
    guard,
    owner: ownerOf(token),
    live: live === true,
    since,
    state: lost === true ? 'lost' : yielding === undefined ? 'held' : 'yielding',
  }));
}
