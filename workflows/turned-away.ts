import type { Plan } from '../compiler/plan.ts';
import { decidersOf } from '../engine/deciders.ts';
import { choicesFor, type EngineState, heldChoices } from '../engine/engine.ts';
import { hasEnded } from '../engine/entry.ts';
import { findEntry } from '../engine/frames.ts';
import { hasTooManyRefusals, mostRefusals } from '../engine/refusals.ts';
import { lookUp } from '../engine/state.ts';
import type { Answer, HeldDecision, Report, Vote } from './messages.ts';

/** The run to which something is said. */
interface Asked {
  readonly plan: Plan;
  readonly state: EngineState;
}

export type Ballot = Vote & { readonly choice?: string; readonly breakGlass?: true };

/** Why a word is turned away at once, for people, before anybody is asked who says it; undefined: it is heard. */

/** `choice`: undefined where the vote names none. */
export function whyNoVote(
  { plan, state }: Asked,
  { key, by, reason, breakGlass }: Ballot,
  choice: string | undefined,
): string | undefined {
  if (by.trim() === '') return 'a vote needs a name';
  if (hasTooManyRefusals(state, key, by)) return `${mostRefusals} votes of ${by} were refused here: no more are taken`;
  const entry = findEntry(plan, state, key);
  if (entry === undefined || plan.steps[entry.place]?.uses !== 'approval') return `there is no approval "${key}"`;
  const gate = lookUp(state.gates, key);
  // What is late is recorded.
  if (gate === undefined)
    return hasEnded(entry) || entry.asked !== undefined ? undefined : `the approval "${key}" is not open yet`;
  const choices = gate.choices.join(', ');
  if (choice === undefined && gate.choices.length > 1) return `"${key}" has several choices: choose ${choices}`;
  if (choice !== undefined && choice !== 'reject' && !gate.choices.includes(choice))
    return `"${choice}" is no choice of "${key}": choose ${choices}, or reject`;
  if (breakGlass !== true) return undefined;
  if (gate.breakGlass.length === 0) return `nobody may break the glass in "${key}"`;
  return reason.trim() === '' ? 'who breaks the glass must give a reason' : undefined;
}

export function whyNoReport({ state }: Asked, { key, outcome, by, note }: Report): string | undefined {
  if (by.trim() === '') return 'a report needs a name';
  if (!['done', 'failed', 'not-applicable'].includes(outcome)) return 'say done, failed or not-applicable';
  const report = lookUp(state.reports, key);
  if (report === undefined) return `"${key}" waits for no report`;
  if (report.evidence === 'required' && note.trim() === '') return `"${key}" needs a note: say what was done and seen`;
  return undefined;
}

export function whyNoDecision(
  { plan, state }: Asked,
  { choice, by, reason, breakGlass }: HeldDecision,
): string | undefined {
  if (state.held === undefined) return 'the run is not held';
  if (by.trim() === '' || reason.trim() === '') return 'a decision needs a name and a reason';
  if (breakGlass === true && choice !== 'commit') return 'only a commit breaks the glass: one person is enough';
  if (breakGlass === true && decidersOf(plan, state).breakGlass.length === 0) return 'nobody may break the glass here';
  const choices = heldChoices(state);
  if (choices.includes(choice)) return undefined;
  return choices.length === 0
    ? 'nothing can be decided now: something live is on its way up, or is being ended'
    : `${choice} is not possible now: choose ${choices.join(' or ')}`;
}

/** `isLive`: of a live mode, where it asks. */
export function whyNoAnswer(
  { plan, state }: Asked,
  { key, choice, reason }: Answer,
  isLive: boolean,
): string | undefined {
  const choices = choicesFor(plan, state, key);
  if (choices.length === 0) return `"${key}" asks nothing`;
  if (!choices.includes(choice)) return `"${key}" does not offer ${choice}: choose ${choices.join(', ')}`;
  return isLive && reason.trim() === '' ? 'in a live mode an answer needs a reason' : undefined;
}
