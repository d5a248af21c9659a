import { againLater } from './guard-lock.ts';
import type { GuardState } from './guard-state.ts';
import type { ToGuard } from './guard-messages.ts';
import type { GuardCommand } from './guard-types.ts';

/**
 * A guard that takes over asks for the leases that its token holds already, which moves them to it. Nothing is opened
 * before the answer; what is open is closed all the same.
 */
export function retake(state: GuardState, at: number, out: GuardCommand[]): void {
  const { retaking, asked } = state;
  if (retaking === undefined || asked === undefined) return;
  out.push({ do: 'lock', vpgs: asked.vpgs, onLocked: asked.onLocked }, againLater(at));
}

/** The answer; gives what waited for it. */
export function onRetaken(state: GuardState, granted: boolean): readonly ToGuard[] {
  const { retaking = [] } = state;
  delete state.retaking;
  if (state.locks === 'asked') state.locks = granted ? 'held' : 'none';
  return retaking;
}

/** An opening that waits for the leases and is not wanted any more. True: there was one. */
export function forget({ retaking = [] }: GuardState, key: string, out: GuardCommand[]): boolean {
  const place = retaking.findIndex(message => message.kind === 'open' && message.key === key);
  if (place < 0) return false;
  retaking.splice(place, 1);
  const error = 'closed before it was sent';
  out.push({ do: 'tell', message: { kind: 'not-opened', key, status: 'cancelled', error } });
  return true;
}
