import type { Plan } from '../compiler/plan.ts';
import { formatDuration } from '../expressions/duration.ts';
import { describeGate } from './approval.ts';
import { decidersOf } from './deciders.ts';
import type { Entry } from './entry.ts';
import { findEntry, frameOf } from './frames.ts';
import { graphOf } from './graph.ts';
import { nameOpenLive } from './open-now.ts';
import { note, noteRun } from './progress.ts';
import { type EngineState, type Held, lookUp, type Report } from './state.ts';
import { clearTimer, entryAt, rest, setTimer, type Turn } from './turn.ts';

/** Who must answer is told again so often, ms (rules 3 and 4). */
export const pageEveryMs = 5 * 60_000;

/** While the run is held, all pages are about that: its key. */
export const heldKey = '';

/** People are told what waits under this key: now, and again until it is over. The caller has noted it as progress. */
export function startPaging(turn: Turn, key: string, everyMs = pageEveryMs): void {
  const text = whatWaits(turn.plan, turn.state, key);
  if (text === undefined) return;
  if (key === heldKey || turn.state.held === undefined) page(turn, key, text, everyMs);
  const use = { for: 'page' as const, key, everyMs };
  setTimer(turn, timerOf(key), use, turn.at + everyMs, `page again in ${formatDuration(everyMs)}`);
}

export function stopPaging(turn: Turn, key: string): void {
  clearTimer(turn, timerOf(key));
}

export function expiryTimer(entry: Entry): string {
  return `expiry:${entry.key}`;
}

/** A step that waited for people does so no more. */
export function leavePeople(turn: Turn, entry: Entry): void {
  clearTimer(turn, expiryTimer(entry));
  stopPaging(turn, entry.key);
  rest(turn, entry);
}

export function isPaging({ state }: Turn, key: string): boolean {
  return lookUp(state.timers, timerOf(key)) !== undefined;
}

/** While the run was held, nobody was told of anything else. */
export function pageAgain(turn: Turn, key: string): void {
  const use = lookUp(turn.state.timers, timerOf(key));
  if (use?.for === 'page') startPaging(turn, key, use.everyMs);
}

export function onPageTimer(turn: Turn, key: string, everyMs: number): void {
  const { plan, state, at } = turn;
  const text = whatWaits(plan, state, key);
  if (text === undefined) return;
  if (key === heldKey) noteRun(state, at, 'asking', text);
  else if (state.held === undefined) {
    const entry = findEntry(plan, state, key);
    if (entry !== undefined) note(state, at, entry, text);
  }
  startPaging(turn, key, everyMs);
}

function page(turn: Turn, key: string, text: string, everyMs: number): void {
  turn.out.push({ do: 'page', about: key === heldKey ? 'held' : 'waiting', key, text, everyMs });
}

function timerOf(key: string): string {
  return `page:${key}`;
}

/** What people are asked under a key, in a sentence; undefined: nothing, or it is over. */
export function whatWaits(plan: Plan, state: EngineState, key: string): string | undefined {
  if (key === heldKey) return state.held === undefined ? undefined : describeHeld(plan, state, state.held);
  const gate = lookUp(state.gates, key);
  if (gate !== undefined) return describeGate(gate);
  const report = lookUp(state.reports, key);
  if (report !== undefined) return describeReport(report);
  return describeQuestion(plan, state, key);
}

function describeHeld(plan: Plan, state: EngineState, { reasons, decision, commits = [] }: Held): string {
  const said = commits.map(({ by }) => by).join(', ');
  const so = commits.length === 0 ? '' : `; ${commits.length} of ${decidersOf(plan, state).count} to commit: ${said}`;
  const what = nameOpenLive(plan, state) ?? 'something live';
  const why = `held, with ${what} uncommitted: ${reasons.join('; ')}${so}`;
  return decision === undefined ? why : `${why}; ${decision.choice} by ${decision.by} is under way`;
}

function describeReport({ instructions, assignees }: Report): string {
  return `${instructions} (${assignees.length === 0 ? 'somebody' : assignees.join(' or ')} must tell what came of it: done, failed, not-applicable)`;
}

const mostNamed = 20;

/** One open question of a for-each lists all of its failed items. */
function describeQuestion(plan: Plan, state: EngineState, key: string): string | undefined {
  const entry = findEntry(plan, state, key);
  if (entry === undefined) return undefined;
  const step = entryAt({ graph: graphOf(plan) }, frameOf({ state }, entry), entry.place);
  const items = entry.item === undefined ? (step.items?.entries ?? []) : [];
  const asking = [entry, ...items].filter(e => e.status === 'asking');
  if (asking.length === 0) return undefined;
  const named = asking.slice(0, mostNamed).map(e => `"${e.key}" ${e.error ?? e.asked?.status ?? 'asks'}`);
  const more = asking.length > mostNamed ? `; and ${asking.length - mostNamed} more` : '';
  return `${named.join('; ')}${more}`;
}
