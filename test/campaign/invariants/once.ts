import type { TaskSeen } from '../../../simulator/server.ts';
import { type Broken, isOurs, type SeedFacts } from '../facts.ts';

const name = 'no call with an effect is executed twice for one step';

/** Each step of a shipped runbook does one thing to a VPG once. */
export function once({ seen, words, deeds }: SeedFacts): readonly Broken[] {
  const ours = seen.tasks.filter(task => isOurs(task.by));
  return ours.flatMap((task, index) => {
    const before = ours.slice(0, index).findLast(each => each.type === task.type && each.vpg === task.vpg);
    if (before === undefined || mayRepeat(before, task, { words, deeds })) return [];
    const text = `${task.type} of ${task.vpg} was executed at ${iso(before)} (${before.state}) and again at ${iso(task)}`;
    return [{ invariant: name, text }];
  });
}

/** What failed may be tried again; what a person asked for anew, by a word or by resetting the run, is another step's doing. */
function mayRepeat(before: TaskSeen, task: TaskSeen, { words, deeds }: Pick<SeedFacts, 'words' | 'deeds'>): boolean {
  if (before.state === 'failed' || before.state === 'stopped') return true;
  const between = (at: number) => at > before.started && at < task.started;
  const asked = words.some(({ at, word, counted }) => between(at) && counted !== 'no' && again.includes(word));
  return asked || deeds.some(({ at, what }) => what === 'reset' && between(at));
}

const again: readonly string[] = ['retry', 'go-on', 'commit', 'roll-back'];

const iso = ({ started }: TaskSeen): string => new Date(started).toISOString();
