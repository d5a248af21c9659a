import type { PlanStep } from '../compiler/plan.ts';
import { findEntry, rootOf } from './frames.ts';
import { note } from './progress.ts';
import { said } from './said.ts';
import { type Entry, hasEnded, isTrouble } from './entry.ts';
import { lookUp } from './state.ts';
import { entryAt, settle, stepAt, type Turn } from './turn.ts';

/** Whether the step's own site is signed in to; if not yet, it waits, and if that went wrong, it ends as that did. */
export function isSignedIn(turn: Turn, step: PlanStep, entry: Entry): boolean {
  if (step.signIn === undefined || step.phase === 'closing') return true;
  const signIn = entryAt(turn, rootOf(turn), step.signIn);
  if (signIn.status === 'succeeded') return true;
  const { site } = stepAt(turn, step.signIn);
  if (!hasEnded(signIn)) {
    entry.doing = 'sign-in';
    (turn.state.waits.signIn[signIn.key] ??= []).push(entry.key);
    note(turn.state, turn.at, entry, `waits until ${site} is signed in to`);
    return false;
  }
  const why = signIn.error ?? `"${signIn.key}" ${said(signIn)}`;
  const status = isTrouble(signIn.status) ? signIn.status : 'errored';
  settle(turn, entry, { status, text: `${site} could not be signed in to: ${why}` });
  return false;
}

/** Those who waited for it are performed, well or badly. */
export function onSignedIn(turn: Turn, signIn: Entry): void {
  const keys = lookUp(turn.state.waits.signIn, signIn.key) ?? [];
  Reflect.deleteProperty(turn.state.waits.signIn, signIn.key);
  for (const key of keys) {
    const entry = findEntry(turn.plan, turn.state, key);
    if (entry?.doing !== 'sign-in') continue;
    delete entry.doing;
    turn.agenda.push({ do: 'perform', entry });
  }
}
