import type { HandedOver } from './guard-types.ts';

/** What a guard asks of `locks`: all of these VPGs, or none. Times: ms since 1970. */
export interface LockRequest {
  readonly token: string;
  /** Workflow id of the guard: answers go there. */
  readonly guard: string;
  readonly run: string;
  readonly live: boolean;
  /** It gives way to a live run. */
  readonly drill?: true;
  /** Which question of its guard it is, from 0; absent: 0. Echoed in the answer. */
  readonly n?: number;
  /** VPG name → VpgIdentifier. */
  readonly vpgs: Readonly<Record<string, string>>;
  readonly onLocked: 'wait' | 'fail';
  /** With `wait`, give up then. */
  readonly until?: number;
  /** Of a live one: so long a drill in its way has to stop its tests, ms; then they are taken over open. */
  readonly preemptWaitMs?: number;
  /** Its guard wants to hear for whom it waits. */
  readonly listens?: true;
}

export interface Lease {
  readonly token: string;
  /** The one of its run that lives: a successor's word moves it. */
  guard: string;
  readonly run: string;
  readonly vpg: string;
  readonly since: number;
  readonly live?: true;
  readonly drill?: true;
  /** Its guard is no more, and nobody has looked yet what it left open. */
  lost?: true;
  /** Its drill was told to let everything go. `wanted`: a live run waits for this one. */
  yielding?: { readonly by: string; readonly until: number; readonly wanted: boolean };
  /** Its drill cannot close what is open of it, and offers it to the live run as it stands. */
  offered?: readonly HandedOver[];
}

/** `told`: for whom it waits, as its guard knows it. */
export type Queued = LockRequest & { told?: string };

/** Plain JSON: it goes through continue-as-new as it is. */
export interface LocksState {
  /** By VpgIdentifier. */
  readonly leases: Record<string, Lease>;
  readonly queue: Queued[];
}

/** An open test of one VPG, or several of it, from a drill's guard; without any it takes its offer back. */
export interface Offer {
  /** VpgIdentifier. */
  readonly id: string;
  readonly openings: readonly HandedOver[];
}

export type LocksEvent = { readonly at: number } & (
  | {
      readonly kind: 'request';
      readonly request: LockRequest;
      /** Guards in its way that were looked for a moment ago and are there, running or lost. */
      readonly alive: readonly string[];
    }
  | { readonly kind: 'release'; readonly token: string }
  | { readonly kind: 'timer'; readonly token: string }
  /** Asked for with `check-guard`: it came to its own end and has let everything go; or it was terminated, failed, is unknown. */
  | { readonly kind: 'guard-gone' | 'guard-lost' | 'guard-runs'; readonly guard: string }
  | { readonly kind: 'offer'; readonly token: string; readonly guard: string; readonly offers: readonly Offer[] }
  /** A grant did not reach its guard, which is no more. `back`: whose leases it had taken over. */
  | { readonly kind: 'undelivered'; readonly token: string; readonly back: Readonly<Record<string, Lease>> }
);

/** Of a grant that takes tests over: who is told so once it has arrived, and what is put back if it does not. */
export interface TakenOver {
  /** The run that takes over. */
  readonly by: string;
  readonly handed: readonly HandedOver[];
  readonly from: readonly { readonly guard: string; readonly token: string; readonly ids: readonly string[] }[];
  readonly back: Readonly<Record<string, Lease>>;
}

export type LocksCommand =
  | {
      readonly do: 'answer';
      readonly guard: string;
      readonly token: string;
      readonly n?: number;
      readonly granted: boolean;
      readonly error: string;
      readonly takenOver?: TakenOver;
    }
  | { readonly do: 'waits'; readonly guard: string; readonly token: string; readonly n?: number; readonly text: string }
  | { readonly do: 'timer'; readonly token: string; readonly at: number }
  /** How is the holder? Answered by `guard-…`; then the request again, with it among the `alive` where it still holds. */
  | {
      readonly do: 'check-guard';
      readonly guard: string;
      readonly then: LockRequest;
      readonly alive: readonly string[];
    }
  /** A drill's guard must close everything, and after `until` offer what it cannot close of these VPGs. */
  | ({ readonly do: 'preempt'; readonly guard: string; readonly token: string } & Preemption)
  /** An answer to an offer. */
  | {
      readonly do: 'handed';
      readonly guard: string;
      readonly token: string;
      readonly ids: readonly string[];
      readonly taken: boolean;
      readonly by: string;
    };

export interface Preemption {
  /** The live run's id. */
  readonly by: string;
  readonly until: number;
  /** VpgIdentifiers that live runs wait for. */
  readonly wants: readonly string[];
}
