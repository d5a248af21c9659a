import { formatDuration } from '../expressions/duration.ts';
import { moveDeadline } from './calling.ts';
import { findEntry, frameOf, isLive, rootOf, settingsOf } from './frames.ts';
import { heldChoices, hold } from './held.ts';
import { endByHand, type takeLiveEnded } from './live.ts';
import { heldKey, pageAgain, startPaging, stopPaging } from './pages.ts';
import { isOvercome, policyOf } from './per-item.ts';
import { note, noteRun } from './progress.ts';
import { said } from './said.ts';
import { type Entry, hasEnded, isTrouble } from './entry.ts';
import type { Decided, Frame, Held, Stop } from './state.ts';
import { hasCommitted, isSettled, openLive } from './still-open.ts';
import { stopForGood } from './stopping.ts';
import { isThawed, thaw } from './thaw.ts';
import { entryAt, setTimer, stepAt, type Turn } from './turn.ts';
import type { EngineEvent } from './types.ts';

type Decision = Extract<EngineEvent, { kind: 'decide' }>;

/** A person's way out of `held`; one that is not offered, or has no reason, is recorded as refused and changes nothing. */
export function onDecide(turn: Turn, decision: Decision): void {
  const { state, at } = turn;
  const { choice, by, reason } = decision;
  const why = refusalOf(turn, decision);
  if (why !== undefined) {
    noteRun(state, at, state.held === undefined ? 'running' : 'asking', `${choice} of ${by} refused: ${why}`);
    return;
  }
  if (choice === 'go-on') goOn(turn, by, reason);
  else if (choice === 'roll-back') endAll(turn, { choice, by, reason });
  else commitTogether(turn, decision);
}

/** What several must agree on begins with the last of them; one who breaks the glass does not wait for the others. */
function commitTogether(turn: Turn, { by, reason, needs = 1, breakGlass, verified }: Decision): void {
  const { state, at } = turn;
  if (state.held === undefined) return;
  if (breakGlass === true || needs <= 1) {
    endAll(turn, { choice: 'commit', by, reason, ...(breakGlass === true ? { brokeGlass: breakGlass } : {}) });
    return;
  }
  const said = (state.held.commits ??= []);
  said.push({ by, reason, at, ...(verified === true ? { verified } : {}) });
  if (said.length < needs) {
    noteRun(state, at, 'asking', `${by} wants to commit (${said.length} of ${needs}): ${reason}`);
    return;
  }
  const people = said.map(word => word.by);
  endAll(turn, { choice: 'commit', by: people.join(', '), people, reason: said.map(word => word.reason).join('; ') });
}

function refusalOf(
  { state }: Turn,
  { choice, by, reason }: Pick<Decision, 'choice' | 'by' | 'reason'>,
): string | undefined {
  const { held } = state;
  if (held === undefined) return 'the run is not held';
  if (held.decision !== undefined) return `${held.decision.choice} by ${held.decision.by} is under way`;
  if (by.trim() === '' || reason.trim() === '') return noWords;
  if (choice === 'commit' && held.commits?.some(word => word.by === by) === true) return `${by} has said so already`;
  if (heldChoices(state).includes(choice)) return undefined;
  return choice === 'go-on'
    ? 'the steps have ended: there is nothing to go on with'
    : 'something live is still on its way up, or being ended';
}

/** The answer `roll-back` to a question: all that is open live is given up, then the run ends. */
export function rollBackAt(turn: Turn, key: string, by: string, reason: string): void {
  hold(turn, { reason: `rolled back at "${key}" by ${by}: ${reason}`, by: 'person', tell: true }, {}, true);
  endAll(turn, { choice: 'roll-back', by, reason });
}

/**
 * A person gives the live changes up, held or not: nothing more starts, and once all that has an effect has ended what is
 * open is rolled back. What is not to be rolled back is recorded, and changes nothing.
 */
export function onRollBack(turn: Turn, { by, reason }: Pick<Decision, 'by' | 'reason'>): void {
  const { state, at } = turn;
  const decision = { choice: 'roll-back', by, reason } as const;
  if (state.held !== undefined && heldChoices(state).includes('roll-back')) {
    onDecide(turn, { kind: 'decide', at, ...decision });
    return;
  }
  const why = whyNotRollBack(turn) ?? (by.trim() === '' || reason.trim() === '' ? noWords : undefined);
  if (why !== undefined) {
    noteRun(state, at, state.held === undefined ? 'running' : 'asking', `roll-back of ${by} refused: ${why}`);
    return;
  }
  hold(turn, { reason: `rolled back by ${by}: ${reason}`, by: 'person', tell: true }, {}, true);
  if (state.held !== undefined) state.held.wanted = decision;
}

const noWords = 'a decision needs a name and a reason';

/** Why nobody can give up what is open live; undefined: somebody may, at once or when what runs has ended. */
export function whyNotRollBack(turn: Pick<Turn, 'plan' | 'state'>): string | undefined {
  const { state } = turn;
  if (!isLive(turn, rootOf(turn))) return 'this run changes nothing live: "cancel" closes what it has open';
  if (rootOf(turn).stage !== 'main' || openLive(state).length === 0) return 'the run has nothing live open';
  if (state.held?.decision !== undefined)
    return `${state.held.decision.choice} by ${state.held.decision.by} is under way`;
  if (state.held?.wanted !== undefined)
    return `${state.held.wanted.by} has said so: it begins when what runs has ended`;
  if (state.held === undefined && hasCommitted(state)) return 'something of this run is committed already';
  return undefined;
}

/** The roll-back that a person wants begins; false: none is wanted, or something is still on its way. */
export function beginWanted(turn: Turn): boolean {
  const { held } = turn.state;
  if (held?.wanted === undefined || held.decision !== undefined) return false;
  const open = openLive(turn.state);
  if (open.length === 0 || !open.every(isSettled) || somethingTakesEffect(turn)) return false;
  const { wanted } = held;
  delete held.wanted;
  endAll(turn, wanted);
  return true;
}

function somethingTakesEffect(turn: Turn): boolean {
  const running = ({ doing, place }: Entry): boolean => doing === 'call' && stepAt(turn, place).effect !== 'read';
  return turn.state.frames.some(({ steps }) =>
    steps.some(step => running(step) || step.items?.entries.some(running) === true),
  );
}

function endAll(turn: Turn, decision: Decided): void {
  const { state, at } = turn;
  const { choice, by, people = [by], reason } = decision;
  if (state.held === undefined) return;
  state.held.decision = decision;
  // Where it comes to nothing, all of them must say it anew.
  delete state.held.commits;
  state.working++;
  noteRun(state, at, 'running', `${choice} by ${by}${glassOf(decision)}: ${reason}`);
  endByHand(turn, choice, { by: people, reason });
}

const glassOf = ({ brokeGlass }: Decided): string => (brokeGlass === true ? ' alone, who broke the glass' : '');

/** A commit or roll-back by hand has ended: the run with it, where it left nothing; else it stays held. */
export function onHandEndedLive(turn: Turn, { ending }: NonNullable<ReturnType<typeof takeLiveEnded>>): void {
  const { state, at } = turn;
  const { held } = state;
  if (held?.decision === undefined) return;
  const { decision } = held;
  delete held.decision;
  state.working--;
  const nothingLeft = openLive(state).length === 0;
  const text = `${decision.choice} by ${decision.by} ${said(ending)}: ${ending.text ?? 'not everything was read back'}`;
  if (nothingLeft) {
    if (ending.status !== 'succeeded') state.overridden.push(text);
    leave(turn, held, decision);
    return;
  }
  held.reasons.push(text);
  noteRun(state, at, 'asking', `held: ${text}`);
  startPaging(turn, heldKey);
}

/**
 * Held, and nothing live is open any more: an opening never came about, a step's own commit came through. What held the
 * run now stops it, as in a drill. False: it stays held.
 */
export function leaveWhenNothingLive(turn: Turn): boolean {
  const { held } = turn.state;
  if (held === undefined || held.decision !== undefined || openLive(turn.state).length > 0) return false;
  leave(turn, held);
  return true;
}

/** Out of `held` to the run's end; the rest of its steps is cancelled, then come closing and `finally`. */
function leave(turn: Turn, held: Held, decision?: Decided): void {
  const { state } = turn;
  delete state.held;
  stopPaging(turn, heldKey);
  if (held.skipFinally !== undefined) state.skipFinally ??= held.skipFinally;
  if (decision !== undefined) {
    const { choice, by, reason } = decision;
    const done = choice === 'commit' ? 'committed' : 'rolled back';
    state.overridden.push(
      `${done} by ${by}${glassOf(decision)}, while the run was held (${held.reasons[0] ?? ''}): ${reason}`,
    );
    overcomeEndings(turn, choice);
  } else noteRun(state, turn.at, 'running', 'held no more: nothing live is open');
  turn.touched.add(0);
  if (held.stop === undefined) return;
  stopForGood(turn, decision === undefined ? held.stop : stopBy(turn, held.stop, decision));
}

/** What a person has done with his own hand, its steps have no longer failed to do. */
function overcomeEndings(turn: Turn, how: Decided['choice']): void {
  for (const frame of turn.state.frames) {
    for (const entry of frame.steps) {
      const failed = isTrouble(entry.status) || entry.status === 'asking';
      if (failed && stepAt(turn, entry.place).ends === how) entry.overcome = true;
    }
  }
}

function stopBy(turn: Turn, { reason, tell }: Stop, { choice, by, reason: why }: Decided): Stop {
  // What was to be proved has been, where only walls were left: then a commit is no doubt in it.
  const proved = choice === 'commit' && rootOf(turn).steps.every(entry => isBehind(turn, entry));
  const words = choice === 'commit' ? `${reason}; committed by ${by}: ${why}` : reason;
  return { reason: words, by: 'person', tell: tell && !proved, ...(proved ? { decided: true as const } : {}) };
}

/** A step of the run that its end does not cut off, or whose part a person has taken. */
function isBehind(turn: Turn, entry: Entry): boolean {
  const { phase, wall } = stepAt(turn, entry.place);
  if (phase !== 'main' || wall === true || policyOf(turn, entry) === 'continue') return true;
  return hasEnded(entry) && entry.status !== 'cancelled';
}

/** What was frozen goes on: refused approvals are asked anew, failed steps are overcome, a cancel is forgotten. */
function goOn(turn: Turn, by: string, reason: string): void {
  const { state, plan, at } = turn;
  const { held } = state;
  if (held === undefined) return;
  delete state.held;
  stopPaging(turn, heldKey);
  noteRun(state, at, 'running', `${by} goes on: ${reason}`);
  state.overridden.push(`${by} went on in spite of ${held.reasons.join('; ')}: ${reason}`);
  for (const key of held.failed) {
    const entry = findEntry(plan, state, key);
    if (entry !== undefined) overcome(turn, entry);
  }
  for (const key of held.approvals) {
    const entry = findEntry(plan, state, key);
    if (entry === undefined) continue;
    // What it needs and did not get is overcome with it: else it could not be asked at all.
    for (const place of stepAt(turn, entry.place).needs) {
      const needed = entryAt(turn, frameOf(turn, entry), place);
      if (needed.status !== 'succeeded' && needed.status !== 'skipped') needed.overcome = true;
    }
    askAnew(turn, entry, `asked again by ${by}: ${reason}`);
  }
  for (const frame of state.frames) {
    if (!isThawed(frame)) continue;
    // Time-outs that the wait would have used up are moved by it.
    moveDeadline(turn, frame, at - held.since);
    for (const { step, asking } of thaw(turn, frame)) {
      for (const entry of asking) rearmQuestion(turn, frame, entry);
      pageAgain(turn, step.key);
    }
  }
  turn.touched.add(0);
}

function overcome(turn: Turn, entry: Entry): void {
  const frame = frameOf(turn, entry);
  const step = entryAt(turn, frame, entry.place);
  const before = step.overcome === true;
  entry.overcome = true;
  if (step !== entry && hasEnded(step) && isOvercome(step)) step.overcome = true;
  if (!before && step.overcome === true && hasEnded(step)) frame.failures--;
}

function askAnew(turn: Turn, entry: Entry, text: string): void {
  delete entry.asked;
  delete entry.error;
  entry.status = 'pending';
  note(turn.state, turn.at, entry, text);
}

/** A question that a clock decides has all of its time again. */
function rearmQuestion(turn: Turn, frame: Frame, entry: Entry): void {
  const timer = entry.asked?.timer;
  if (timer === undefined) return;
  const { askMs } = settingsOf(turn, frame).limits;
  const summary = `${entry.key}: somebody must answer within ${formatDuration(askMs)}`;
  setTimer(turn, timer, { for: 'ask', key: entry.key }, turn.at + askMs, summary);
}
