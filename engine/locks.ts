import { guardIdParts } from './guard-id.ts';
import { givesWay, holdersOf, mustQueue, throughQueue, waitsForItself } from './locks-order.ts';
import {
  isFree,
  onOffer,
  preempt,
  preemptedBy,
  preemptSuccessor,
  putBack,
  refuseUnwanted,
  takeOver,
} from './locks-preempt.ts';
import { answer, refusal, refusalOf, tellWaiting } from './locks-told.ts';
import type { Lease, LockRequest, LocksCommand, LocksEvent, LocksState } from './locks-types.ts';

/**
 * Who holds which VPG: all VPGs of a run at once or none, live runs before drills, then in order of request. A run may ask
 * again for more: all of the new ones or none. A drill gives way to a live run (locks-preempt). What a guard held that is
 * lost stays locked until a successor takes it or somebody who has looked releases it. Pure; the key is the VpgIdentifier
 * (`site/name` of a VPG that is yet to be made), the owner a run's guard with a token that every message carries.
 */
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
    case 'guard-lost':
    case 'guard-runs':
      for (const lease of Object.values(state.leases)) {
        if (lease.guard !== event.guard) continue;
        if (event.kind === 'guard-lost') lease.lost = true;
        else delete lease.lost;
      }
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
    case 'offer':
      onOffer(state, event, out);
      break;
    case 'undelivered':
      drop(state, lease => lease.token === event.token);
      dropQueued(state, event.token);
      putBack(state, event, out);
      break;
  }
  grantWhatIsFree(state, event.at, out);
  preempt(state, event.at, out);
  if (event.kind !== 'request') refuseUnwanted(state, out);
  tellWaiting(state, out);
  return out;
}

function onRequest(
  state: LocksState,
  request: LockRequest,
  alive: readonly string[],
  at: number,
  out: LocksCommand[],
): void {
  succeed(state, request, out);
  if (Object.values(request.vpgs).every(id => state.leases[id]?.token === request.token)) {
    out.push(grant(request));
    return;
  }
  const preempted = preemptedBy(state, request.token);
  if (preempted !== undefined) {
    out.push(refusalOf(request, `pre-empted by ${preempted}`));
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
  const inTheWay = holdersOf(state, request).some(lease => !givesWay(lease, request));
  if (request.onLocked === 'fail' && (inTheWay || mustQueue(state, request))) {
    out.push(refusal(state, request, ''));
    return;
  }
  state.queue.push({ ...request });
  if (request.until !== undefined) out.push({ do: 'timer', token: request.token, at: Math.max(at, request.until) });
}

/** `guard/…/3` comes after `guard/…/2`, and that after `guard/…`: a late word of an earlier one moves nothing back. */
const generationOf = (guard: string): number => guardIdParts(guard).generation;

/** Another guard of the same run asks: what its token holds and waits for is its own now. */
function succeed(state: LocksState, { token, guard }: LockRequest, out: LocksCommand[]): void {
  let moved = false;
  for (const lease of Object.values(state.leases)) {
    if (lease.token !== token || lease.guard === guard) continue;
    if (generationOf(guard) < generationOf(lease.guard)) continue;
    lease.guard = guard;
    delete lease.lost;
    delete lease.offered;
    moved = true;
  }
  const queued = state.queue.findIndex(r => r.token === token && generationOf(r.guard) < generationOf(guard));
  if (queued >= 0) state.queue.splice(queued, 1);
  if (moved) preemptSuccessor(state, token, guard, out);
}

function grantWhatIsFree(state: LocksState, at: number, out: LocksCommand[]): void {
  for (const { request, blocked } of throughQueue(state)) {
    if (blocked || !Object.values(request.vpgs).every(id => isFree(state.leases[id], request))) continue;
    const { token, guard, run, live, drill } = request;
    const takenOver = takeOver(state, request);
    for (const [vpg, id] of Object.entries(request.vpgs)) {
      const kind: Pick<Lease, 'live' | 'drill'> = live ? { live } : drill === true ? { drill } : {};
      state.leases[id] ??= { token, guard, run, vpg, since: at, ...kind };
    }
    dropQueued(state, request.token);
    out.push({ ...grant(request), ...(takenOver === undefined ? {} : { takenOver }) });
  }
}

function grant(request: LockRequest) {
  return { ...answer(request), granted: true, error: '' };
}

function drop(state: LocksState, gone: (lease: Lease) => boolean): void {
  for (const [id, lease] of Object.entries(state.leases)) if (gone(lease)) Reflect.deleteProperty(state.leases, id);
}

function dropQueued(state: LocksState, token: string): void {
  const place = state.queue.findIndex(r => r.token === token);
  if (place >= 0) state.queue.splice(place, 1);
}
