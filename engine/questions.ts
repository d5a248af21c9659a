import type { Mode } from '../actions/contract.ts';
import type { Plan, PlanStep } from '../compiler/plan.ts';
import { formatDuration } from '../expressions/duration.ts';
import { calledBy, findEntry, frameOf, isLive, rootOf, settingsOf } from './frames.ts';
import { graphOf } from './graph.ts';
import { rollBackAt } from './deciding.ts';
import { hold, mustHold } from './held.ts';
import { freeSlot, startItems } from './items.ts';
import { isPaging, startPaging, stopPaging } from './pages.ts';
import { policyOf } from './per-item.ts';
import { note } from './progress.ts';
import { said } from './said.ts';
import { type Entry, isTrouble } from './entry.ts';
import { type EngineState, type Frame, lookUp, type Stop } from './state.ts';
import { hasCommitted, isOpen, isSettled, openLive } from './still-open.ts';
import { stop, stopFrame } from './stopping.ts';
import { clearTimer, end, type Ending, entryAt, rest, setTimer, stepAt, stepEntryOf, type Turn } from './turn.ts';
import type { EngineEvent } from './types.ts';

type Answer = Extract<EngineEvent, { kind: 'answer' }>;
export type Choice = Answer['choice'];

/** What ended badly and may be overcome by a person is asked about instead (rule 3). */
export function settleOrAsk(turn: Turn, entry: Entry, ending: Ending): void {
  const { phase, uses } = stepAt(turn, entry.place);
  const frame = frameOf(turn, entry);
  const failed = frame.stage === 'main' && phase === 'main' && isTrouble(ending.status);
  // A refused or expired approval is never a question.
  if (failed && uses === 'approval' && mustHold(turn)) putOff(turn, entry, ending);
  else if (failed && uses !== 'approval' && policyOf(turn, entry) === 'ask' && isAttended(turn, frame))
    ask(turn, entry, ending);
  else end(turn, entry, ending);
}

/** Nobody sits at a drill that a schedule has started: it aborts at once. */
function isAttended(turn: Turn, frame: Frame): boolean {
  return turn.run.trigger !== 'schedule' || settingsOf(turn, frame).mode !== 'drill';
}

/** An approval that was refused or has expired holds the run: it has not ended, for it may be asked anew. */
function putOff(turn: Turn, entry: Entry, { status, text }: Ending): void {
  entry.status = 'running';
  entry.asked = { status, since: turn.at };
  if (text !== undefined) entry.error = text;
  const reason = `"${entry.key}" ${said({ status })}${text === undefined ? '' : `: ${text}`}`;
  hold(turn, { reason, by: 'machine', tell: true }, { approval: entry.key });
}

/** Whatever its on-failure is. */
export function ask(turn: Turn, entry: Entry, { status, text, outputs }: Ending): void {
  const { state, at } = turn;
  const frame = frameOf(turn, entry);
  rest(turn, entry);
  entry.status = 'asking';
  state.waiting++;
  if (text !== undefined) entry.error = text;
  // A live mode pages and waits: no clock decides there.
  const timer = isLive(turn, frame) ? undefined : `ask:${entry.key}:${++state.questions}`;
  entry.asked = {
    status,
    since: at,
    ...(outputs === undefined ? {} : { outputs }),
    ...(timer === undefined ? {} : { timer }),
  };
  if (timer !== undefined) {
    const { askMs } = settingsOf(turn, frame).limits;
    const summary = `${entry.key}: somebody must answer within ${formatDuration(askMs)}`;
    setTimer(turn, timer, { for: 'ask', key: entry.key }, at + askMs, summary);
  }
  note(state, at, entry, text);
  const { key } = stepEntryOf(turn, entry);
  if (timer === undefined && !isPaging(turn, key)) startPaging(turn, key);
  freeSlot(turn, entry);
  startItems(turn, stepEntryOf(turn, entry));
}

/** Nobody answered. */
export function onAskTimer(turn: Turn, key: string): void {
  const entry = findEntry(turn.plan, turn.state, key);
  // While the run is held, no clock decides; going on gives the question its whole time again.
  if (entry?.status !== 'asking' || turn.state.held !== undefined) return;
  const { askMs } = settingsOf(turn, frameOf(turn, entry)).limits;
  const reason = `nobody answered the question of "${key}" within ${formatDuration(askMs)}`;
  abort(turn, entry, { reason, by: 'machine', tell: true });
}

/** Stops the run, or the sub-runbook that asks: its call then ends as the step that it asked about. */
function abort(turn: Turn, entry: Entry, why: Stop): void {
  const frame = frameOf(turn, entry);
  const status = entry.asked?.status;
  if (frame.index === 0 || (why.by === 'person' && mustHold(turn))) stop(turn, why);
  else stopFrame(turn, frame, { ...why, ...(status !== undefined && isTrouble(status) ? { status } : {}) });
}

/** What a person may answer to the question of a step or item; empty when there is none. `key` may be a whole for-each. */
export function choicesFor(plan: Plan, state: EngineState, key: string): readonly Choice[] {
  const entries = askingOf(plan, state, key);
  // The person who decides about the whole run comes first.
  if (entries.length === 0 || state.held !== undefined) return [];
  const every = (allowed: (entry: Entry) => boolean): boolean => entries.every(allowed);
  return [
    ...(every(entry => mayRetry(state, entry)) ? (['retry'] as const) : []),
    ...(every(entry => maySkip(plan, state, entry)) ? (['skip'] as const) : []),
    ...(mayRollBack(state) ? (['roll-back'] as const) : []),
    'abort',
  ];
}

/** The questions that are open there: of a for-each, those of its items. Each is another object than any before it. */
export function questionsAt(plan: Plan, state: EngineState, key: string): readonly { readonly since: number }[] {
  return askingOf(plan, state, key).flatMap(({ asked }) => asked ?? []);
}

/** Not while something of the first try may be open: it must be closed before. */
function mayRetry(state: EngineState, entry: Entry): boolean {
  const opening = lookUp(state.openings, entry.key);
  if (opening !== undefined) return !isOpen(opening);
  if (calledBy(state, entry.key) === undefined) return true;
  return !Object.values(state.openings).some(o => isOpen(o) && o.key.startsWith(`${entry.key}/`));
}

/** Neither a wall nor the proof that a drill is isolated, nor a sub-runbook with one of them. */
function maySkip(plan: Plan, state: EngineState, entry: Entry): boolean {
  const { mode } = settingsOf({ plan }, frameOf({ state }, entry));
  return isSkippable(plan, mode, stepAt({ plan }, entry.place));
}

function isSkippable(plan: Plan, mode: Mode, { wall, uses, calls }: PlanStep): boolean {
  if (wall === true || (mode === 'drill' && uses === 'zerto/check-vpgs')) return false;
  const called = calls === undefined ? undefined : plan.scopes?.[calls];
  if (called === undefined) return true;
  const { places } = graphOf(plan).scopes[calls ?? 0] ?? { places: [] };
  return places.every(place => isSkippable(plan, called.mode, stepAt({ plan }, place)));
}

/** Something live is open and can be given up, all of it: nothing is on its way, and nothing was committed. */
function mayRollBack(state: EngineState): boolean {
  const open = openLive(state);
  return open.length > 0 && open.every(isSettled) && !hasCommitted(state);
}

function askingOf(plan: Plan, state: EngineState, key: string): Entry[] {
  const entry = findEntry(plan, state, key);
  if (entry === undefined) return [];
  const { items } = entryAt({ graph: graphOf(plan) }, frameOf({ state }, entry), entry.place);
  const both = entry.item === undefined ? [entry, ...(items?.entries ?? [])] : [entry];
  return both.filter(e => e.status === 'asking');
}

/** An answer that is late, or was not offered, changes nothing; in a live mode it has a reason. */
export function onAnswer(turn: Turn, { key, choice, by, reason }: Answer): void {
  if (!choicesFor(turn.plan, turn.state, key).includes(choice)) return;
  const entries = askingOf(turn.plan, turn.state, key);
  if (isLive(turn, rootOf(turn)) && reason.trim() === '') {
    for (const entry of entries.slice(0, 1))
      note(turn.state, turn.at, entry, `${choice} of ${by} refused: in a live mode an answer needs a reason`);
    return;
  }
  for (const entry of choice === 'abort' || choice === 'roll-back' ? entries.slice(0, 1) : entries) {
    switch (choice) {
      case 'retry':
        if (entry.window === 'asked') {
          entry.window = 'passed';
          turn.state.overridden.push(`"${entry.key}" started after limits.window by ${by}: ${reason}`);
        }
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
        abort(turn, entry, { reason: `aborted at "${entry.key}" by ${by}: ${reason}`, by: 'person', tell: true });
        break;
      case 'roll-back':
        rollBackAt(turn, key, by, reason);
        break;
    }
  }
  for (const entry of entries.slice(0, 1)) {
    const step = stepEntryOf(turn, entry);
    if (askingOf(turn.plan, turn.state, step.key).length === 0) stopPaging(turn, step.key);
  }
}

function retry(turn: Turn, entry: Entry, text: string): void {
  dropTimer(turn, entry);
  rest(turn, entry);
  delete entry.asked;
  delete entry.error;
  entry.status = 'pending';
  note(turn.state, turn.at, entry, text);
  if (entry.item === undefined) turn.agenda.push({ do: 'start', frame: entry.frame, place: entry.place });
  else {
    const step = stepEntryOf(turn, entry);
    step.items?.again.push(entry.item);
    startItems(turn, step);
  }
}

function dropTimer(turn: Turn, entry: Entry): void {
  if (entry.asked?.timer !== undefined) clearTimer(turn, entry.asked.timer);
}
