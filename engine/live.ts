import type { ActionCall } from '../actions/call.ts';
import type { PlanStep } from '../compiler/plan.ts';
import { callOf, summaryOf } from './call.ts';
import { calledBy, findEntry, frameAt, frameOf, settingsOf, shapeOf } from './frames.ts';
import { localId } from './graph.ts';
import { policyOf } from './per-item.ts';
import { namesIn } from './scope.ts';
import type { Entry } from './entry.ts';
import { type EndingOfLive, type Frame, lookUp, type Opening, type Word } from './state.ts';
import { leastCommit } from './least-commit.ts';
import { isOpen, isSettled, openLive } from './still-open.ts';
import { end, type Ending, entryAt, markRunning, settle, stepAt, stepEntryOf, type Turn } from './turn.ts';
import type { EngineEvent } from './types.ts';

/** A `zerto/commit` or `zerto/roll-back` whose turn it is. What an earlier try of it has done is not sent again. */
export function performEnding(turn: Turn, step: PlanStep, entry: Entry, how: EndingOfLive['how']): void {
  const call = callOf(turn, step, entry);
  if (!call.ok) {
    settle(turn, entry, { status: 'errored', text: call.error });
    return;
  }
  const chosen = choose(turn, entry, how, call.value);
  if ('status' in chosen) {
    if (chosen.status === 'skipped') end(turn, entry, chosen);
    else settle(turn, entry, chosen);
    return;
  }
  frameOf(turn, entry).calls++;
  markRunning(turn, entry, 'end');
  endLive(turn, chosen, { how, key: entry.key, word: wordFor(turn, step, entry) }, call.value, summaryOf(step, entry));
}

/** What it ends, or how the step ends without a call. */
function choose(turn: Turn, entry: Entry, how: EndingOfLive['how'], call: ActionCall): readonly Opening[] | Ending {
  const open = openLive(turn.state);
  const done = Object.values(turn.state.openings).filter(o => o.ended?.key === entry.key);
  const named = call.with.vpgs === undefined ? undefined : namesIn(call.with.vpgs);
  if (named !== undefined) {
    const none = named.filter(vpg => ![...open, ...done].some(o => o.vpgs.includes(vpg)));
    if (none.length > 0) return { status: 'failed', text: `this run has nothing live open of ${none.join(', ')}` };
    const left = open.flatMap(o => o.vpgs).filter(vpg => !named.includes(vpg));
    if (how === 'commit' && left.length > 0) {
      const text = `"with.vpgs" of "${entry.key}" leaves out ${left.join(', ')}, which this run has open: name all, or leave "vpgs" out`;
      return { status: 'errored', text };
    }
  }
  const chosen = open.filter(o => named === undefined || o.vpgs.some(vpg => named.includes(vpg)));
  const busy = chosen
    .filter(o => !isSettled(o))
    .map(o => (o.ending === undefined ? `"${o.key}" is still opening` : `"${o.ending.key}" is ending "${o.key}"`));
  if (busy.length > 0) return { status: 'failed', text: `${busy.join(', ')}: wait for it with "needs"` };
  if (chosen.length === 0) {
    return done.length > 0
      ? { status: 'succeeded', outputs: { vpgs: done.flatMap(o => o.vpgs) } }
      : { status: 'skipped', text: 'nothing live is open' };
  }
  const doubts = how === 'commit' ? checksNotGreen(turn, above(turn, entry)) : [];
  if (doubts.length > 0) {
    return { status: 'failed', text: `not committed: not every required check above is green: ${doubts.join('; ')}` };
  }
  return chosen;
}

/** Required checks above it, in its own sub-runbook and those that lead to it, that are neither green nor overridden. */
function checksNotGreen(turn: Turn, entries: readonly Entry[]): string[] {
  return entries.flatMap(entry => {
    const { key, place, status, overcome, error } = entry;
    const step = stepAt(turn, place);
    if (step.phase !== 'main' || policyOf(turn, entry) === 'continue' || overcome === true) return [];
    if (step.calls !== undefined) {
      const calls = stepEntryOf(turn, entry).items?.entries ?? [entry];
      const required = calls.filter(call => policyOf(turn, call) !== 'continue');
      return required.flatMap(call => checksNotGreen(turn, calledBy(turn.state, call.key)?.steps ?? []));
    }
    if (!step.uses.startsWith('check/') || status === 'succeeded' || status === 'skipped') return [];
    return [`"${key}" ${status}${error === undefined ? '' : `, ${error}`}`];
  });
}

/** The approval whose choice allowed it: the one that its `if` names, else the nearest above; without one the requester. */
function wordFor(turn: Turn, step: PlanStep, entry: Entry): Word {
  const approvals = above(turn, entry).filter(
    e => stepAt(turn, e.place).uses === 'approval' && e.status === 'succeeded',
  );
  const named = approvals.find(e => step.if?.includes(`steps.${localId(e.key)}.`) === true);
  const approval = named ?? approvals[0];
  if (approval === undefined) return { by: [turn.run.requester], reason: turn.run.reason };
  const { by, reason } = lookUp(frameOf(turn, approval).values, localId(approval.key))?.outputs ?? {};
  return { by: namesIn(by), reason: typeof reason === 'string' ? reason : '' };
}

/** Steps above it, the nearest first: those of its own sub-runbook, then those above the step that calls it. */
function above(turn: Turn, entry: Entry): Entry[] {
  const frame: Frame = frameOf(turn, entry);
  const rank = turn.graph.ranks[entry.place] ?? 0;
  const own = frame.steps.slice(0, rank).reverse();
  const caller = frame.caller === undefined ? undefined : findEntry(turn.plan, turn.state, frame.caller.key);
  return caller === undefined ? own : [...own, ...above(turn, caller)];
}

/** The guard is told once for each opening; its answer is `live-ended`. */
function endLive(
  turn: Turn,
  openings: readonly Opening[],
  ending: EndingOfLive,
  call: ActionCall,
  summary: string,
): void {
  const { how, key, word } = ending;
  for (const opening of openings) opening.ending = ending;
  const vpgs = Object.assign({}, ...openings.map(o => o.ids ?? {})) as Record<string, string>;
  turn.out.push({
    do: 'end-live',
    how,
    key,
    openings: openings.map(o => o.key),
    summary,
    call: { ...call, step: key, vpgs, word },
  });
}

/** Keys that no step can have: a person commits or rolls back with his own hand. */
const byHand = { commit: 'commit-by-hand', 'roll-back': 'roll-back-by-hand' } as const;

const byHandTimeoutMs = 60 * 60_000;

/** A person ends all that is open live; how, the runbook's own step of that kind says where there is one that can. */
export function endByHand(turn: Turn, how: EndingOfLive['how'], word: Word): void {
  const key = byHand[how];
  const call = authorsCall(turn, how) ?? callByHand(turn, how);
  // All that is open, whatever the step would have named.
  const given = Object.fromEntries(Object.entries(call.with).filter(([field]) => field !== 'vpgs'));
  const deadline = turn.at + byHandTimeoutMs;
  endLive(
    turn,
    openLive(turn.state),
    { how, key, word },
    { ...call, with: given, deadline },
    `${how} by ${word.by.join(', ')}`,
  );
}

function authorsCall(turn: Turn, how: EndingOfLive['how']): ActionCall | undefined {
  const root = frameAt(turn.state, 0);
  for (const place of shapeOf(turn, root).phases.main.toReversed()) {
    const step = stepAt(turn, place);
    if (step.ends !== how) continue;
    const call = callOf(turn, step, entryAt(turn, root, place));
    if (call.ok) return call.value;
  }
  return undefined;
}

function callByHand({ plan, run, state, at }: Turn, how: EndingOfLive['how']): ActionCall {
  const { mode, site } = settingsOf({ plan }, frameAt(state, 0));
  return {
    action: `zerto/${how}`,
    run: { id: run.id, name: plan.name, mode, requester: run.requester, configSha256: run.configSha256 },
    step: byHand[how],
    site,
    vpgs: {},
    with: how === 'commit' ? leastCommit(mode === 'move') : {},
    deadline: at,
  };
}

type LiveEnded = Extract<EngineEvent, { kind: 'live-ended' }>;

/**
 * What is read back as ended is so for good, the rest stays open. Gives how the commit or roll-back ended for whoever sent
 * it; undefined: nothing of that key was under way.
 */
export function takeLiveEnded(
  turn: Turn,
  { key, outcome, done }: LiveEnded,
): (EndingOfLive & { ending: Ending }) | undefined {
  const sent = Object.values(turn.state.openings).filter(o => o.ending?.key === key);
  const about = sent[0]?.ending;
  if (about === undefined) return undefined;
  for (const opening of sent) {
    delete opening.ending;
    if (!done.includes(opening.key)) continue;
    opening.state = 'closed';
    opening.ended = about;
  }
  const left = sent.filter(isOpen);
  const { status, outputs } = outcome;
  const text = outcome.status === 'succeeded' ? outcome.told?.join('; ') : outcome.error;
  if (status === 'succeeded' && left.length > 0) {
    const why = `it was not read back for ${left.flatMap(o => o.vpgs).join(', ')}`;
    return { ...about, ending: { status: 'errored', text: why } };
  }
  const ending = { status, ...(text === undefined ? {} : { text }), ...(outputs === undefined ? {} : { outputs }) };
  return { ...about, ending };
}

/** A commit or roll-back that a step sent has ended. */
export function onStepEndedLive(
  turn: Turn,
  { how, key, word, ending }: NonNullable<ReturnType<typeof takeLiveEnded>>,
): void {
  const entry = findEntry(turn.plan, turn.state, key);
  if (entry?.doing !== 'end') return;
  frameOf(turn, entry).calls--;
  const given = Object.values(turn.state.openings)
    .filter(o => o.ended?.key === key)
    .flatMap(o => o.vpgs);
  if (how === 'roll-back' && given.length > 0) {
    const reason = word.reason === '' ? '' : `: ${word.reason}`;
    turn.state.overridden.push(
      `${given.join(', ')} was given up by "${key}" at the word of ${word.by.join(', ')}${reason}`,
    );
  }
  settle(turn, entry, ending);
}
