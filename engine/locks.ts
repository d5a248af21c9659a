/**
 * Who holds which VPG: all VPGs of a run at once or none, live runs before drills, then in order of request. A run may ask
 * again for more: all of the new ones or none. Pure; the key is the VpgIdentifier (`site/name` of a VPG that is yet to be
 * made), the owner a run's guard with a token that every message carries.
 */
export interface LockRequest {
  readonly token: string;
  /** Workflow id of the guard: answers go there. */
  readonly guard: string;
  readonly run: string;
  readonly live: boolean;
  /** Which question of its guard it is, from 0; absent: 0. Echoed in the answer. */
  readonly n?: number;
  /** VPG name → VpgIdentifier. */
  readonly vpgs: Readonly<Record<string, string>>;
  readonly onLocked: 'wait' | 'fail';
  /** ms since 1970; with `wait`, give up then. */
  readonly until?: number;
}

export interface Lease {
  readonly token: string;
  readonly guard: string;
  readonly run: string;
  readonly vpg: string;
  readonly since: number;
}

export interface LocksState {
  /** By VpgIdentifier. */
  readonly leases: Record<string, Lease>;
  readonly queue: LockRequest[];
}

export type LocksEvent = {
  readonly at: number;
} /** `alive`: guards in its way that were found running a moment ago. */ & (
  | { readonly kind: 'request'; readonly request: LockRequest; readonly alive: readonly string[] }
  | { readonly kind: 'release'; readonly token: string }
  | { readonly kind: 'timer'; readonly token: string }
  /** Asked for with `check-guard`. */
  | { readonly kind: 'guard-gone'; readonly guard: string }
);

export type LocksCommand =
  | {
      readonly do: 'answer';
      readonly guard: string;
      readonly token: string;
      readonly n?: number;
      readonly granted: boolean;
      readonly error: string;
    }
  | { readonly do: 'timer'; readonly token: string; readonly at: number }
  /** Does the holder still run? If not, `guard-gone`; then the request again, with it among the `alive` where it is. */
  | {
      readonly do: 'check-guard';
      readonly guard: string;
      readonly then: LockRequest;
      readonly alive: readonly string[];
    };

export function beginLocks(): LocksState {
  return { leases: {}, queue: [] };
}

/** Changes the state in place. */
export function advanceLocks(state: LocksState, event: LocksEvent): LocksCommand[] {
  const out: LocksCommand[] = [];
  switch (event.kind) {
    case 'request':
      onRequest(state, event.request, event.alive, event.at, out);
      break;
    case 'release':
      drop(state, lease => lease.token === event.token);
      dropQueued(state, event.token);
      break;
    case 'guard-gone':
      drop(state, lease => lease.guard === event.guard);
      break;
    case 'timer': {
      const request = state.queue.find(r => r.token === event.token);
      // An earlier question of the same guard may have left its timer behind.
      if (request !== undefined && event.at >= (request.until ?? 0)) {
        dropQueued(state, event.token);
        out.push(refusal(state, request, ' and the wait for it is over'));
      }
      break;
    }
  }
  grantWhatIsFree(state, event.at, out);
  return out;
}

function onRequest(
  state: LocksState,
  request: LockRequest,
  alive: readonly string[],
  at: number,
  out: LocksCommand[],
): void {
  if (Object.values(request.vpgs).every(id => state.leases[id]?.token === request.token)) {
    out.push(grant(request));
    return;
  }
  // Who waits asks again each minute: a holder that was lost meanwhile is found then.
  const unchecked = holdersOf(state, request).find(lease => !alive.includes(lease.guard));
  if (unchecked !== undefined) {
    out.push({ do: 'check-guard', guard: unchecked.guard, then: request, alive });
    return;
  }
  if (state.queue.some(r => r.token === request.token)) return;
  if (waitsForItself(state, request)) {
    out.push(refusal(state, request, ' and that run waits for this one'));
    return;
  }
  if (request.onLocked === 'fail' && (holderOf(state, request) !== undefined || mustWait(state, request))) {
    out.push(refusal(state, request, ''));
    return;
  }
  state.queue.push(request);
  if (request.until !== undefined) out.push({ do: 'timer', token: request.token, at: Math.max(at, request.until) });
}

function grantWhatIsFree(state: LocksState, at: number, out: LocksCommand[]): void {
  for (const request of inOrder(state.queue)) {
    if (holderOf(state, request) !== undefined || mustWait(state, request)) continue;
    for (const [vpg, id] of Object.entries(request.vpgs)) {
      state.leases[id] ??= { token: request.token, guard: request.guard, run: request.run, vpg, since: at };
    }
    dropQueued(state, request.token);
    out.push(grant(request));
  }
}

const inOrder = (queue: readonly LockRequest[]): LockRequest[] => [
  ...queue.filter(r => r.live),
  ...queue.filter(r => !r.live),
];

/**
 * Somebody before it in the queue wants one of the same VPGs: overtaking would starve large sets. Who holds something
 * already waits for holders only: those in the queue may be waiting for it.
 */
function mustWait(state: LocksState, request: LockRequest): boolean {
  if (isHolder(state, request.token)) return false;
  const wanted = new Set(Object.values(request.vpgs));
  for (const earlier of inOrder(state.queue)) {
    if (earlier.token === request.token) return false;
    if (request.live && !earlier.live) return false;
    if (Object.values(earlier.vpgs).some(id => wanted.has(id))) return true;
  }
  return false;
}

const isHolder = (state: LocksState, token: string): boolean =>
  Object.values(state.leases).some(lease => lease.token === token);

/** Runs that want more than they hold could wait for each other for ever: the one that would close the circle may not wait. */
function waitsForItself(state: LocksState, request: LockRequest): boolean {
  if (!isHolder(state, request.token)) return false;
  const seen = new Set<string>();
  const open = holdersOf(state, request).map(lease => lease.token);
  for (let token = open.pop(); token !== undefined; token = open.pop()) {
    if (token === request.token) return true;
    const waiting = seen.has(token) ? undefined : state.queue.find(r => r.token === token);
    seen.add(token);
    if (waiting !== undefined) open.push(...holdersOf(state, waiting).map(lease => lease.token));
  }
  return false;
}

/** The leases in the way of a request. */
function holdersOf(state: LocksState, request: LockRequest): Lease[] {
  return Object.values(request.vpgs).flatMap(id => {
    const lease = state.leases[id];
    return lease === undefined || lease.token === request.token ? [] : [lease];
  });
}

const holderOf = (state: LocksState, request: LockRequest): Lease | undefined => holdersOf(state, request)[0];

function refusal(state: LocksState, request: LockRequest, suffix: string): LocksCommand {
  const holder = holderOf(state, request);
  const error =
    holder === undefined
      ? `another run waits for the same VPGs${suffix}`
      : `${holder.vpg} is held by ${holder.run} since ${new Date(holder.since).toISOString()}${suffix}`;
  return { ...answer(request), granted: false, error };
}

function grant(request: LockRequest): LocksCommand {
  return { ...answer(request), granted: true, error: '' };
}

function answer({ guard, token, n }: LockRequest) {
  return { do: 'answer' as const, guard, token, ...(n === undefined ? {} : { n }) };
}

function drop(state: LocksState, gone: (lease: Lease) => boolean): void {
  for (const [id, lease] of Object.entries(state.leases)) if (gone(lease)) Reflect.deleteProperty(state.leases, id);
}

function dropQueued(state: LocksState, token: string): void {
  const place = state.queue.findIndex(r => r.token === token);
  if (place >= 0) state.queue.splice(place, 1);
}
