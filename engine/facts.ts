import type { PlanStep } from '../compiler/plan.ts';
import { said } from './next.ts';
import { missedObjectives, rpoOf, rtoOf } from './objectives.ts';
import { type Entry, lookUp, type StepEntry } from './state.ts';
import { entryAt, stepAt, type Turn } from './turn.ts';
import { type Facts, judge, type Judged } from './verdict.ts';

/** The recovery verdict, from what stands at the end of the steps. */
export function judgeRecovery(turn: Turn): Judged {
  const { plan, state, graph } = turn;
  const failed: string[] = [];
  const stopped: string[] = state.stop?.tell === true ? [state.stop.reason] : [];
  const errored: string[] = [];
  const exceptions: string[] = [...state.overridden];
  for (const place of [...graph.phases.preflight, ...graph.phases.main]) {
    const step = stepAt(turn, place);
    for (const entry of ended(entryAt(turn, place))) {
      const list = listFor(turn, step, entry, { failed, stopped, errored, exceptions });
      list?.push(sentence(entry));
    }
  }
  const rto = rtoOf(turn);
  const rpo = rpoOf(turn);
  const live = plan.mode === 'failover' || plan.mode === 'move';
  // An approval that ended the run has its sentence in `stopped`; any other stop must weigh as much.
  if (state.stop !== undefined && failed.length + stopped.length + errored.length === 0)
    stopped.push(state.stop.reason);
  const facts: Facts = { live, residue: [], failed, missed: missedObjectives(rto, rpo), stopped, errored, exceptions };
  return { facts, verdict: judge(facts).verdict, rto, rpo };
}

/** Items speak for themselves as long as one of them (an opening that closing must end) keeps their step from ending. */
function ended(step: StepEntry): readonly Entry[] {
  return step.status === 'running' && step.items !== undefined ? step.items.entries : [step];
}

type Lists = Record<'failed' | 'stopped' | 'errored' | 'exceptions', string[]>;

/** Where a step's end counts; undefined: nowhere, or the run's stop speaks for it. */
function listFor(turn: Turn, step: PlanStep, entry: Entry, lists: Lists): string[] | undefined {
  const required = step.onFailure !== 'continue';
  switch (entry.status) {
    case 'failed':
    case 'timed_out':
      if (!required) return lists.exceptions;
      return step.phase === 'main' && step.uses !== 'approval' ? lists.failed : undefined;
    case 'errored':
      if (!required) return lists.exceptions;
      return step.phase === 'main' ? lists.errored : undefined;
    case 'cancelled':
      if (turn.state.stop !== undefined || step.phase !== 'main') return undefined;
      return required && isCheck(step) ? lists.stopped : lists.exceptions;
    case 'succeeded':
    case 'skipped':
    case 'pending':
    case 'running':
    case 'asking':
      return undefined;
  }
}

function isCheck(step: PlanStep): boolean {
  return step.uses.startsWith('check/');
}

function sentence(entry: Entry): string {
  const what = `"${entry.key}" ${said(entry)}`;
  return entry.error === undefined ? what : `${what}: ${entry.error}`;
}

/** What closing left: one sentence for each opening that was not read back as closed. */
export function residueOf(turn: Turn): string[] {
  return turn.graph.phases.closing.flatMap(place => {
    const step = entryAt(turn, place);
    return (step.items?.entries ?? [step])
      .filter(e => e.status !== 'succeeded' && e.status !== 'skipped')
      .map(e => {
        const opening = openingClosedBy(turn, place, e.item);
        const what =
          opening === undefined || opening.vpgs.length === 0 ? `what "${e.key}" closes` : opening.vpgs.join(', ');
        return `${what} may still be open: ${e.error ?? said(e)}`;
      });
  });
}

function openingClosedBy(turn: Turn, place: number, item: number | undefined) {
  const { closes } = stepAt(turn, place);
  if (closes === undefined) return undefined;
  const key = item === undefined ? stepAt(turn, closes).id : entryAt(turn, place).items?.values[item];
  return typeof key === 'string' ? lookUp(turn.state.openings, key) : undefined;
}

/** Steps of `finally` are no required steps of `steps` (rule 19): one that did not succeed is an exception. */
export function exceptionsOfFinally(turn: Turn): string[] {
  const entries = turn.graph.phases.finally.map(place => entryAt(turn, place));
  return entries.filter(e => e.status !== 'succeeded' && e.status !== 'skipped').map(sentence);
}
