import type { HandedOver } from './guard-types.ts';
import { givesWay, holdersOf, throughQueue } from './locks-order.ts';
import type { Lease, LockRequest, LocksCommand, LocksEvent, LocksState, Preemption, TakenOver } from './locks-types.ts';

/** What a drill gets to stop its tests where the live run does not say, ms. */
const usualWaitMs = 5 * 60_000;

/**
 * Drills in the way of live runs are told to stop, whole: a drill without one of its VPGs proves nothing. Not for a live run
 * that would have to wait for another one all the same.
 */
export function preempt(state: LocksState, at: number, out: LocksCommand[]): void {
  if (!state.queue.some(request => request.live)) return;
  const told = new Map<string, Lease>();
  for (const { request, blocked } of throughQueue(state)) {
    if (!request.live) break;
    const holders = holdersOf(state, request);
    if (blocked || holders.some(lease => lease.live === true)) continue;
    for (const lease of holders) {
      if (!givesWay(lease, request) || lease.yielding?.wanted === true) continue;
      const { by = request.run, until = at + (request.preemptWaitMs ?? usualWaitMs) } =
        leaseThatYields(state, lease) ?? {};
      lease.yielding = { by, until, wanted: true };
      told.set(lease.token, lease);
    }
  }
  for (const lease of told.values()) yieldAll(state, lease, out);
}

const leaseThatYields = (state: LocksState, { token }: Lease): Lease['yielding'] =>
  Object.values(state.leases).find(lease => lease.token === token && lease.yielding !== undefined)?.yielding;

function yieldAll(state: LocksState, { token, guard, yielding }: Lease, out: LocksCommand[]): void {
  if (yielding === undefined) return;
  const { by, until } = yielding;
  for (const lease of Object.values(state.leases))
    if (lease.token === token) lease.yielding ??= { by, until, wanted: false };
  // It waits for nothing more.
  const place = state.queue.findIndex(request => request.token === token);
  if (place >= 0) state.queue.splice(place, 1);
  out.push({ do: 'preempt', guard, token, ...preemptionOf(state, token, by, until) });
}

function preemptionOf(state: LocksState, token: string, by: string, until: number): Preemption {
  const wants = Object.entries(state.leases).flatMap(([id, lease]) =>
    lease.token === token && lease.yielding?.wanted === true ? [id] : [],
  );
  return { by, until, wants };
}

/** A drill's guard has lost its place to a successor, which must know what was asked of the first. */
export function preemptSuccessor(state: LocksState, token: string, guard: string, out: LocksCommand[]): void {
  const yielding = Object.values(state.leases).find(lease => lease.token === token)?.yielding;
  if (yielding === undefined) return;
  const { by, until } = yielding;
  out.push({ do: 'preempt', guard, token, ...preemptionOf(state, token, by, until) });
}

/** By whom a drill was pre-empted, as long as it holds something. */
export function preemptedBy(state: LocksState, token: string): string | undefined {
  return Object.values(state.leases).find(lease => lease.token === token)?.yielding?.by;
}

/** Kept until a live run is given it; where none wants it (any more), the drill's guard goes on closing. */
export function onOffer(state: LocksState, event: Extract<LocksEvent, { kind: 'offer' }>, out: LocksCommand[]): void {
  const { token, guard } = event;
  const refused: string[] = [];
  for (const { id, openings } of event.offers) {
    const lease = state.leases[id];
    if (lease?.token === token && lease.guard === guard && openings.length > 0) lease.offered = openings;
    else {
      if (lease?.token === token) delete lease.offered;
      refused.push(id);
    }
  }
  if (refused.length > 0) out.push({ do: 'handed', guard, token, ids: refused, taken: false, by: '' });
}

/** Whoever wanted it has gone. */
export function refuseUnwanted(state: LocksState, out: LocksCommand[]): void {
  const wanted = new Set(state.queue.flatMap(request => (request.live ? Object.values(request.vpgs) : [])));
  for (const [id, lease] of Object.entries(state.leases)) {
    if (lease.offered === undefined || wanted.has(id)) continue;
    delete lease.offered;
    const { guard, token } = lease;
    out.push({ do: 'handed', guard, token, ids: [id], taken: false, by: '' });
  }
}

/** Whether a request may be given a VPG: nobody else holds it, or a drill offers it open to a live run. */
export function isFree(lease: Lease | undefined, request: LockRequest): boolean {
  return lease === undefined || lease.token === request.token || (request.live && lease.offered !== undefined);
}

/** What a grant takes over; undefined: nothing. */
export function takeOver(state: LocksState, request: LockRequest): TakenOver | undefined {
  const handed: HandedOver[] = [];
  const back: Record<string, Lease> = {};
  const from = new Map<string, { guard: string; token: string; ids: string[] }>();
  for (const id of Object.values(request.vpgs)) {
    const lease = state.leases[id];
    if (lease?.offered === undefined || lease.token === request.token) continue;
    const { offered, ...bare } = lease;
    const { guard, token } = lease;
    handed.push(...offered);
    back[id] = bare;
    const giver = from.get(token) ?? { guard, token, ids: [] };
    giver.ids.push(id);
    from.set(token, giver);
    Reflect.deleteProperty(state.leases, id);
  }
  return from.size === 0 ? undefined : { by: request.run, handed, from: [...from.values()], back };
}

/** The grant did not arrive: what it had taken over is its drill's again. */
export function putBack(
  state: LocksState,
  { token, back }: Extract<LocksEvent, { kind: 'undelivered' }>,
  out: LocksCommand[],
): void {
  for (const [id, lease] of Object.entries(back)) {
    if (state.leases[id] !== undefined && state.leases[id].token !== token) continue;
    state.leases[id] = { ...lease };
    out.push({ do: 'handed', guard: lease.guard, token: lease.token, ids: [id], taken: false, by: '' });
  }
}
