import { isLive } from './guard-live.ts';
import type { GuardState, Opening } from './guard-state.ts';
import type { GuardCommand } from './guard-types.ts';
import type { HeldWord } from './state.ts';

export type WorkCommand = Extract<GuardCommand, { do: 'work' }>;
export type TimerCommand = Extract<GuardCommand, { do: 'timer' }>;

/** What a guard takes along when it continues as new. Plain JSON. */
export interface CarriedGuard {
  readonly state: GuardState;
  /** At their absolute times. */
  readonly timers: readonly TimerCommand[];
  /** Looks and waits that were cut off, or not begun: begun again as they are. */
  readonly works: readonly WorkCommand[];
  /** How many activities it has had: their ids stay unique. */
  readonly calls: number;
  /** What people have said to it since its run is gone; absent: nothing. */
  readonly words?: HeardWords;
}

export interface HeardWords {
  /** How many there were: their keys stay unique. */
  readonly count: number;
  /** Ids of those that counted: each counts once. */
  readonly ids: readonly string[];
  /** By `site/VPG`: who has said "commit" where that needs several; absent: nobody. */
  readonly commits?: Readonly<Record<string, readonly HeldWord[]>>;
}

/** Cut off and begun again a work does no harm: only the one call with an effect that does not look first is waited for. */
export const canBeCutOff = ({ work }: WorkCommand): boolean => work !== 'start';

/** The state without what nobody asks for any more. */
export function compact(state: GuardState): GuardState {
  return { ...state, openings: state.openings.flatMap(opening => compactOne(opening) ?? []) };
}

function compactOne(opening: Opening): Opening | undefined {
  const { key, summary, call, stage, closeTries, endedBy, told } = opening;
  if (stage !== 'ended') return opening;
  // Whoever asks to close it again is told that nothing is open.
  if (!isLive(opening)) return undefined;
  return {
    key,
    summary,
    call,
    stage,
    closeTries,
    ...(endedBy === undefined ? {} : { endedBy }),
    ...(told === undefined ? {} : { told }),
  };
}
