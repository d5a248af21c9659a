import type { Lease, LockRequest, LocksState } from './locks-types.ts';

/** Live before drill, then in order of request. */
const inOrder = <R extends LockRequest>(queue: readonly R[]): R[] => [
  ...queue.filter(r => r.live),
  ...queue.filter(r => !r.live),
];

/** The leases in the way of a request. */
export function holdersOf(state: LocksState, request: LockRequest): Lease[] {
  return Object.values(request.vpgs).flatMap(id => {
    const lease = state.leases[id];
    return lease === undefined || lease.token === request.token ? [] : [lease];
  });
}

/** A drill of which somebody can still be told to stop it. */
export const givesWay = (lease: Lease, to: LockRequest): boolean =>
  to.live && lease.drill === true && lease.lost !== true;

/**
 * Goes through the queue in order. `blocked`: somebody before it wants one of the same VPGs, and overtaking would starve
 * large sets. Who holds something already waits for holders only: those in the queue may be waiting for it.
 */
export function* throughQueue<S extends LocksState>(
  state: S,
): Generator<{ readonly request: S['queue'][number]; readonly blocked: boolean }> {
  const wanted = new Set<string>();
  let holders: ReadonlySet<string> | undefined;
  const holds = (token: string): boolean => {
    holders ??= new Set(Object.values(state.leases).map(lease => lease.token));
    return holders.has(token);
  };
  for (const request of inOrder(state.queue)) {
    const ids = Object.values(request.vpgs);
    const blocked = ids.some(id => wanted.has(id)) && !holds(request.token);
    yield { request, blocked };
    // Of one that was granted meanwhile its lease says the same.
    for (const id of ids) wanted.add(id);
  }
}

/** Whether one that is not in the queue yet would have to wait for somebody in it. */
export function mustQueue(state: LocksState, request: LockRequest): boolean {
  if (isHolder(state, request.token)) return false;
  const wanted = new Set(Object.values(request.vpgs));
  return state.queue.some(
    earlier => (earlier.live || !request.live) && Object.values(earlier.vpgs).some(id => wanted.has(id)),
  );
}

const isHolder = (state: LocksState, token: string): boolean =>
  Object.values(state.leases).some(lease => lease.token === token);

/** Runs that want more than they hold could wait for each other for ever: the one that would close the circle may not wait. */
export function waitsForItself(state: LocksState, request: LockRequest): boolean {
  if (!isHolder(state, request.token)) return false;
  const seen = new Set<string>();
  const open = awaited(state, request);
  for (let token = open.pop(); token !== undefined; token = open.pop()) {
    if (token === request.token) return true;
    const waiting = seen.has(token) ? undefined : state.queue.find(r => r.token === token);
    seen.add(token);
    if (waiting !== undefined) open.push(...awaited(state, waiting));
  }
  return false;
}

/** Drills are not waited for by a live run: they end. */
const awaited = (state: LocksState, request: LockRequest): string[] =>
  holdersOf(state, request)
    .filter(lease => !givesWay(lease, request))
    .map(lease => lease.token);
