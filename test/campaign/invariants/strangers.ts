import type { TaskSeen } from '../../../simulator/server.ts';
import { type Broken, isDatabaseLost, isOurs, type SeedFacts } from '../facts.ts';

const name = 'a stranger’s test is left alone';

/**
 * Nothing of ours ends, or runs over, a test that somebody else has started. But a ZVM itself ends a test where its VPG is failed
 * over: a failover that people asked for does not wait for a test, and its report tells so.
 */
export function strangers(facts: SeedFacts): readonly Broken[] {
  const { seen, run, beside } = facts;
  const openings = [run, beside].flatMap(each => each?.journal?.openings ?? []);
  const isTold = ({ type, vpg }: TaskSeen): boolean =>
    type === 'FailOver' &&
    (isDatabaseLost(facts) ||
      openings.some(each => each.vpg === vpg && each.warnings.some(text => text.includes('ended by the failover'))));
  const open = new Map<string, TaskSeen>();
  const broken: Broken[] = [];
  for (const task of seen.tasks) {
    const test = open.get(task.vpg);
    if (test !== undefined && ends.includes(task.type) && isOurs(task.by) && !isOurs(test.by) && !isTold(task)) {
      broken.push({ invariant: name, text: `${task.type} of ${task.vpg} by ${task.by} ended the test of ${test.by}` });
    }
    if (task.type === 'FailOverTest' && task.state !== 'failed') open.set(task.vpg, task);
    else if (ends.includes(task.type) && task.state !== 'failed') open.delete(task.vpg);
  }
  return broken;
}

const ends: readonly string[] = ['StopFailOverTest', 'FailOver'];
