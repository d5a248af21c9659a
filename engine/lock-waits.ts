import { formatDuration } from '../expressions/duration.ts';
import { noteRun } from './progress.ts';
import type { Turn } from './turn.ts';

/** What a run tells of its waiting for locks: in its progress as it happens, in its result for the report. */

export function onLockWaits({ state, at }: Turn, text: string): void {
  state.lockWait = { since: state.lockWait?.since ?? state.lockAskedAt ?? at, text };
  noteRun(state, at, 'running', `waits for locks: ${text}`);
}

/** They were granted, or refused. */
export function tellLockWait(turn: Turn): void {
  const { state, at } = turn;
  const { lockWait } = state;
  delete state.lockAskedAt;
  if (lockWait === undefined) return;
  delete state.lockWait;
  tellOfRun(turn, `waited ${formatDuration(at - lockWait.since)} for locks: ${lockWait.text}`);
}

/** For the report, and for whoever watches. */
export function tellOfRun({ state, at }: Turn, text: string): void {
  state.told ??= [];
  state.told.push(text);
  noteRun(state, at, 'running', text);
}
