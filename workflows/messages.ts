import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Plan } from '../compiler/plan.ts';
import type { FromGuard, ToGuard } from '../engine/guard-types.ts';
import type { LockRequest } from '../engine/locks.ts';
import type { Progress, RunInfo, RunResult } from '../engine/types.ts';

/** What a `runbook` workflow is started with. Its workflow id is the run's id. */
export interface RunStart {
  readonly plan: Plan;
  readonly run: RunInfo;
}

/** Answer of the `progress` query: what is new since a number, and the end once it is there. */
export interface RunProgress {
  readonly progress: readonly Progress[];
  readonly result?: RunResult;
}

export const progressQuery = defineQuery<RunProgress, [since: number]>('progress');
export const cancelUpdate = defineUpdate<undefined, [{ by: string; reason: string; now: boolean }]>('cancel');

/** A person's answer to a question; rejected, without a trace in the history, where it was not offered. */
export const answerUpdate = defineUpdate<undefined, [Answer]>('answer');
export interface Answer {
  /** The step, or item, that asks. */
  readonly key: string;
  readonly choice: 'retry' | 'skip' | 'roll-back' | 'abort';
  readonly by: string;
  readonly reason: string;
}

export const fromGuardSignal = defineSignal<[token: string, messages: readonly FromGuard[]]>('from-guard');
export const toGuardSignal = defineSignal<[token: string, messages: readonly ToGuard[]]>('to-guard');
export const lockedSignal =
  defineSignal<[answer: { token: string; n?: number; granted: boolean; error: string }]>('locked');
export const lockRequestSignal = defineSignal<[request: LockRequest]>('request');
export const lockReleaseSignal = defineSignal<[token: string]>('release');
