import type { PlanStep, Template } from '../compiler/plan.ts';
import { findEntry, rootOf } from './frames.ts';
import { note } from './progress.ts';
import { ask } from './questions.ts';
import { render, scopeOf } from './scope.ts';
import type { Entry } from './entry.ts';
import { settle, setTimer, type Turn, windowTimer } from './turn.ts';

/**
 * `limits.window` (rule 13): what changes anything waits until it opens; after it has closed, what reaches further than a
 * test is asked about instead, but for the ways out of a live change. True: the step may start.
 */
export function isInWindow(turn: Turn, step: PlanStep, entry: Entry): boolean {
  const { window } = turn.plan.limits;
  if (window === undefined || step.phase !== 'main' || step.effect === 'read') return true;
  const opens = timeOf(turn, entry, window.opens, 'opens');
  const closes = timeOf(turn, entry, window.closes, 'closes');
  if (opens === 'bad' || closes === 'bad') return false;
  if (opens !== undefined && turn.at < opens) {
    waitForIt(turn, entry, opens);
    return false;
  }
  const far = step.effect !== 'isolated' && step.ends === undefined;
  if (!far || closes === undefined || turn.at < closes || entry.window === 'passed') return true;
  const text = `not started: limits.window closed at ${new Date(closes).toISOString()}`;
  entry.window = 'asked';
  ask(turn, entry, { status: 'failed', text });
  return false;
}

function timeOf(
  turn: Turn,
  entry: Entry,
  template: Template | undefined,
  which: 'opens' | 'closes',
): number | undefined | 'bad' {
  if (template === undefined) return undefined;
  const where = `"limits.window.${which}"`;
  const value = render(turn, template, scopeOf(turn, rootOf(turn)), where);
  const time = value.ok && typeof value.value === 'string' ? Date.parse(value.value) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  settle(turn, entry, { status: 'errored', text: value.ok ? `${where} is no time` : value.error });
  return 'bad';
}

function waitForIt(turn: Turn, entry: Entry, opens: number): void {
  const { state } = turn;
  entry.doing = 'window';
  if (state.waits.window.length === 0)
    setTimer(turn, windowTimer, { for: 'window' }, opens, `${entry.key}: limits.window opens`);
  state.waits.window.push(entry.key);
  note(state, turn.at, entry, `waits until limits.window opens at ${new Date(opens).toISOString()}`);
}

export function onWindowTimer(turn: Turn): void {
  for (const key of turn.state.waits.window.splice(0)) {
    const entry = findEntry(turn.plan, turn.state, key);
    if (entry?.doing !== 'window') continue;
    delete entry.doing;
    turn.agenda.push({ do: 'perform', entry });
  }
}
