import type { Admission } from '../engine/admission.ts';
import type { Entitlement, EntitlementQuestion } from '../engine/entitlement.ts';
import type { Plan, PlanStep, Template } from '../compiler/plan.ts';
import type { JsonMap } from '../actions/json.ts';
import type { JournalDecision } from '../report/journal.ts';
import { formatDuration } from '../report/times.ts';
import type { Answer, Heard, HeldDecision, Report, Said, Vote } from '../workflows/messages.ts';
import type { HistoryEvent } from './history.ts';
import { readCalls } from './journal-calls.ts';

type Updated = Extract<HistoryEvent, { kind: 'updated' }>;
type Answered = Extract<HistoryEvent, { kind: 'answered' }>;
type Words = Pick<JournalDecision, 'step' | 'by' | 'word' | 'reason' | 'brokeGlass'>;

/**
 * What people said to a run, in order of time, from its history: votes, reports, answers, ways out of `held`, cancels. What a
 * run refused out of hand (a step that is not asked) left no trace there.
 */
export function foldDecisions(plan: Plan, run: readonly HistoryEvent[]): JournalDecision[] {
  const answers = new Map(run.flatMap(event => (event.kind === 'answered' ? [[event.of, event] as const] : [])));
  const personOf = readPeople(run);
  const signed = readSigned(run);
  return run.flatMap((event): JournalDecision[] => {
    if (event.kind !== 'updated') return [];
    const said = readUpdate(plan, event);
    if (said === undefined) return [];
    const mark = markOf(event.input[0] ?? {}, said.by, said.step);
    return [
      {
        ...said,
        by: personOf.get(said.by) ?? said.by,
        at: event.at,
        ...outcomeOf(answers.get(event.id)),
        ...(mark !== undefined && signed.some(isQuestionOf(mark, event)) ? { verified: true as const } : {}),
      },
    ];
  });
}

function readUpdate(plan: Plan, { update, input }: Updated): Words | undefined {
  const [given] = input;
  if (typeof given !== 'object' || given === null) return undefined;
  switch (update) {
    case 'approve': {
      const { key, by, reason, choice, breakGlass } = given as Vote & { choice?: string; breakGlass?: true };
      return { step: key, by, word: choice ?? onlyChoice(plan, key), reason, brokeGlass: breakGlass === true };
    }
    case 'reject': {
      const { key, by, reason } = given as Vote;
      return { step: key, by, word: 'reject', reason, brokeGlass: false };
    }
    case 'report': {
      const { key, outcome, by, note } = given as Report;
      return { step: key, by, word: outcome, reason: note, brokeGlass: false };
    }
    case 'answer': {
      const { key, choice, by, reason } = given as Answer;
      return { step: key, by, word: choice, reason, brokeGlass: false };
    }
    case 'decide': {
      const { choice, by, reason, breakGlass } = given as HeldDecision;
      return { step: '', by, word: choice, reason, brokeGlass: breakGlass === true };
    }
    case 'cancel': {
      const { by, reason, now } = given as { by: string; reason: string; now: boolean };
      return { step: '', by, word: now ? 'cancel now' : 'cancel', reason, brokeGlass: false };
    }
    case 'pause':
    case 'resume':
    case 'abort':
    case 'roll-back': {
      const { by, reason } = given as Said;
      return { step: '', by, word: update, reason, brokeGlass: false };
    }
    case 'extend': {
      const { by, reason, byMs } = given as Said & { byMs: number };
      return { step: '', by, word: `extend ${formatDuration(byMs)}`, reason, brokeGlass: false };
    }
    default:
      return undefined;
  }
}

/** What the worker was asked, and found signed. */
function readSigned(run: readonly HistoryEvent[]): readonly Partial<EntitlementQuestion>[] {
  return readCalls(run, 'run').flatMap(({ activity, input, result }) => {
    const verified = (result as unknown as Entitlement | undefined)?.verified === true;
    return activity === 'people/entitle' && verified ? [input ?? {}] : [];
  });
}

/** Whether the worker found the start of this run signed. Who starts it chooses all else that stands there. */
export function isStartSigned(run: readonly HistoryEvent[], id: string): boolean {
  return readSigned(run).some(question => question.to === 'start' && question.id === id);
}

/** By what a word is known again in the question about it: the sender chooses its id, but the signature is of all the rest. */
type Mark = Pick<EntitlementQuestion, 'by' | 'step' | 'id'> & { readonly signature: string };

function markOf({ id, proof }: Partial<Said>, by: string, step: string): Mark | undefined {
  return id === undefined || proof === undefined ? undefined : { by, step, id, signature: proof.signature };
}

function isQuestionOf({ by, step, id, signature }: Mark, { update, input }: Updated) {
  const { choice, breakGlass, outcome } = input[0] as { choice?: string; breakGlass?: true; outcome?: string };
  const deed = deedOf(update, choice, breakGlass === true);
  return (asked: Partial<EntitlementQuestion>): boolean =>
    asked.by === by &&
    (asked.step ?? '') === step &&
    asked.id === id &&
    asked.proof?.signature === signature &&
    asked.to === deed &&
    (choice === undefined || asked.choice === choice) &&
    (outcome === undefined || asked.choice === outcome);
}

/** What the worker is asked about such an update (workflows/people.ts, workflows/hand.ts). */
function deedOf(update: string, choice: string | undefined, glass: boolean): string | undefined {
  switch (update) {
    case 'approve':
      return glass ? 'break the glass' : 'vote';
    case 'reject':
      return 'vote';
    case 'decide':
      return glass ? 'break the glass' : 'decide';
    case 'answer':
      return choice;
    default:
      return update;
  }
}

/** What the worker said as a drill by schedule was to begin. */
export function admissionOf(run: readonly HistoryEvent[]): Admission | undefined {
  const asked = readCalls(run, 'run').findLast(({ activity }) => activity === 'schedule/admit');
  return asked?.result as unknown as Admission | undefined;
}

/** Older runs do not answer a `cancel` or an `answer` in words: what was taken counts. */
function outcomeOf(answered: Answered | undefined): Pick<JournalDecision, 'counted' | 'text'> {
  if (answered === undefined) return { counted: false, text: 'the run had not answered when this was read' };
  if (answered.refusal !== undefined) return { counted: false, text: answered.refusal };
  const heard = answered.result as Heard | null | undefined;
  return heard === undefined || heard === null
    ? { counted: true, text: '' }
    : { counted: heard.counted, text: heard.text };
}

/** The person whom the worker found behind a name, where the run asked. */
function readPeople(run: readonly HistoryEvent[]): ReadonlyMap<string, string> {
  const asked = readCalls(run, 'run').filter(call => call.activity === 'people/entitle' && call.result !== undefined);
  return new Map(
    asked.map(({ input, result }) => {
      const { by } = input as unknown as EntitlementQuestion;
      return [by, (result as unknown as Entitlement).by];
    }),
  );
}

/** With one choice it need not be said. */
function onlyChoice(plan: Plan, key: string): string {
  const step = plan.steps.find(({ id }) => key === id || key.startsWith(`${id}[`));
  const choices = step === undefined ? undefined : literalOf(step.with, 'choices');
  const [only] = Array.isArray(choices) ? (choices as readonly unknown[]) : [];
  return typeof only === 'string' ? only : 'approve';
}

function literalOf(template: Template, field: string): unknown {
  if ('lit' in template) return (template.lit as JsonMap)[field];
  const inner = 'map' in template ? template.map[field] : undefined;
  return inner !== undefined && 'lit' in inner ? inner.lit : undefined;
}

/**
 * The outputs of an approval or manual step that succeeded, made again from what people said; undefined: it is another kind
 * of step, or nobody's word ended it. `endedAt`: ms since 1970.
 */
export function outputsOfPeople(
  step: PlanStep,
  key: string,
  endedAt: number,
  decisions: readonly JournalDecision[],
): JsonMap | undefined {
  const own = decisions.filter(decision => decision.step === key && decision.counted && decision.at <= endedAt);
  const last = own.at(-1);
  if (last === undefined) return undefined;
  const at = new Date(endedAt).toISOString();
  if (step.uses === 'manual') {
    const outcome = last.word === 'not-applicable' ? 'not_applicable' : last.word;
    return { outcome, by: last.by, at, note: last.reason };
  }
  if (step.uses !== 'approval') return undefined;
  const votes = last.brokeGlass ? [last] : votesBehind(last, own);
  return {
    choice: last.word,
    by: votes.map(vote => vote.by),
    at,
    reason: votes
      .map(vote => vote.reason)
      .filter(reason => reason.trim() !== '')
      .join('; '),
    broke_glass: last.brokeGlass,
  };
}

/**
 * The votes that the last one completed: it says of how many it is one (`ana voted commit (2 of 2)`). An approval may have
 * been asked before, in vain; those votes lie further back.
 */
function votesBehind(last: JournalDecision, own: readonly JournalDecision[]): readonly JournalDecision[] {
  const [, number = '1'] = /\((\d+) of \d+\)/.exec(last.text) ?? [];
  const latest = new Map<string, JournalDecision>();
  for (const vote of own.toReversed()) if (!latest.has(vote.by)) latest.set(vote.by, vote);
  return [...latest.values()]
    .filter(vote => vote.word === last.word)
    .slice(0, Number(number))
    .reverse();
}
