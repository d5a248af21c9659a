import type { Plan } from '../../compiler/plan.ts';
import { advance, begin, type Choice, choicesFor, type EngineState } from '../../engine/engine.ts';
import type { Command, EngineEvent, Outcome, RunResult } from '../../engine/types.ts';
import { fake } from './fake-evaluator.ts';
import { type Happening, run, t0 } from './rig.ts';

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function chance(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface Moods {
  /** How likely a call or an opening goes wrong, 0–1. */
  readonly trouble: number;
  /** How likely it is, at each turn, that a person cancels. */
  readonly cancel: number;
  /** How likely a running timer fires before an answer that is already there. */
  readonly slow: number;
  /** How likely the guard never answers a closing. */
  readonly silent: number;
}

export interface Story {
  readonly events: readonly EngineEvent[];
  /** What each event led to. */
  readonly commands: readonly (readonly Command[])[];
  readonly result: RunResult | undefined;
  readonly state: EngineState;
}

/**
 * A model of the driver, the guard and the world: answers every command, in any order, well or badly. Ends when the run
 * does, or when nothing is left that could happen.
 */
export function live(plan: Plan, seed: number, moods: Moods): Story {
  const random = chance(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const state = begin(plan, run);
  const events: EngineEvent[] = [];
  const commands: Command[][] = [];
  let at = t0;
  let answers: Happening[] = [{ kind: 'begin' }];
  const timers = new Map<string, number>();
  const guard = new Map<string, 'opening' | 'open' | 'ended'>();
  let result: RunResult | undefined;

  const drop = (match: (answer: Happening) => boolean): void => {
    answers = answers.filter(answer => !match(answer));
  };
  const openingAnswer = (key: string): Happening => {
    if (random() >= moods.trouble) return { kind: 'opened', key, outputs: { checkpoint_time: '2026-11-21T01:59:00Z' } };
    return random() < 0.5
      ? { kind: 'open-failed', key, status: pick(['failed', 'errored', 'timed_out'] as const), error: 'may be open' }
      : {
          kind: 'not-opened',
          key,
          status: pick(['failed', 'errored', 'timed_out', 'cancelled'] as const),
          error: 'no',
        };
  };
  const outcome = (): Outcome =>
    random() >= moods.trouble
      ? { status: 'succeeded', outputs: { list: ['x', 'y'] } }
      : { status: pick(['failed', 'errored', 'timed_out'] as const), error: 'said no' };

  function obey(command: Command): void {
    switch (command.do) {
      case 'call':
        answers.push(
          command.key === 'sign-in'
            ? { kind: 'called', key: 'sign-in', outcome: signedIn(plan, random() < moods.trouble / 4) }
            : { kind: 'called', key: command.key, outcome: outcome() },
        );
        return;
      case 'cancel-call':
        if (random() < 0.7) {
          drop(answer => answer.kind === 'called' && answer.key === command.key);
          const cancelled: Outcome = { status: 'cancelled', error: 'cancelled' };
          answers.push({ kind: 'called', key: command.key, outcome: cancelled });
        }
        return;
      case 'acquire':
        answers.push(
          random() < moods.trouble / 4 ? { kind: 'not-granted', error: 'held by run-0' } : { kind: 'granted' },
        );
        return;
      case 'open':
        guard.set(command.key, 'opening');
        answers.push(openingAnswer(command.key));
        return;
      case 'close': {
        const { key } = command;
        const before = guard.get(key);
        if (before === 'opening' && random() < 0.5) {
          // The opening was ended before it said anything of its own.
          drop(a => (a.kind === 'opened' || a.kind === 'open-failed' || a.kind === 'not-opened') && a.key === key);
          if (random() < 0.3) {
            answers.push({ kind: 'not-opened', key, status: 'cancelled', error: 'closed before it was sent' });
            return;
          }
        }
        if (random() < moods.silent) return;
        answers.push(
          random() < moods.trouble ? { kind: 'stuck', key, error: 'stuck' } : { kind: 'closed', key, outputs: {} },
        );
        return;
      }
      case 'timer':
        timers.set(command.id, command.at);
        return;
      case 'cancel-timer':
        timers.delete(command.id);
        return;
      case 'release':
        return;
      case 'end':
        result = command.result;
    }
  }

  function next(): Happening | undefined {
    if (state.stage !== 'new' && random() < moods.cancel) {
      return { kind: 'cancel', by: 'bo', reason: 'enough', now: random() < 0.4 };
    }
    const asking = [...state.steps, ...state.steps.flatMap(s => s.items?.entries ?? [])].filter(
      e => e.status === 'asking',
    );
    const first = asking[0];
    if (first !== undefined && random() < 0.5) {
      const choice: Choice = pick(choicesFor(plan, state, first.key));
      return { kind: 'answer', key: first.key, choice, by: 'bo', reason: 'why not' };
    }
    const soonest = [...timers].sort((a, b) => a[1] - b[1])[0];
    if (soonest !== undefined && (answers.length === 0 || random() < moods.slow)) {
      timers.delete(soonest[0]);
      at = Math.max(at, soonest[1]);
      return { kind: 'timer', id: soonest[0] };
    }
    if (answers.length === 0) return undefined;
    const [answer] = answers.splice(Math.floor(random() * answers.length), 1);
    if (answer?.kind === 'opened' || answer?.kind === 'open-failed') guard.set(answer.key, 'open');
    if (answer?.kind === 'not-opened' || answer?.kind === 'closed') guard.set(answer.key, 'ended');
    return answer;
  }

  for (let turn = 0; turn < 5_000 && result === undefined; turn++) {
    const happening = next();
    if (happening === undefined) break;
    at += Math.floor(random() * 5_000);
    const event: EngineEvent = { ...happening, at };
    const said = advance({ plan, run, evaluator: fake }, state, event);
    events.push(event);
    commands.push(said);
    for (const command of said) obey(command);
  }
  return { events, commands, result, state };
}

function signedIn(plan: Plan, broken: boolean): Outcome {
  if (broken) return { status: 'failed', error: 'wrong password' };
  const names = [...plan.steps.map(step => `vpg-${step.id}`), 'x', 'y', 'z'];
  return { status: 'succeeded', outputs: { vpgs: Object.fromEntries(names.map(name => [name, `id-${name}`])) } };
}
