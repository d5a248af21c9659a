import type { TaskSeen } from '../../../simulator/server.ts';
import type { Journal, JournalOpening } from '../../../report/journal.ts';
import { type Broken, isDatabaseLost, isOurs, type SeedFacts } from '../facts.ts';
import { beginnings, endings } from './live-tasks.ts';

const name = 'a run that ended has a verdict and a report that agree with what the simulator saw';

const verdicts = ['passed', 'passed_with_exceptions', 'failed', 'inconclusive'];

export function report(facts: SeedFacts): readonly Broken[] {
  const { run } = facts;
  if (run.status === 'running' || (run.journal === undefined && isDatabaseLost(facts))) return [];
  if (run.journal === undefined) return [{ invariant: name, text: `there is no report: ${run.noReport ?? ''}` }];
  return [
    ...verdictOf(facts, run.journal),
    ...run.journal.openings.flatMap(opening => openingOf(facts, opening)),
    ...unreported(facts, run.journal),
  ].map(text => ({ invariant: name, text }));
}

function verdictOf({ run, seen, calm }: SeedFacts, { verdict, reasons }: Journal): readonly string[] {
  if (run.status !== 'completed') {
    return verdict === 'lost' ? [] : [`the run was ${run.status}, and its report says ${verdict}`];
  }
  if (!verdicts.includes(verdict)) return [`the verdict is "${verdict}"`];
  if (calm && !verdict.startsWith('passed')) {
    return [`nothing was done to it, and it ended ${verdict}: ${reasons.join('; ')}`];
  }
  if (verdict !== 'passed') return [];
  const undone = run.case.vpgs.filter(vpg => !isDone(run.case.mode, vpg, seen.tasks));
  return undone.length === 0 ? [] : [`it passed, and the simulator did not see all of ${undone.join(', ')} done`];
}

/** What a run that passed must have done to each of its VPGs. */
function isDone(mode: string, vpg: string, tasks: readonly TaskSeen[]): boolean {
  const done = tasks.filter(task => task.vpg === vpg && isOurs(task.by) && task.state === 'completed');
  const has = (...types: readonly string[]) => done.some(task => types.includes(task.type));
  switch (mode) {
    case 'drill':
      return has('FailOverTest') && has('StopFailOverTest');
    case 'failover':
    case 'move':
      return has(...beginnings) && has('FailoverCommit', 'MoveCommit');
    default:
      return has('UpdateProtectionGroup', 'CreateProtectionGroup');
  }
}

/** How the report says that an opening ended, beside how it did. */
function openingOf({ seen }: SeedFacts, { vpg, state, step, action }: JournalOpening): readonly string[] {
  const own = seen.tasks.filter(task => task.vpg === vpg && isOurs(task.by));
  const now = seen.vpgs.find(each => each.name === vpg);
  const open = action === 'zerto/failover-test' ? now?.test : now?.live;
  const openNow = open !== undefined && isOurs(open.by);
  const says = `"${step}" of ${vpg} is told as ${state}`;
  switch (state) {
    case 'closed':
    case 'did-not-happen':
      return openNow ? [`${says}, and it is open`] : [];
    case 'committed':
    case 'rolled-back': {
      const wanted = state === 'committed' ? 'commit' : 'roll-back';
      const other = state === 'committed' ? 'roll-back' : 'commit';
      if (openNow) return [`${says}, and it is open`];
      const last = seen.tasks.findLast(
        task => task.vpg === vpg && endings[task.type] !== undefined && task.state === 'completed',
      );
      return last === undefined || endings[last.type] === other ? [`${says}, and the simulator saw no ${wanted}`] : [];
    }
    case 'ended-by-hand':
      return openNow ? [`${says}, and it is open`] : [];
    case 'taken-over':
      return [];
    case 'open':
    case 'stuck':
      return openNow || own.length === 0 ? [] : [`${says}, and nothing of it is open`];
    default:
      return [`${says}, which is no word for it`];
  }
}

/** What the simulator executed for us and the report does not know of. */
function unreported({ seen, beside }: SeedFacts, journal: Journal): readonly string[] {
  const openings = [...journal.openings, ...(beside?.journal?.openings ?? [])];
  const told = new Set(openings.filter(({ state }) => state !== 'did-not-happen').map(({ vpg }) => vpg));
  const begun = seen.tasks.filter(
    ({ type, by, state }) => isOurs(by) && state !== 'failed' && (type === 'FailOverTest' || beginnings.includes(type)),
  );
  return begun.flatMap(({ type, vpg }) => (told.has(vpg) ? [] : [`${type} of ${vpg} is not in the report`]));
}
