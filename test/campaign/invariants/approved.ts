import { type Gate, requester } from '../cases.ts';
import { type Broken, isOurs, type SeedFacts, type Word } from '../facts.ts';
import { beginnings, endings } from './live-tasks.ts';

const name = 'no live change and no commit without the approval that the runbook asks for';

export function approved({ seen, words, run }: SeedFacts): readonly Broken[] {
  const { gates } = run.case;
  const go = gates.find(gate => gate.step === 'go');
  const keep = gates.find(gate => gate.step === 'keep');
  return seen.tasks.flatMap(task => {
    if (!isOurs(task.by)) return [];
    const before = words.filter(word => word.at < task.started && word.counted !== 'no');
    const missing = (what: string) => [{ invariant: name, text: `${task.type} of ${task.vpg}: ${what}` }];
    if (beginnings.includes(task.type) && go !== undefined && !isApproved(go, 'approve', before)) {
      return missing(`"${go.step}" was not approved by ${go.count} of ${go.from.join(', ')}`);
    }
    if (endings[task.type] !== 'commit') return [];
    if (keep !== undefined && !isApproved(keep, 'commit', before) && !isDecided(gates, before)) {
      return missing(`neither was "${keep.step}" decided so, nor did somebody who may commit while it was held`);
    }
    return [];
  });
}

/** Everybody's last word counts. */
function isApproved({ step, count, from, glass }: Gate, choice: string, words: readonly Word[]): boolean {
  const own = words.filter(word => word.step === step && word.word === choice);
  if (own.some(word => word.glass === true && glass.includes(word.by) && word.reason !== '')) return true;
  const voters = new Set(own.filter(word => from.includes(word.by) && word.by !== requester).map(word => word.by));
  return voters.size >= count;
}

/** Out of `held`: one of those whom the approvals name, but not who asked for the run. */
function isDecided(gates: readonly Gate[], words: readonly Word[]): boolean {
  const may = gates.flatMap(({ from, glass }) => [...from, ...glass]).filter(person => person !== requester);
  return words.some(({ step, word, by }) => step === '' && word === 'commit' && may.includes(by));
}
