import type { Pending } from '../../engine/pending.ts';
import { formatClock } from '../../report/times.ts';
import { lookOfVerdict } from '../../report/words.ts';
import type { WatchedRun } from './facts.ts';
import { openLive } from './open-means.ts';
import { describeStep, nextOf } from './next.ts';
import type { StepState } from './states.ts';

/** One sentence of what happens, since when, and what comes next. Times: ms since 1970. */
export interface NowView {
  readonly sentence: string;
  readonly since: number;
  /** Empty: nothing, or nobody knows. */
  readonly next: string;
  readonly tone: 'good' | 'warn' | 'bad' | 'info' | 'idle';
}

export function nowOf(facts: WatchedRun, states: readonly StepState[]): NowView {
  const { run, verdict } = facts.journal;
  if (run.endedAt !== undefined) {
    const { word, means, tone } = lookOfVerdict(verdict);
    return { sentence: `Ended: ${word}. ${means}`, since: run.endedAt, next: leftOpen(facts), tone };
  }
  const known = knownOf(facts, states);
  return facts.silentSince === undefined ? known : unansweredOf(facts, states, known, facts.silentSince);
}

/** While no worker answers, nobody knows more than what it was; and nothing that a person sends is taken. */
function unansweredOf(facts: WatchedRun, states: readonly StepState[], known: NowView, since: number): NowView {
  const { progress, calls, pending, unheard } = facts;
  const tone = known.tone === 'bad' ? 'bad' : 'warn';
  if (progress.length + calls.length + pending.length === 0) {
    const surprise = surpriseOf(facts);
    return {
      ...known,
      sentence: `Waits for a worker to begin.${surprise === undefined ? '' : ` ${surprise.sentence}`}`,
      tone,
    };
  }
  // Of what people are asked the histories tell nothing.
  const told =
    unheard === true
      ? `Whether it waits for people too is not known.${runningOf(facts, states).length > 0 ? ` Last known: ${known.sentence}` : ''}`
      : `Last known: ${known.sentence}`;
  return { ...known, sentence: `Waits for a worker. ${told}`, since, tone };
}

/** Steps that run, but for those that wait for people. */
function runningOf(facts: WatchedRun, states: readonly StepState[]): readonly StepState[] {
  const waiting = new Set(facts.pending.map(({ key }) => key));
  // A step that waits for people counts as running.
  return states.filter(state => state.status === 'running' && !waiting.has(state.key) && !isCaller(facts, state));
}

/** As the run's worker, or its histories, tell it. */
function knownOf(facts: WatchedRun, states: readonly StepState[]): NowView {
  const { journal, pending } = facts;
  const { run } = journal;
  const held = pending.find(({ kind }) => kind === 'held');
  const paused = pending.find(({ kind }) => kind === 'paused');
  const next = nextOf(facts, states);
  if (held !== undefined) return { sentence: heldSentence(facts), since: held.since, next, tone: 'bad' };
  if (paused !== undefined)
    return {
      sentence: `Paused: nothing further starts. ${capital(paused.message)}.`,
      since: paused.since,
      next,
      tone: 'warn',
    };
  const running = runningOf(facts, states);
  const asked = pending.filter(({ kind }) => kind !== 'held' && kind !== 'paused');
  const [first] = asked;
  if (first !== undefined && running.length === 0)
    return { sentence: waitsFor(facts, asked), since: Math.min(...asked.map(each => each.since)), next, tone: 'warn' };
  if (running.length > 0) {
    const since = Math.min(...running.map(state => state.since ?? run.startedAt));
    const also = first === undefined ? '' : ` ${waitsFor(facts, asked)}`;
    const idle = waitsForWorkers(facts, running);
    const tone = first === undefined && idle === '' ? 'info' : 'warn';
    return { sentence: `${idle}${runs(facts, running)}${also}`, since, next, tone };
  }
  const told = facts.progress.findLast(({ key }) => key === '');
  if (told?.text !== undefined && told.text !== '')
    return { sentence: `${capital(told.text)}.`, since: told.at, next, tone: 'info' };
  const surprise = surpriseOf(facts);
  if (surprise !== undefined) return { ...surprise, since: run.startedAt, next };
  if (facts.progress.length === 0)
    return { sentence: 'Waits for a worker to begin.', since: run.startedAt, next, tone: 'warn' };
  const since = Math.max(run.startedAt, ...states.map(state => state.since ?? 0));
  return { sentence: 'Between two steps.', since, next, tone: 'info' };
}

/** What no worker of its site has taken does not run, whatever the run's own worker says. Empty: some of it does. */
function waitsForWorkers({ idle }: WatchedRun, running: readonly StepState[]): string {
  const keys = new Set(idle.map(({ key }) => key));
  if (!running.every(({ key }) => keys.has(key))) return '';
  const names = [...new Set(idle.flatMap(({ of }) => of.map(({ name }) => name)))];
  return `Waits for a worker${names.length === 0 ? '' : ` of ${names.join(', ')}`}: `;
}

/** With what is open live, by VPG and site. */
function heldSentence(facts: WatchedRun): string {
  const open = [...new Set(openLive(facts).map(({ vpg, site }) => `${vpg} at ${site}`))];
  const shown = open.slice(0, 4).join(', ');
  const names = open.length > 4 ? `${shown} and ${open.length - 4} more` : shown;
  const about = names === '' ? '' : ` about ${names}, open and not committed`;
  return `Held: nothing more starts until a person decides${about}.`;
}

/** A drill by schedule that begins at some time of a span: nothing is amiss while it waits. */
function surpriseOf({ start, progress, journal }: WatchedRun): Pick<NowView, 'sentence' | 'tone'> | undefined {
  const within = start.schedule?.withinMs;
  if (within === undefined || progress.length > 0) return undefined;
  const { startedAt } = journal.run;
  return {
    sentence: `A surprise of the schedule ${start.schedule?.id ?? ''}: it begins at some time before ${formatClock(startedAt + within, startedAt)}.`,
    tone: 'idle',
  };
}

/** A step that calls a sub-runbook runs as long as that does: what it does stands in the steps of that. */
function isCaller({ start }: WatchedRun, { place, key }: StepState): boolean {
  const step = start.plan.steps[place];
  return step?.calls !== undefined || (step?.forEach !== undefined && key === step.id);
}

function runs({ start }: WatchedRun, running: readonly StepState[]): string {
  const named = running.map(({ key, place }) => describeStep(start.plan.steps[place], key));
  const [only = ''] = named;
  if (named.length === 1) return `${capital(only)}.`;
  const shown = running.slice(0, 4).map(({ key, place }) => start.plan.steps[place]?.name ?? key);
  const more = running.length > shown.length ? ` and ${running.length - shown.length} more` : '';
  return `${running.length} steps run: ${shown.join(', ')}${more}.`;
}

const asks: Readonly<Record<Pending['kind'], string>> = {
  approval: 'vote on',
  manual: 'tell what came of',
  question: 'answer for',
  held: 'decide about',
  paused: 'resume',
};

function waitsFor({ start }: WatchedRun, asked: readonly Pending[]): string {
  const named = asked.map(({ kind, key, from, count = 1, votes }) => {
    const whom = from.length === 0 ? 'whoever operates it' : from.join(', ');
    const wanted = kind === 'approval' && count > 1 ? ` (${most(votes)} of ${count})` : '';
    const name = start.plan.steps.find(step => step.id === key)?.name ?? `“${key}”`;
    return `${whom} to ${asks[kind]} ${name}${wanted}`;
  });
  return `Waits for ${named.join('; ')}.`;
}

/** The most votes that one choice has. */
function most(votes: Pending['votes']): number {
  const counts = new Map<string, number>();
  for (const { choice } of votes) counts.set(choice, (counts.get(choice) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}

function leftOpen({ openings }: WatchedRun): string {
  if (openings.length === 0) return '';
  const names = openings.map(({ vpg, site }) => `${vpg} at ${site}`);
  return `its guard goes on: ${names.join(', ')} may still be open`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
