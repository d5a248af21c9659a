import type { Pending } from '../../engine/pending.ts';
import type { PlanStep } from '../../compiler/plan.ts';
import { formatClock } from '../../report/times.ts';
import type { JournalOpening } from '../../report/journal.ts';
import { valueOf } from '../what.ts';
import { losses, namesOf, sourceMeans, stepsBehind } from './behind.ts';
import type { WatchedRun } from './facts.ts';

/** Something that waits for a person, and each way on. Times: ms since 1970. */
export interface DecisionView {
  /** Of the step; empty: the run. */
  readonly key: string;
  readonly kind: Pending['kind'];
  readonly title: string;
  readonly message: string;
  /** Who may answer, in words. */
  readonly whom: string;
  readonly from: readonly string[];
  readonly since: number;
  readonly expiresAt?: number;
  readonly votes: Pending['votes'];
  readonly count: number;
  readonly choices: readonly ChoiceView[];
  /** Who may not vote, for he has asked for the run; absent: its worker does not say. */
  readonly notFrom?: readonly string[];
  /** Who may decide alone; empty: nobody. */
  readonly breakGlass: readonly string[];
}

export interface ChoiceView {
  readonly choice: string;
  readonly label: string;
  /** What it does, and what it destroys: one sentence. */
  readonly means: string;
  /** It asks for the runbook's name. */
  readonly destroys: boolean;
  readonly needsReason: boolean;
}

export const isLiveMode = (mode: string): boolean => mode === 'failover' || mode === 'move';

export function decisionsOf(facts: WatchedRun): readonly DecisionView[] {
  const { plan } = facts.start;
  return facts.pending.map(pending => {
    const { key, kind, message, since, from, votes, count = 1, expiresAt, breakGlass = [], notFrom } = pending;
    const step = plan.steps.find(each => each.id === key);
    return {
      key,
      kind,
      title: titleOf(pending, step),
      message,
      whom: whomOf(pending),
      from,
      since,
      votes,
      count,
      choices: pending.choices.map(choice => choiceOf(facts, pending, step, choice)),
      breakGlass,
      ...(notFrom === undefined ? {} : { notFrom }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
  });
}

function titleOf({ kind, key }: Pending, step: PlanStep | undefined): string {
  const name = step?.name ?? key;
  switch (kind) {
    case 'approval':
      return `Approval: ${name}`;
    case 'manual':
      return `By hand: ${name}`;
    case 'question':
      return `What now: ${name} did not succeed`;
    case 'held':
      return 'The run is held';
    case 'paused':
      return 'The run is paused';
  }
}

function whomOf({ kind, from, count = 1 }: Pending): string {
  const names = from.join(', ');
  switch (kind) {
    case 'approval':
      return `${count} ${count === 1 ? 'vote' : 'different people'} of ${names}`;
    case 'manual':
      return names === '' ? 'whoever operates this runbook' : names;
    case 'question':
    case 'paused':
      return 'whoever operates this runbook';
    case 'held': {
      const whom = names === '' ? 'its approvers' : names;
      return count === 1 ? whom : `${whom}; a commit needs ${count} different people`;
    }
  }
}

function choiceOf(facts: WatchedRun, pending: Pending, step: PlanStep | undefined, choice: string): ChoiceView {
  const { plan } = facts.start;
  const live = isLiveMode(plan.mode);
  const what = consequence(facts, pending, step, choice);
  const destroys = what.destroys || (live && (choice === 'roll-back' || choice === 'commit' || choice === 'abort'));
  const says = pending.kind === 'approval' && choice !== 'reject' && plan.mode === 'drill';
  const needsReason = !says && pending.kind !== 'paused' && (live || choice !== 'retry');
  return { choice, label: labelOf(choice), means: what.means, destroys, needsReason };
}

function labelOf(choice: string): string {
  const text = choice === 'go-on' ? 'go on' : choice.replaceAll(/[-_]/g, ' ');
  const words = choice === 'roll-back' ? 'roll back' : text;
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

interface Consequence {
  readonly means: string;
  readonly destroys: boolean;
}

const calm = (means: string): Consequence => ({ means, destroys: false });

function consequence(facts: WatchedRun, pending: Pending, step: PlanStep | undefined, choice: string): Consequence {
  const { plan } = facts.start;
  const live = isLiveMode(plan.mode);
  switch (choice) {
    case 'reject':
      return calm(openLive(facts).length > 0 ? 'One is enough. The run is held with what is open.' : endsRun(live));
    case 'retry':
      return calm('Looks at the site first, adopts what it finds, and tries the step again.');
    case 'skip':
      return calm('Goes on without this step. The verdict says so.');
    case 'abort':
      return { means: abortMeans(facts), destroys: live };
    case 'go-on':
      return calm('Goes on where it stopped; what is open stays open.');
    case 'resume':
      return calm('Goes on with what has not started.');
    case 'done':
      return calm('It has been done: the run goes on.');
    case 'failed':
      return calm('It could not be done: the step fails.');
    case 'not-applicable':
      return calm('There is nothing to be done: the run goes on.');
    default:
      break;
  }
  if (pending.kind !== 'approval') {
    if (choice === 'roll-back') return { means: rollBackMeans(facts), destroys: true };
    if (choice === 'commit') return { means: commitMeans(facts, undefined), destroys: true };
    return calm('');
  }
  return approvalMeans(facts, step, choice);
}

const endsRun = (live: boolean): string =>
  live
    ? 'One is enough. The run ends; nothing has been failed over.'
    : 'One is enough. The run ends and closes its tests.';

/** What may start once an approval has this choice: up to the next wall. */
function approvalMeans(facts: WatchedRun, step: PlanStep | undefined, choice: string): Consequence {
  const { plan } = facts.start;
  const behind = step === undefined ? [] : stepsBehind(plan, step, choice);
  const ends = behind.find(({ ends }) => ends !== undefined);
  if (ends?.ends === 'roll-back') return { means: rollBackMeans(facts), destroys: true };
  if (ends?.ends === 'commit') return { means: commitMeans(facts, ends), destroys: true };
  const opened = behind.filter(({ opens }) => opens !== undefined);
  const vpgs = [...new Set(opened.flatMap(namesOf))];
  const names = vpgs.length === 0 ? 'what the steps below name' : vpgs.join(', ');
  if (opened.some(({ opens }) => opens === 'live')) {
    const move = opened.some(({ uses }) => uses === 'zerto/move');
    const source = sourceMeans(opened);
    const verb = move ? 'Moves' : 'Fails over';
    const lost = behind.flatMap(losses);
    return {
      means: [`${verb} ${names} to ${plan.site}: production.`, source, ...lost].join(' ').trim(),
      destroys: true,
    };
  }
  if (opened.length > 0) return calm(`Brings ${names} up at ${plan.site} in an isolated test.`);
  const lost = behind.flatMap(losses);
  const kept = behind.filter(({ effect }) => effect === 'reversible').map(each => each.name ?? each.id);
  const goesOn = kept.length === 0 ? [] : [`Goes on: ${kept.join(', ')}.`];
  if (lost.length > 0) return { means: [...lost, ...goesOn].join(' '), destroys: true };
  return calm(goesOn[0] ?? 'The run goes on.');
}

/** What a run has open live and uncommitted. */
export function openLive({ journal }: WatchedRun): readonly JournalOpening[] {
  return journal.openings.filter(
    ({ action, state }) =>
      (action === 'zerto/failover' || action === 'zerto/move') && (state === 'open' || state === 'stuck'),
  );
}

/** `Discards everything written at site-b since 03:12:40Z (payments-db).` */
export function rollBackMeans(facts: WatchedRun): string {
  const day = facts.journal.run.startedAt;
  const open = openLive(facts);
  if (open.length === 0) return 'Gives up what is open live; now that is nothing.';
  const bySite = new Map<string, JournalOpening[]>();
  for (const opening of open) bySite.set(opening.site, [...(bySite.get(opening.site) ?? []), opening]);
  return [...bySite]
    .map(([site, openings]) => {
      const since = Math.min(...openings.map(({ openedAt = day }) => openedAt));
      const names = [...new Set(openings.map(({ vpg }) => vpg))].join(', ');
      return `Discards everything written at ${site} since ${formatClock(since, day)} (${names}).`;
    })
    .join(' ');
}

function commitMeans(facts: WatchedRun, step: PlanStep | undefined): string {
  const vpgs = [...new Set(openLive(facts).map(({ vpg }) => vpg))];
  const names = vpgs.join(', ');
  const reverse = step === undefined ? undefined : valueOf(step.with, 'reverse-protect');
  const remove = step !== undefined && valueOf(step.with, 'source-vms') === 'remove';
  return [
    `Keeps ${names === '' ? 'what is open' : names} where ${vpgs.length > 1 ? 'they are' : 'it is'}: after this there is no roll-back, only a failback.`,
    reverse === false ? 'Nothing protects it afterwards.' : '',
    reverse === true || reverse === 'if-possible'
      ? `The volumes at the other site are overwritten by reverse protection${reverse === true ? '' : ', where that is possible'}.`
      : '',
    remove ? 'The source VMs are removed.' : '',
  ]
    .filter(text => text !== '')
    .join(' ');
}

export function abortMeans(facts: WatchedRun): string {
  const { journal } = facts;
  if (openLive(facts).length > 0)
    return 'Nothing more starts. What is open live stays open and the run is held until a person commits or rolls back.';
  const tests = journal.openings.filter(({ state }) => state === 'open' || state === 'stuck');
  if (tests.length === 0) return 'Nothing more starts, and the run ends.';
  const names = [...new Set(tests.map(({ vpg }) => vpg))].join(', ');
  return `Nothing more starts. The tests of ${names} are stopped and what was written in them is discarded.`;
}
