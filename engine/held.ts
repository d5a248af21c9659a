import type { Phase } from '../compiler/plan.ts';
import { findEntry, rootOf } from './frames.ts';
import { heldKey, startPaging } from './pages.ts';
import { startPeopleClocks } from './people-clocks.ts';
import { noteRun } from './progress.ts';
import type { EngineState, Stop } from './state.ts';
import { isSettled, openLive } from './still-open.ts';
import type { Turn } from './turn.ts';
import type { HeldChoice } from './types.ts';

/** What going on undoes. */
export interface Undoable {
  /** Key of a refused or expired approval. */
  readonly approval?: string;
  /** Key of a failed step. */
  readonly failed?: string;
  /** Who cancelled wants no `finally`. */
  readonly skipFinally?: string;
  /** What people are told, where the stop's own sentence says less. */
  readonly told?: string;
}

/** With something live uncommitted a run is not stopped: it is held, until a person decides (rule 4). */
export function mustHold(turn: Turn): boolean {
  return turn.state.held !== undefined || (rootOf(turn).stage === 'main' && openLive(turn.state).length > 0);
}

/**
 * Nothing more starts; nothing is cancelled; what runs ends on its own. `stop`: how the run ends where nothing live is left
 * open after all; undefined: at the end of its steps, as it stands. `quietly`: a person has decided already.
 */
export function hold(turn: Turn, stop: Stop | undefined, undoable: Undoable = {}, quietly = false): void {
  const { state, at } = turn;
  const { approval, failed, skipFinally, told } = undoable;
  const { held } = state;
  const reason = told ?? stop?.reason ?? 'the steps have ended, and nobody has decided';
  startPeopleClocks(turn);
  delete state.paused;
  if (held === undefined) {
    state.held = {
      since: at,
      reasons: [reason],
      ...(stop === undefined ? {} : { stop }),
      approvals: approval === undefined ? [] : [approval],
      failed: failed === undefined ? [] : [failed],
      ...(skipFinally === undefined ? {} : { skipFinally }),
    };
    freezeQueue(turn);
  } else {
    held.reasons.push(reason);
    if (approval !== undefined) held.approvals.push(approval);
    if (failed !== undefined) held.failed.push(failed);
  }
  noteRun(state, at, 'asking', `held: ${reason}`);
  if (held === undefined && !quietly) startPaging(turn, heldKey);
}

/** What waited to be sent is not; closing and `finally` of sub-runbooks go on. */
export function freezeQueue({ plan, state }: Turn): void {
  const waiting = state.queue.keys.slice(state.queue.next);
  const frozen = (key: string): boolean => {
    const entry = findEntry(plan, state, key);
    const phase = entry === undefined ? undefined : plan.steps[entry.place]?.phase;
    if (entry === undefined || phase === undefined || !isFrozen({ state }, phase)) return false;
    delete entry.doing;
    return true;
  };
  state.queue.keys = waiting.filter(key => !frozen(key));
  state.queue.next = 0;
}

/** Nothing of this phase starts now. */
export function isFrozen({ state }: Pick<Turn, 'state'>, phase: Phase): boolean {
  if (phase === 'closing' || phase === 'finally') return false;
  return state.held !== undefined || (state.paused !== undefined && phase !== 'sign-in');
}

/** The ways out of `held` that are open now. */
export function heldChoices(state: EngineState): readonly HeldChoice[] {
  const { held } = state;
  if (held === undefined || held.decision !== undefined) return [];
  const open = openLive(state);
  const settled = open.length > 0 && open.every(isSettled);
  return [
    ...(settled ? (['commit', 'roll-back'] as const) : []),
    ...(held.stop === undefined ? [] : (['go-on'] as const)),
  ];
}
