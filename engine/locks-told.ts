import { holdersOf } from './locks-order.ts';
import type { Lease, LockRequest, LocksCommand, LocksState } from './locks-types.ts';

/** What `locks` says of who holds what, as sentences for people. */

export function refusal(state: LocksState, request: LockRequest, suffix: string): LocksCommand {
  const error = `${whyNot(state, request)}${suffix}`;
  return { ...answer(request), granted: false, error };
}

export function refusalOf(request: LockRequest, error: string): LocksCommand {
  return { ...answer(request), granted: false, error };
}

export function answer({ guard, token, n }: LockRequest) {
  return { do: 'answer' as const, guard, token, ...(n === undefined ? {} : { n }) };
}

function whyNot(state: LocksState, request: LockRequest): string {
  // What nobody but the janitor can change comes first.
  const holders = holdersOf(state, request);
  const holder = holders.find(lease => lease.lost === true) ?? holders[0];
  return holder === undefined ? 'another run waits for the same VPGs' : spoken(holder);
}

function spoken({ vpg, run, since, lost, yielding }: Lease): string {
  if (lost === true) {
    return `${vpg} was held by ${run}, whose guard is lost: the janitor looks every minute what it left open (drillbook leases)`;
  }
  const held = `${vpg} is held by ${run} since ${new Date(since).toISOString()}`;
  return yielding === undefined ? held : `${held}, a drill that was told to stop`;
}

/** Whoever waits hears for whom, and again when that changes. */
export function tellWaiting(state: LocksState, out: LocksCommand[]): void {
  for (const request of state.queue) {
    if (request.listens !== true) continue;
    const text = whyNot(state, request);
    if (request.told === text) continue;
    request.told = text;
    const { guard, token, n } = request;
    out.push({ do: 'waits', guard, token, ...(n === undefined ? {} : { n }), text });
  }
}
