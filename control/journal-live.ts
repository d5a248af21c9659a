import type { ActionCall } from '../actions/call.ts';
import type { JsonMap } from '../actions/json.ts';
import type { GuardActivities, LiveChange } from '../engine/guard-types.ts';
import type { Call } from './journal-calls.ts';

/** How a live change ended, by a call of the guard; undefined: this call did not end one. */
export function endOfLive(call: Call): { readonly state: string; readonly outputs: JsonMap } | undefined {
  if (call.status !== 'succeeded' || liveOf(call) === undefined) return undefined;
  switch (call.activity) {
    case 'guard/baseline': {
      const { already } = call.result as unknown as GuardActivities['baseline']['result'];
      return already === undefined ? undefined : { state: stateOf(call), outputs: already.outputs };
    }
    case 'guard/wait': {
      const result = call.result as unknown as GuardActivities['wait']['result'];
      return result.up ? { state: stateOf(call), outputs: result.outputs } : undefined;
    }
    case 'guard/lookLive': {
      const { open } = call.result as unknown as GuardActivities['lookLive']['result'];
      return open ? undefined : { state: 'closed', outputs: {} };
    }
    default:
      return undefined;
  }
}

/** The key of the step that opened what a call is about; undefined: it is not about a live change. */
export const openedBy = (call: Call): string | undefined => liveOf(call)?.opened.step;

export function vpgOf(call: Call): string {
  return liveOf(call)?.opened.with['vpg'] as string;
}

function stateOf({ input }: Call): string {
  const { action } = input?.['call'] as ActionCall;
  return action === 'zerto/commit' ? 'committed' : 'rolled-back';
}

/** A request for locks has a `live` too, which only says that it goes first. */
function liveOf({ input }: Call): LiveChange | undefined {
  const live = input?.['live'];
  return typeof live === 'object' && live !== null ? (live as LiveChange) : undefined;
}
