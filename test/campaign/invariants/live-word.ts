import { type Broken, isOurs, type SeedFacts } from '../facts.ts';
import { endings } from './live-tasks.ts';

const name = 'no live failover or move is committed or rolled back without a recorded person';

/** Before each commit and roll-back of ours somebody said so, and the report of a run that ended names somebody. */
export function liveWord({ seen, words, run }: SeedFacts): readonly Broken[] {
  return seen.tasks.flatMap(task => {
    const how = endings[task.type];
    if (how === undefined || !isOurs(task.by)) return [];
    const said = words.some(({ at, word, counted }) => word === how && counted !== 'no' && at < task.started);
    if (!said) return [{ invariant: name, text: `${task.type} of ${task.vpg}: nobody had said "${how}"` }];
    const { journal } = run;
    if (journal === undefined || run.status !== 'completed') return [];
    const opening = journal.openings.findLast(each => each.vpg === task.vpg);
    const recorded = opening?.ending === undefined || opening.ending.by.length > 0;
    return recorded ? [] : [{ invariant: name, text: `${task.type} of ${task.vpg}: the report names nobody` }];
  });
}
