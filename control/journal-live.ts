import type { ActionCall } from '../actions/call.ts';
import type { JsonMap } from '../actions/json.ts';
import type { GuardActivities, LiveChange } from '../engine/guard-activities.ts';
import type { JournalEnding } from '../report/journal.ts';
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
      // By hand, at the ZVM: how, the ending tells.
      return open ? undefined : { state: 'ended-by-hand', outputs: {} };
    }
    default:
      return undefined;
  }
}

/** What is told of a commit or roll-back that was found done, and so never sent. */
function toldOfDone(call: Call): readonly string[] {
  if (call.status !== 'succeeded' || call.activity !== 'guard/baseline' || liveOf(call) === undefined) return [];
  return (call.result as unknown as GuardActivities['baseline']['result']).already?.told ?? [];
}

/**
 * At whose word a live change ended, by the call that ended it (of which `endOfLive` is defined). A look at what a lost run
 * left finds only how it ended, by whomever.
 */
export function endingOf(call: Call): JournalEnding {
  if (call.activity === 'guard/lookLive') {
    const result = call.result as unknown as GuardActivities['lookLive']['result'];
    return { step: '', by: [], reason: result.open ? '' : result.over, found: true };
  }
  const { word, action } = call.input?.['call'] as ActionCall;
  const reverse = endOfLive(call)?.outputs['reverse_protected'];
  return {
    step: call.step,
    by: word?.by ?? [],
    reason: word?.reason ?? '',
    ...(call.activity === 'guard/baseline' ? { found: true as const } : {}),
    ...(action === 'zerto/commit' && typeof reverse === 'boolean' ? { reverseProtected: reverse } : {}),
  };
}

/** Facts for the report that a call told. */
export const toldBy = (call: Call): readonly string[] => [...(call.record.told ?? []), ...toldOfDone(call)];

/** Whether a call that opens something opens a live change, which no machine closes. */
export function isOpenedLive({ input }: Call): boolean {
  const action = (input?.['call'] as ActionCall | undefined)?.action;
  return action === 'zerto/failover' || action === 'zerto/move';
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
