import type { TaskSeen } from '../../../simulator/server.ts';
import { type Broken, isOurs, type SeedFacts, type Word } from '../facts.ts';
import { beginnings, endings } from './live-tasks.ts';

const name = 'no call with an effect is executed twice for one step';

/** Each step of a shipped runbook does one thing to a VPG once. */
export function once(facts: SeedFacts): readonly Broken[] {
  const ours = facts.seen.tasks.filter(task => isOurs(task.by));
  return ours.flatMap((task, index) => {
    const before = ours.slice(0, index).findLast(each => each.type === task.type && each.vpg === task.vpg);
    if (before === undefined || mayRepeat(before, task, facts)) return [];
    const text = `${task.type} of ${task.vpg} was executed at ${iso(before)} (${before.state}) and again at ${iso(task)}`;
    return [{ invariant: name, text }];
  });
}

/** What failed may be tried again; what a person asked for anew, by a word or by resetting the run, is another step's doing. */
function mayRepeat(before: TaskSeen, task: TaskSeen, { seen, words, deeds }: Facts): boolean {
  if (before.state === 'failed' || before.state === 'stopped') return true;
  const between = (at: number) => at > before.started && at < task.started;
  if (deeds.some(({ at, what }) => what === 'reset' && between(at))) return true;
  const how = endings[task.type];
  // A change that was begun anew (which is judged as such) has an end of its own.
  if (how !== undefined && seen.tasks.some(each => begins(each, task.vpg) && between(each.started))) return true;
  return words.some(word => between(word.at) && word.counted !== 'no' && asksFor(word, task, how));
}

type Facts = Pick<SeedFacts, 'seen' | 'words' | 'deeds'>;

const begins = ({ type, vpg, by }: TaskSeen, of: string): boolean =>
  vpg === of && beginnings.includes(type) && isOurs(by);

/** A word at a question is for that step alone, one about the run for what ends a live change. */
function asksFor({ step, word }: Word, { vpg }: TaskSeen, how: string | undefined): boolean {
  if (step === '') return how !== undefined && (word === how || word === 'go-on');
  if (word !== 'retry') return word === 'roll-back' && how === 'roll-back';
  const [, of = step, item] = /^(?:.*\/)?([^/[]*)(?:\[(.*)\])?$/.exec(step) ?? [];
  if (of === 'commit' || of === 'back') return how === (of === 'commit' ? 'commit' : 'roll-back');
  if (how !== undefined || readers.includes(of)) return false;
  if (item !== undefined) return item === vpg;
  return of !== 'db' || vpg === 'payments-db';
}

/** Steps of the shipped runbooks that only look, or ask. */
const readers: readonly string[] = [
  'ready',
  'go',
  'keep',
  'points',
  'db_up',
  'web_up',
  'up',
  'settled',
  'synchronised',
  'tolerable',
  'tell',
];

const iso = ({ started }: TaskSeen): string => new Date(started).toISOString();
