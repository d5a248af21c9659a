import type { ActionCall } from '../actions/call.ts';
import type { EngineEvent, WithoutTime } from './types.ts';

export type HowToEnd = 'commit' | 'roll-back';

/** From the run, in batches. */
export type ToGuard =
  | {
      readonly kind: 'acquire';
      readonly vpgs: Readonly<Record<string, string>>;
      readonly onLocked: 'wait' | 'fail';
      readonly until?: number;
      /** Of a live run: so long a drill in its way has to stop its tests, ms. */
      readonly preemptWaitMs?: number;
    }
  | {
      readonly kind: 'open';
      readonly key: string;
      readonly summary: string;
      readonly call: ActionCall;
      /** Past it the guard closes it by itself. */
      readonly deadline?: number;
      /** An earlier guard was asked already: what came of that is the answer. */
      readonly again?: true;
    }
  | {
      readonly kind: 'close';
      readonly key: string;
      readonly step: string;
      readonly success: boolean;
      readonly summary: string;
      readonly deadline: number;
    }
  /** At a person's word, which the call carries. `openings`: their keys; all are attempted, and answered for together. */
  | {
      readonly kind: 'end-live';
      readonly how: HowToEnd;
      readonly key: string;
      readonly openings: readonly string[];
      readonly summary: string;
      readonly call: ActionCall;
      /** The run is gone, and somebody speaks to the guard itself. */
      readonly alone?: true;
    }
  /** Of a pre-empted run: no call with an effect of its own is under way any more. */
  | { readonly kind: 'yielded' }
  /** A person gives a drill more time: of one opening, or (without a key) of the run. It is never made less. */
  | { readonly kind: 'extend'; readonly key?: string; readonly deadline: number }
  | { readonly kind: 'release' };

type Answer =
  | 'granted'
  | 'not-granted'
  | 'opened'
  | 'not-opened'
  | 'open-failed'
  | 'closed'
  | 'stuck'
  | 'live-ended'
  | 'lock-waits'
  | 'preempted'
  | 'taken-over'
  | 'took-over';
/** To the run, in batches: the engine's own events, but for their time. */
export type FromGuard = WithoutTime<Extract<EngineEvent, { kind: Answer }>>;

/** An answer about one opening. */
export type Told = WithoutKey<Extract<FromGuard, { kind: 'opened' | 'open-failed' | 'not-opened' | 'closed' }>>;
type WithoutKey<T> = T extends unknown ? Omit<T, 'key'> : never;
