import type { EngineState } from '../engine/engine.ts';
import type { ToGuard } from '../engine/guard-messages.ts';
import type { Question } from './guard-questions.ts';
import type { Command } from '../engine/types.ts';
import type { CarriedTold } from './telling.ts';

/** What one execution of a run leaves to the one that goes on from it: plain JSON. Times: ms since 1970. */
export interface Carried {
  readonly state: EngineState;
  readonly timers: readonly CarriedTimer[];
  /** Reads that were taken back so that the run could go on; they are begun again. */
  readonly calls: readonly CarriedCall[];
  /** How often a step's activity was begun, by the step's key. */
  readonly ids: Readonly<Record<string, number>>;
  /** Of the run's guard and locks. */
  readonly token: string;
  /** Absent: the run has no guard yet. */
  readonly guard?: CarriedGuard;
  /** How often the worker was asked who may decide. */
  readonly questions: number;
  /** Of drillbook.yaml's people as the run has seen them first; absent: it has not, or is older than this. */
  readonly people?: string;
  readonly told?: CarriedTold;
}

export interface CarriedTimer {
  readonly id: string;
  readonly at: number;
  readonly summary: string;
}

export interface CarriedCall {
  readonly command: Extract<Command, { do: 'call' }>;
  /** The activity's: the same in both executions, so that the journal shows one call. */
  readonly id: string;
  /** When it was begun first: its time-out counts from there. */
  readonly since: number;
}

export interface CarriedGuard {
  /** Asked and not answered. */
  readonly waiting: readonly Question[];
  /** No guard is there, and none will be. */
  readonly gone: boolean;
  /** Which guard it is; absent: the first, of a run that went on before there were others. */
  readonly generation?: number;
  /** Could not be given to a guard that was gone. */
  readonly unsent?: readonly ToGuard[];
  readonly released?: boolean;
}
