import type { Pending } from '../../engine/pending.ts';
import type { PlanStep } from '../../compiler/plan.ts';
import { whatItTouches, whomItAsks } from '../what.ts';
import { type Coming, comingOf } from './coming.ts';
import { openLive } from './open-means.ts';
import type { WatchedRun } from './facts.ts';
import type { StepState } from './states.ts';

/** So many steps are named. */
const mostNamed = 3;

/**
 * What comes next in a run that goes on, in words: steps that will really run, and where a person must decide first, who, and
 * what comes with which of his choices. At its end it says so.
 */
export function nextOf(facts: WatchedRun, states: readonly StepState[]): string {
  const { pending } = facts;
  const held = pending.find(({ kind }) => kind === 'held');
  if (held !== undefined) return heldNext(held);
  const asked = pending.filter(({ kind }) => kind === 'approval' || kind === 'question');
  const free = comingOf(
    facts,
    states,
    asked.map(({ key }) => key),
  );
  const behind = asked.slice(0, 2).flatMap(one => behindOf(facts, states, asked, one, free));
  const ending = states.some(({ place, status }) => status === 'running' && facts.start.plan.steps[place]?.ends);
  const parts = [...(free.length > 0 || asked.length === 0 ? [sayComing(facts, free, ending)] : []), ...behind];
  const paused = pending.some(({ kind }) => kind === 'paused');
  return `${paused ? 'once it is resumed: ' : ''}${parts.join('; ')}`;
}

function heldNext({ from, choices }: Pending): string {
  const whom = from.length === 0 ? 'its approvers' : from.join(', ');
  const ways = choices.map(sayChoice);
  if (ways.length === 0) return 'what was decided is being done';
  const [last = ''] = ways.slice(-1);
  return `a decision of ${whom}: ${ways.length > 1 ? `${ways.slice(0, -1).join(', ')} or ${last}` : last}`;
}

/** What each answer lets on; to reject lets nothing on. */
function behindOf(
  facts: WatchedRun,
  states: readonly StepState[],
  asked: readonly Pending[],
  { key, kind, choices }: Pending,
  free: readonly Coming[],
): readonly string[] {
  const known = new Set(free.map(each => each.key));
  const all = asked.map(each => each.key);
  const say = (choice: string): string => {
    const coming = comingOf(facts, states, all, { key, outputs: { choice } });
    const own = coming.filter(each => !known.has(each.key));
    return sayComing(facts, own, false);
  };
  // A person who skips it lets on what waits for it, as does a retry that succeeds.
  if (kind === 'question') return [`once “${key}” is answered: ${say('')}`];
  return choices.filter(choice => choice !== 'reject').map(choice => `after “${sayChoice(choice)}”: ${say(choice)}`);
}

const sayChoice = (choice: string): string => (choice === 'go-on' ? 'go on' : choice.replaceAll(/[-_]/g, ' '));

/** @param ending what is open live is being committed or rolled back */
function sayComing(facts: WatchedRun, coming: readonly Coming[], ending: boolean): string {
  if (coming.length === 0)
    return openLive(facts).length > 0 && !ending && !isClosing(facts)
      ? 'no further step: what is open live waits for a person, who commits or rolls back'
      : 'nothing more, then the end';
  const cleanup = coming.every(({ step }) => step.closes !== undefined && step.scope === undefined);
  if (cleanup) {
    const what = named(coming.map(({ step, key }) => closed(facts, step, key)));
    const own = facts.start.plan.steps.some(({ phase, scope }) => phase === 'finally' && scope === undefined);
    return `no further step: cleanup (${what}), then ${own ? 'finally and ' : ''}the end`;
  }
  return named(coming.map(({ step, key }) => sayStep(step, key)));
}

const isClosing = ({ clock }: WatchedRun): boolean => clock?.stage === 'closing' || clock?.stage === 'finally';

/** What a closing step ends, by its VPG where that is known. */
function closed({ start, openings }: WatchedRun, { closes, id }: PlanStep, key: string): string {
  const opening = closes === undefined ? undefined : start.plan.steps[closes];
  const open = openings.filter(each => each.key === opening?.id || each.key.startsWith(`${opening?.id ?? id}[`));
  return open.length > 0 ? [...new Set(open.map(({ vpg }) => vpg))].join(', ') : whatItTouches(opening?.with) || key;
}

function named(names: readonly string[]): string {
  const more = names.length - mostNamed;
  return `${names.slice(0, mostNamed).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

/** With whom it asks, where it does. */
function sayStep(step: PlanStep, key: string): string {
  const name = step.name ?? `“${key}”`;
  const whom = whomItAsks(step.with);
  if (step.uses === 'approval') return `${name}, decided by ${whom === '' ? 'its approvers' : whom}`;
  if (step.uses === 'manual') return `${name}, by hand: ${whom === '' ? 'whoever operates this runbook' : whom}`;
  return describeStep(step, key);
}

/** `Recover the database: payments-db`, or what its action does. */
export function describeStep(step: PlanStep | undefined, key: string): string {
  if (step === undefined) return key;
  if (step.phase === 'sign-in') return `signs in at ${step.site}`;
  if (step.closes !== undefined) return `${key}: ${step.summary}`;
  const item = /\[([^[\]]*)\]$/.exec(key)?.[1];
  const touched = item ?? whatItTouches(step.with);
  // What stands behind the colon of a summary is detail.
  const name = step.name ?? `${step.id}, ${step.summary.replace(/:.*$/s, '')}`;
  return `${name}${touched === '' ? '' : `: ${touched}`}`;
}
