import type { PlanStep } from '../compiler/plan.ts';
import { findEntry } from './frames.ts';
import { dropFirst, firstOf, isEmpty } from './line.ts';
import { note } from './progress.ts';
import type { Entry } from './entry.ts';
import type { EngineState } from './state.ts';
import { settle, type Turn } from './turn.ts';

/** What a step leaves open. Plans of format 1 say it by the step that closes it. */
export function opensOf(step: PlanStep): PlanStep['opens'] {
  return step.opens ?? (step.closedBy === undefined ? undefined : 'test');
}

/** Whether one more test may be open; if not, it waits in line until enough are closed. */
export function mayOpen(turn: Turn, step: PlanStep, entry: Entry): boolean {
  const { limits } = turn.plan;
  if (limits.maxOpen === undefined || opensOf(step) !== 'test') return true;
  const { room: line } = turn.state.waits;
  const isFirst = firstOf(line) === entry.key && entry.doing === 'room';
  if (hasRoom(turn) && (isFirst || isEmpty(line))) {
    if (isFirst) dropFirst(line);
    delete entry.doing;
    return true;
  }
  if (entry.doing === 'room') return false;
  entry.doing = 'room';
  line.keys.push(entry.key);
  note(turn.state, turn.at, entry, `waits: limits.max-open (${limits.maxOpen}) tests are open`);
  return false;
}

function hasRoom({ plan, state }: Turn): boolean {
  return state.tests < (plan.limits.maxOpen ?? Infinity);
}

/** The first in line, as soon as there is room; undefined when nobody waits, or there is none. */
export function nextToOpen(turn: Turn): Entry | undefined {
  // Held or paused: nothing starts, and nobody loses his place.
  return hasRoom(turn) && turn.state.held === undefined && turn.state.paused === undefined
    ? firstWaiting(turn)
    : undefined;
}

function firstWaiting(turn: Turn): Entry | undefined {
  const { room: line } = turn.state.waits;
  for (let key = firstOf(line); key !== undefined; key = firstOf(line)) {
    const entry = findEntry(turn.plan, turn.state, key);
    if (entry?.doing === 'room') return entry;
    dropFirst(line);
  }
  return undefined;
}

/**
 * Nothing else happens in the run: what is open is closed only at its end, which the first in line keeps from coming. It
 * has failed; false when there is nothing to fail.
 */
export function failWhoWaitsInVain(turn: Turn): boolean {
  if (isEmpty(turn.state.waits.room)) return false;
  const entry = firstWaiting(turn);
  if (entry === undefined || somethingHappens(turn.state)) return false;
  dropFirst(turn.state.waits.room);
  delete entry.doing;
  const { maxOpen = 0 } = turn.plan.limits;
  const text = `limits.max-open (${maxOpen}) is reached and nothing that runs will close one`;
  settle(turn, entry, { status: 'failed', text });
  return true;
}

/** Something runs, people are waited for, or the locks or the window are. */
function somethingHappens({ working, waiting, held, paused, waits, queue }: EngineState): boolean {
  const stands = held !== undefined || paused !== undefined;
  return working + waiting + waits.locks.length + waits.window.length > 0 || stands || !isEmpty(queue);
}
