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
    const how = endings[task.type];
    if (how === 'roll-back' && keep !== undefined && !isApproved(keep, how, before) && !isGivenUp(keep, before))
      return missing(`neither was "${keep.step}" decided so, nor did somebody say so to the run`);
    if (how !== 'commit') return [];
    if (keep !== undefined && !isApproved(keep, 'commit', before) && !isDecided(gates, before)) {
      return missing(`neither was "${keep.step}" decided so, nor did as many as may commit while it was held`);
    }
    return [];
  });
}

/** Everybody's last word counts, since the approval was refused last and asked anew. */
function isApproved({ step, count, from, glass }: Gate, choice: string, words: readonly Word[]): boolean {
  const asked = sinceLast(
    words.filter(word => word.step === step),
    ['reject'],
  );
  return agree(asked, { choice, count, from, glass });
}

/** Out of `held`: by so many as the approvals ask, none of whom asked for the run, since it was held; or by a broken glass. */
function isDecided(gates: readonly Gate[], words: readonly Word[]): boolean {
  const own = sinceLast(
    words.filter(word => word.step === ''),
    ['go-on', 'roll-back'],
  );
  const count = Math.max(1, ...gates.map(gate => gate.count));
  const [from, glass] = [gates.flatMap(gate => gate.from), gates.flatMap(gate => gate.glass)];
  return agree(own, { choice: 'commit', count, from, glass });
}

/** A roll-back needs one person, but as a choice of the approval. */
function isGivenUp(keep: Gate, words: readonly Word[]): boolean {
  return words.some(({ step, word }) => word === 'roll-back' && step !== keep.step);
}

type Quorum = Pick<Gate, 'count' | 'from' | 'glass'> & { readonly choice: string };

/** Of what was not answered nobody knows whether it was heard: it may have made a quorum, and must not have ended one. */
function agree(words: readonly Word[], { choice, count, from, glass }: Quorum): boolean {
  const same = words.filter(
    (word, n) =>
      word.word === choice && !words.slice(n + 1).some(later => later.by === word.by && isOtherMind(later, choice)),
  );
  if (same.some(word => word.glass === true && glass.includes(word.by) && word.reason !== '')) return true;
  return new Set(same.flatMap(({ by }) => (from.includes(by) && by !== requester ? [by] : []))).size >= count;
}

const isOtherMind = ({ word, counted }: Word, choice: string): boolean => word !== choice && counted === 'yes';

/** What was said before one of these words counted is void. */
function sinceLast(words: readonly Word[], ends: readonly string[]): readonly Word[] {
  const last = words.findLastIndex(({ word, counted }) => counted === 'yes' && ends.includes(word));
  return words.slice(last + 1);
}
