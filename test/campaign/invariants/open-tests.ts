import type { TaskSeen } from '../../../simulator/server.ts';
import { type Broken, isOurs, type SeedFacts } from '../facts.ts';

const name = 'no test is open past its deadline';

/** Of our tests: each ends before the run's deadline, and none is left when the run and its guard have ended or time is up. */
export function openTests({ seen, run, endedAt }: SeedFacts): readonly Broken[] {
  const left = seen.vpgs.flatMap(({ name: vpg, test }) =>
    test !== undefined && isOurs(test.by) ? [`the test of ${vpg} is still open (${test.stage})`] : [],
  );
  const late = testsOf(seen.tasks).flatMap(({ vpg, until }) =>
    (until ?? endedAt) > run.closeBy
      ? [`the test of ${vpg} was open until ${iso(until ?? endedAt)}, its deadline was ${iso(run.closeBy)}`]
      : [],
  );
  return [...left, ...late].map(text => ({ invariant: name, text }));
}

interface Test {
  readonly vpg: string;
  /** When its stop had ended; absent: it is open. */
  readonly until?: number;
}

function testsOf(tasks: readonly TaskSeen[]): readonly Test[] {
  return tasks.flatMap((task, index): Test[] => {
    if (task.type !== 'FailOverTest' || !isOurs(task.by)) return [];
    if (task.state === 'failed') return [];
    const stop = tasks.slice(index).find(each => each.vpg === task.vpg && ended(each));
    return [{ vpg: task.vpg, ...(stop?.ended === undefined ? {} : { until: stop.ended }) }];
  });
}

/** A failover of the VPG ends its test too. */
const ended = ({ type, state }: TaskSeen): boolean =>
  (type === 'StopFailOverTest' && state === 'completed') || type === 'FailOver';

const iso = (time: number): string => new Date(time).toISOString();
