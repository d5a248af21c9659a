import { formatClock } from '../../report/times.ts';
import type { JournalOpening } from '../../report/journal.ts';
import type { PlanStep } from '../../compiler/plan.ts';
import { valueOf } from '../what.ts';
import type { Ahead } from './settled.ts';
import type { WatchedRun } from './facts.ts';

/** What a run has open live and uncommitted. */
export function openLive({ journal }: WatchedRun): readonly JournalOpening[] {
  return journal.openings.filter(({ action, state }) => isLive(action) && (state === 'open' || state === 'stuck'));
}

/** Something has been opened live, however that ended. */
export const wasLive = ({ journal }: WatchedRun): boolean => journal.openings.some(({ action }) => isLive(action));

const isLive = (action: string): boolean => action === 'zerto/failover' || action === 'zerto/move';

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

/** @param opened live before the commit by steps that have not begun */
export function commitMeans(facts: WatchedRun, step?: PlanStep, opened: readonly Ahead[] = []): string {
  const vpgs = [...new Set([...openLive(facts).map(({ vpg }) => vpg), ...opened.flatMap(each => each.vpgs)])];
  const names = opened.every(each => each.vpgs.length > 0) ? vpgs.join(', ') : '';
  const reverse = step === undefined ? undefined : valueOf(step.with, 'reverse-protect');
  const remove = step !== undefined && valueOf(step.with, 'source-vms') === 'remove';
  return [
    `Keeps ${names === '' ? 'what is open' : names} where ${names !== '' && vpgs.length > 1 ? 'they are' : 'it is'}: after this there is no roll-back, only a failback.`,
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
