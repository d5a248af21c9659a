import type { Phase } from '../compiler/plan.ts';
import type { Entry, StepEntry, Stop } from './state.ts';
import { clearTimer, end, entryAt, stepAt, type Turn, waitTimer } from './turn.ts';

/**
 * Nothing more starts: what waited is cancelled, running reads are taken back, running calls with an effect are awaited;
 * what is open is the business of closing. The first reason counts.
 */
export function stop(turn: Turn, why: Stop): void {
  const { state } = turn;
  switch (state.stage) {
    case 'sign-in':
    case 'locks':
    case 'preflight':
    case 'main':
      break;
    case 'new':
    case 'draining':
    case 'closing':
    case 'finally':
    case 'ended':
      return;
  }
  state.stop = why;
  state.stage = 'draining';
  for (const phase of ['sign-in', 'preflight', 'main'] as const) haltPhase(turn, phase, why.reason);
}

export function haltPhase(turn: Turn, phase: Phase, reason: string): void {
  turn.state.queue.keys = [];
  turn.state.queue.next = 0;
  for (const place of turn.graph.phases[phase]) {
    const entry = entryAt(turn, place);
    if (entry.status === 'running' && entry.items !== undefined) haltItems(turn, entry, reason);
    else halt(turn, entry, reason);
  }
}

function haltItems(turn: Turn, { items }: StepEntry, reason: string): void {
  for (const item of items?.entries ?? []) halt(turn, item, reason);
}

function halt(turn: Turn, entry: Entry, reason: string): void {
  if (entry.status === 'pending') {
    end(turn, entry, { status: 'cancelled', text: `not started: ${reason}` });
    return;
  }
  if (entry.status === 'asking' && entry.asked !== undefined) {
    const { status, outputs, timer } = entry.asked;
    if (timer !== undefined) clearTimer(turn, timer);
    const { error } = entry;
    end(turn, entry, {
      status,
      ...(error === undefined ? {} : { text: error }),
      ...(outputs === undefined ? {} : { outputs }),
    });
    return;
  }
  if (entry.status !== 'running') return;
  if (entry.doing === 'wait') {
    clearTimer(turn, waitTimer(entry));
    end(turn, entry, { status: 'cancelled', text: reason });
  } else if (entry.doing === 'call' && stepAt(turn, entry.place).effect === 'read' && entry.cancelling === undefined) {
    entry.cancelling = true;
    turn.out.push({ do: 'cancel-call', key: entry.key });
  }
}
