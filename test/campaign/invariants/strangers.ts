import type { TaskSeen } from '../../../simulator/server.ts';
import { type Broken, isOurs, type SeedFacts } from '../facts.ts';

const name = 'a stranger’s test is left alone';

/** Nothing of ours ends, or runs over, a test that somebody else has started. */
export function strangers({ seen }: SeedFacts): readonly Broken[] {
  const open = new Map<string, TaskSeen>();
  const broken: Broken[] = [];
  for (const task of seen.tasks) {
    const test = open.get(task.vpg);
    if (test !== undefined && ends.includes(task.type) && isOurs(task.by) && !isOurs(test.by)) {
      broken.push({ invariant: name, text: `${task.type} of ${task.vpg} by ${task.by} ended the test of ${test.by}` });
    }
    if (task.type === 'FailOverTest' && task.state !== 'failed') open.set(task.vpg, task);
    else if (ends.includes(task.type) && task.state !== 'failed') open.delete(task.vpg);
  }
  return broken;
}

const ends: readonly string[] = ['StopFailOverTest', 'FailOver'];
