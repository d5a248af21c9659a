import type { Context } from 'hono';
import type { RunView } from '../../control/run-view.ts';
import { parseDuration } from '../../control/durations.ts';
import { asAway } from '../../control/temporal-away.ts';
import type { ConsoleDeps, ConsoleEnv } from '../deps.ts';
import type { Heard } from '../deeds.ts';
import type { Who } from '../deeds-place.ts';
import { problemOf } from '../problem.ts';
import type { RefusedAct } from './run-page.ts';
import type { Typed } from './viewing.ts';

/** The fields of a form; what was sent twice, or is a file, is none. */
async function readForm(context: Context<ConsoleEnv>): Promise<(name: string) => string> {
  const form = await context.req.parseBody();
  return name => {
    const value = form[name];
    return typeof value === 'string' ? value : '';
  };
}

export function whoOf(context: Context<ConsoleEnv>): Who {
  return { caller: context.get('caller'), address: context.get('address') };
}

/** For the audit line of what is sent while nobody can look at the run. */
export async function wantIn(context: Context<ConsoleEnv>, run: string): Promise<void> {
  const field = await readForm(context);
  const [kind, step, act] = [field('kind'), field('step'), field('act')];
  const choice = act === 'cancel-now' ? 'now' : field('choice');
  const call = act === 'cancel-now' ? 'cancel' : act === '' ? callOf(kind, choice, field('glass') === 'yes') : act;
  const [mostName, mostReason] = [100, 2_000];
  const cut = { call: call.slice(0, mostName), step: step.slice(0, 300), choice: choice.slice(0, mostName) };
  context.set('wanted', { ...cut, run: run.slice(0, 300), reason: field('reason').trim().slice(0, mostReason) });
}

/** Says what somebody has decided. Undefined: it counts; else why it does not. */
export async function decideOn(
  { deeds }: ConsoleDeps,
  context: Context<ConsoleEnv>,
  view: RunView,
): Promise<string | undefined> {
  const field = await readForm(context);
  const [kind, step, choice] = [field('kind'), field('step'), field('choice')];
  const reason = field('reason').trim();
  const breakGlass = field('glass') === 'yes' && choice !== 'reject' && (kind !== 'held' || choice === 'commit');
  context.set('wanted', { call: callOf(kind, choice, breakGlass), run: view.id, step, choice, reason });
  const decision = view.decisions.find(each => each.key === step && each.kind === kind);
  const offered = decision?.choices.find(each => each.choice === choice);
  if (decision === undefined && view.silence !== undefined)
    return 'No worker answers for the run, so nobody knows what it asks: nothing was sent, and nothing was recorded.';
  if (decision === undefined || offered === undefined)
    return 'Nothing of the kind is asked any more: look at what the run does now.';
  if (offered.needsReason && reason === '') return `“${offered.label}” needs a reason, for the report.`;
  if (offered.destroys && field('confirm').trim() !== view.runbook)
    return `“${offered.label}” was not confirmed: type the runbook's name, ${view.runbook}.`;
  if (breakGlass && reason === '') return 'Breaking the glass needs a reason, for the report.';
  const who = whoOf(context);
  return await heardOf(() => {
    const word = { reason, step };
    switch (decision.kind) {
      case 'approval':
        return deeds.vote(who, view.id, { ...word, choice, breakGlass });
      case 'manual':
        return deeds.report(who, view.id, { step, note: reason, outcome: outcomeOf(choice) });
      case 'question':
        return deeds.answer(who, view.id, { ...word, choice: answerOf(choice) });
      case 'held':
        return deeds.decide(who, view.id, { reason, choice: wayOf(choice), breakGlass });
      case 'paused':
        return deeds.resume(who, view.id, { reason });
    }
  });
}

/** What a form for a decision was sent with. */
export async function typedIn(context: Context<ConsoleEnv>): Promise<Typed> {
  const field = await readForm(context);
  const [kind, step, reason] = [field('kind'), field('step'), field('reason')];
  return { kind, step, reason, glass: field('glass') === 'yes' };
}

/** What a form for a hand on the run was sent with. */
export async function typedAct(context: Context<ConsoleEnv>): Promise<NonNullable<RefusedAct['typed']>> {
  const field = await readForm(context);
  return { act: field('act'), reason: field('reason'), by: field('by') };
}

/** The operator's hand. Undefined: it counts; else why it does not. */
export async function actOn(
  { deeds }: ConsoleDeps,
  context: Context<ConsoleEnv>,
  view: RunView,
): Promise<string | undefined> {
  const field = await readForm(context);
  const act = field('act');
  const reason = field('reason').trim();
  const [call = '', choice] = act === 'cancel-now' ? ['cancel', 'now'] : [act];
  context.set('wanted', { call, run: view.id, choice, reason });
  const destroys = act === 'roll-back' || (view.live && (act === 'cancel' || act === 'cancel-now'));
  if (reason === '') return 'A reason is needed, for the report.';
  if (destroys && field('confirm').trim() !== view.runbook)
    return `That was not confirmed: type the runbook's name, ${view.runbook}.`;
  const who = whoOf(context);
  const byMs = act === 'extend' ? parseDuration(field('by').trim()) : 0;
  if (byMs === undefined) return `“${field('by')}” is no span of time: 30m, 1h30m.`;
  const { id } = view;
  return await heardOf(() => {
    switch (act) {
      case 'pause':
        return deeds.pause(who, id, { reason });
      case 'resume':
        return deeds.resume(who, id, { reason });
      case 'extend':
        return deeds.extend(who, id, { reason, byMs });
      case 'cancel':
        return deeds.cancel(who, id, { reason });
      case 'cancel-now':
        return deeds.cancel(who, id, { reason, now: true });
      case 'roll-back':
        return deeds.rollBack(who, id, { reason });
      default:
        return Promise.resolve({ counted: false, text: 'There is no such button.' });
    }
  });
}

/** As the deed calls it. */
function callOf(kind: string, choice: string, breakGlass: boolean): string {
  if (breakGlass) return 'break the glass';
  const calls = { approval: 'vote', manual: 'report', held: 'decide', paused: 'resume' };
  return Object.hasOwn(calls, kind) ? calls[kind as keyof typeof calls] : choice;
}

/**
 * The run after somebody's word, of which it is known what came: while Temporal is away as it was before, so that he is told that, and
 * not that nothing was sent.
 */
export async function lookAfter<T>(look: () => Promise<T>, before: T): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (asAway(error, 'not known') === undefined) throw error;
    return before;
  }
}

/** A sentence for people, wherever it comes from; what is no such sentence is a defect and goes on. */
async function heardOf(say: () => Promise<Heard>): Promise<string | undefined> {
  try {
    const { counted, text } = await say();
    return counted ? undefined : text;
  } catch (error) {
    const problem = problemOf(error);
    // While Temporal is away there is no page of the run to say it on.
    if (problem === undefined || asAway(error, 'not sent') !== undefined) throw error;
    return problem.detail;
  }
}

/** They were offered, or they would not have come so far. */
type Outcome = 'done' | 'failed' | 'not-applicable';
const outcomeOf = (choice: string): Outcome => (choice === 'done' || choice === 'failed' ? choice : 'not-applicable');
type Answer = 'retry' | 'skip' | 'roll-back' | 'abort';
const answerOf = (choice: string): Answer =>
  choice === 'retry' || choice === 'skip' || choice === 'roll-back' ? choice : 'abort';
type Way = 'commit' | 'roll-back' | 'go-on';
const wayOf = (choice: string): Way => (choice === 'commit' || choice === 'roll-back' ? choice : 'go-on');
