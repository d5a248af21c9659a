import { advanceLocks } from '../../engine/locks.ts';
import type { LockRequest, LocksCommand, LocksState } from '../../engine/locks-types.ts';

/** A run's request for VPGs; the identifier of `db` is `id-db`. */
export const request = (token: string, vpgs: string[], more: Partial<LockRequest> = {}): LockRequest => ({
  token,
  guard: `guard/${token}`,
  run: `run-${token}`,
  live: false,
  vpgs: Object.fromEntries(vpgs.map(v => [v, `id-${v}`])),
  onLocked: 'wait',
  ...more,
});

/** The guards that hold something. */
export const everybody = (state: LocksState): string[] => Object.values(state.leases).map(lease => lease.guard);

/** Asks while every holder is known to be alive. */
export const ask = (state: LocksState, r: LockRequest, at = 1_000): LocksCommand[] =>
  advanceLocks(state, { at, kind: 'request', request: r, alive: everybody(state) });

export const granted = (commands: LocksCommand[]): string[] =>
  commands.flatMap(c => (c.do === 'answer' && c.granted ? [c.token] : []));
