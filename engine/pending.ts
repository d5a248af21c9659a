import type { Plan } from '../compiler/plan.ts';
import { decidersOf } from './deciders.ts';
import { heldChoices } from './held.ts';
import { heldKey, whatWaits } from './pages.ts';
import { choicesFor } from './questions.ts';
import { type Entry, hasEnded, type StepEntry } from './entry.ts';
import { type OpenNow, openNow } from './open-now.ts';
import type { EngineState } from './state.ts';

/** Something that waits for a person. Times: ms since 1970. */
export interface Pending {
  /** Of the step, or the for-each, that asks; empty: the run, which is held or paused. */
  readonly key: string;
  readonly kind: 'approval' | 'manual' | 'question' | 'held' | 'paused';
  readonly since: number;
  /** What is asked, rendered. */
  readonly message: string;
  /** Groups and people who may answer, as the runbook names them; empty: whoever has the role. */
  readonly from: readonly string[];
  /** What can be answered; of an approval `reject` beside its own choices. */
  readonly choices: readonly string[];
  /** Of an approval: so many must choose the same; of a held run: so many must say `commit`. */
  readonly count?: number;
  /** Of an approval: whoever asked for the run, as far as that may not vote; absent: whoever did may. */
  readonly notFrom?: readonly string[];
  /** Of these two: who may decide alone, with a reason; absent: nobody. */
  readonly breakGlass?: readonly string[];
  /** So far; of these two only. */
  readonly votes: readonly {
    readonly by: string;
    readonly choice: string;
    readonly at: number;
    readonly verified?: true;
  }[];
  /** When no answer counts any more. */
  readonly expiresAt?: number;
  /** Of a held run: all that it has open. */
  readonly open?: readonly OpenNow[];
}

/** All that waits for people, in the order of the steps. While the run is held, its questions wait behind that. */
export function pendingOf(plan: Plan, state: EngineState): readonly Pending[] {
  const { held, paused } = state;
  const all: Pending[] = [];
  if (held !== undefined) {
    const message = whatWaits(plan, state, heldKey) ?? held.reasons.join('; ');
    const { from, breakGlass, count } = decidersOf(plan, state);
    const votes = (held.commits ?? []).map(({ by, at, verified }) => ({
      ...{ by, choice: 'commit', at },
      ...(verified === undefined ? {} : { verified }),
    }));
    const about = { key: heldKey, kind: 'held', since: held.since, message, choices: heldChoices(state) } as const;
    const whom = { from: [...new Set([...from, ...breakGlass])], count, ...alone(breakGlass) };
    all.push({ ...about, ...whom, votes, open: openNow(plan, state) });
  }
  if (paused !== undefined) {
    const { since, by, reason } = paused;
    const message = `paused by ${by}${reason.trim() === '' ? '' : `: ${reason}`}`;
    all.push({ key: '', kind: 'paused', since, message, from: [], choices: ['resume'], votes: [] });
  }
  for (const frame of state.frames) {
    if (frame.stage !== 'preflight' && frame.stage !== 'main') continue;
    for (const step of frame.steps) all.push(...pendingAt(plan, state, step));
  }
  return all;
}

const alone = (breakGlass: readonly string[]): Pick<Pending, 'breakGlass'> =>
  breakGlass.length === 0 ? {} : { breakGlass };

function pendingAt(plan: Plan, state: EngineState, step: StepEntry): readonly Pending[] {
  const { key } = step;
  if (hasEnded(step)) return [];
  const gate = Object.hasOwn(state.gates, key) ? state.gates[key] : undefined;
  if (gate !== undefined) {
    const { message, from, count, choices, openedAt: since, expiresAt, votes, breakGlass } = gate;
    const notFrom = gate.notRequester ? [...new Set([gate.requester, gate.behind ?? gate.requester])] : [];
    const cast = votes.map(({ by, choice, at, verified }) => ({
      by,
      choice,
      at,
      ...(verified === undefined ? {} : { verified }),
    }));
    const all = [...choices, 'reject'];
    const about = { key, kind: 'approval', since, message, from, count, notFrom, ...alone(breakGlass) } as const;
    return [{ ...about, choices: all, votes: cast, expiresAt }];
  }
  const report = Object.hasOwn(state.reports, key) ? state.reports[key] : undefined;
  if (report !== undefined) {
    const { instructions: message, assignees: from, since, expiresAt } = report;
    const choices = ['done', 'failed', 'not-applicable'];
    return [{ key, kind: 'manual', since, message, from, choices, votes: [], expiresAt }];
  }
  const asking: Entry[] = [step, ...(step.items?.entries ?? [])].filter(e => e.status === 'asking');
  const message = asking.length === 0 ? undefined : whatWaits(plan, state, key);
  if (message === undefined) return [];
  const since = Math.min(...asking.map(e => e.asked?.since ?? Infinity));
  return [{ key, kind: 'question', since, message, from: [], choices: choicesFor(plan, state, key), votes: [] }];
}
