import type { Plan } from '../compiler/plan.ts';
import { formatDuration } from '../expressions/duration.ts';
import { graphOf } from './graph.ts';
import { freeSlot, startItems } from './items.ts';
import { isOpen } from './openings.ts';
import { note } from './progress.ts';
import { type EngineState, type Entry, findEntry, isTrouble, lookUp } from './state.ts';
import { stop } from './stopping.ts';
import { clearTimer, end, type Ending, entryAt, setTimer, stepAt, type Turn } from './turn.ts';
import type { EngineEvent } from './types.ts';

type Answer = Extract<EngineEvent, { kind: 'answer' }>;
export type Choice = Answer['choice'];

/** What ended badly and may be overcome by a person is asked about instead (rule 3). */
export function settleOrAsk(turn: Turn, entry: Entry, ending: Ending): void {
  const step = stepAt(turn, entry.place);
  const asks =
    turn.state.stage === 'main' &&
    step.phase === 'main' &&
    step.onFailure === 'ask' &&
    isTrouble(ending.status) &&
    // A refused or expired approval is never a question.
    step.uses !== 'approval';
  if (asks) ask(turn, entry, ending);
  else end(turn, entry, ending);
}

function ask(turn: Turn, entry: Entry, { status, text, outputs }: Ending): void {
  const { plan, state, at } = turn;
  entry.status = 'asking';
  delete entry.doing;
  if (text !== undefined) entry.error = text;
  // A live mode pages and waits: no clock decides there.
  const timer = state.endsAt === undefined ? undefined : `ask:${entry.key}:${++state.questions}`;
  entry.asked = { status, ...(outputs === undefined ? {} : { outputs }), ...(timer === undefined ? {} : { timer }) };
  if (timer !== undefined) {
    const { askMs } = plan.limits;
    const summary = `${entry.key}: somebody must answer within ${formatDuration(askMs)}`;
    setTimer(turn, timer, { for: 'ask', key: entry.key }, at + askMs, summary);
  }
  note(state, at, entry, text);
  freeSlot(turn, entry);
  startItems(turn, entry.place);
}

/** Nobody answered. */
export function onAskTimer(turn: Turn, key: string): void {
  const entry = findEntry(turn.state, turn.graph, key);
  if (entry?.status !== 'asking') return;
  const reason = `nobody answered the question of "${key}" within ${formatDuration(turn.plan.limits.askMs)}`;
  stop(turn, { reason, by: 'machine', tell: true });
}

/** What a person may answer to the question of a step or item; empty when there is none. `key` may be a whole for-each. */
export function choicesFor(plan: Plan, state: EngineState, key: string): readonly Choice[] {
  const entries = askingOf(state, graphOf(plan), key);
  if (entries.length === 0) return [];
  const every = (allowed: (entry: Entry) => boolean): boolean => entries.every(allowed);
  return [
    ...(every(entry => mayRetry(state, entry)) ? (['retry'] as const) : []),
    ...(every(entry => maySkip(plan, entry)) ? (['skip'] as const) : []),
    'abort',
  ];
}

/** Not while something of the first try may be open: it must be closed before. */
function mayRetry(state: EngineState, entry: Entry): boolean {
  const opening = lookUp(state.openings, entry.key);
  return opening === undefined || !isOpen(opening);
}

/** Neither a wall nor the proof that a drill is isolated. */
function maySkip(plan: Plan, entry: Entry): boolean {
  const step = stepAt({ plan }, entry.place);
  return step.wall !== true && !(plan.mode === 'drill' && step.uses === 'zerto/check-vpgs');
}

function askingOf(state: EngineState, graph: Turn['graph'], key: string): Entry[] {
  const entry = findEntry(state, graph, key);
  if (entry === undefined) return [];
  const place = entry.item === undefined ? state.steps[entry.place] : undefined;
  return [entry, ...(place?.items?.entries ?? [])].filter(e => e.status === 'asking');
}

/** An answer that is late, or was not offered, changes nothing. */
export function onAnswer(turn: Turn, { key, choice, by, reason }: Answer): void {
  if (!choicesFor(turn.plan, turn.state, key).includes(choice)) return;
  for (const entry of askingOf(turn.state, turn.graph, key)) {
    switch (choice) {
      case 'retry':
        retry(turn, entry, `tried again by ${by}: ${reason}`);
        break;
      case 'skip': {
        dropTimer(turn, entry);
        const text = `skipped by ${by}: ${reason}`;
        turn.state.overridden.push(`"${entry.key}" was ${text}`);
        entry.overcome = true;
        end(turn, entry, { status: 'skipped', text });
        break;
      }
      case 'abort':
        stop(turn, { reason: `aborted at "${entry.key}" by ${by}: ${reason}`, by: 'person', tell: true });
        break;
    }
  }
}

function retry(turn: Turn, entry: Entry, text: string): void {
  dropTimer(turn, entry);
  delete entry.asked;
  delete entry.error;
  entry.status = 'pending';
  note(turn.state, turn.at, entry, text);
  if (entry.item === undefined) turn.agenda.push({ do: 'start', place: entry.place });
  else {
    entryAt(turn, entry.place).items?.again.push(entry.item);
    startItems(turn, entry.place);
  }
}

function dropTimer(turn: Turn, entry: Entry): void {
  if (entry.asked?.timer !== undefined) clearTimer(turn, entry.asked.timer);
}
