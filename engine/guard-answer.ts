import type { JsonMap } from '../actions/json.ts';
import type { Ended, EndLive, GuardState, NoSuccess, Opening } from './guard-state.ts';
import type { HowToEnd, Told } from './guard-messages.ts';
import type { GuardCommand } from './guard-types.ts';
import type { Outcome } from './types.ts';

/** Tells the run what came of an opening, and keeps it: who did not hear it asks again. */
export function answer(opening: Opening, told: Told, out: GuardCommand[]): void {
  opening.told = told;
  out.push({ do: 'tell', message: { ...told, key: opening.key } });
}

export function notEnded(key: string, vpg: string, status: NoSuccess, error: string): Ended {
  return { key, vpg, done: false, status, error };
}

/** One answer for all openings of an `end-live`, once the last of them is known. */
export function answerWhenAllEnded(state: GuardState, asked: EndLive, out: GuardCommand[]): void {
  const { key, how, of, ended } = asked;
  if (ended.length < of) return;
  state.endings.splice(state.endings.indexOf(asked), 1);
  const done = ended.filter(e => e.done).map(e => e.key);
  out.push({ do: 'tell', message: { kind: 'live-ended', key, outcome: outcomeOf(how, ended), done } });
}

/** From mild to bad: what is not known is worse than a no. */
const byWeight: readonly NoSuccess[] = ['cancelled', 'failed', 'timed_out', 'errored'];

function outcomeOf(how: HowToEnd, ended: readonly Ended[]): Outcome {
  const done = ended.filter(e => e.done);
  const left = ended.filter(e => !e.done);
  const outputs = outputsOf(how, done);
  const status = byWeight.findLast(s => left.some(e => e.status === s));
  if (status === undefined) {
    const told = done.flatMap(e => e.told);
    return { status: 'succeeded', outputs, ...(told.length === 0 ? {} : { told }) };
  }
  const error = left.map(e => `${e.vpg} is not ${spoken[how]}: ${e.error}`).join('; ');
  return { status, error, ...(done.length === 0 ? {} : { outputs }) };
}

const spoken = { commit: 'committed', 'roll-back': 'rolled back' } as const;

function outputsOf(how: HowToEnd, done: readonly Extract<Ended, { done: true }>[]): JsonMap {
  const vpgs = done.map(e => e.vpg);
  if (how === 'roll-back') return { vpgs };
  return { vpgs, reverse_protected: done.filter(e => e.outputs.reverse_protected === true).map(e => e.vpg) };
}
