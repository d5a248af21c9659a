import type { Json, JsonMap } from '../../actions/json.ts';
import type { Plan } from '../../compiler/plan.ts';
import {
  advance,
  begin,
  type Choice,
  choicesFor,
  type EngineState,
  type Pending,
  pendingOf,
} from '../../engine/engine.ts';
import type { Command, EngineEvent, HeldChoice, Outcome, RunResult } from '../../engine/types.ts';
import { localId } from '../../engine/graph.ts';
import type { Evaluator } from '../../engine/evaluator.ts';
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
  /** How likely somebody does, at each turn, what people are waited for; 0: nobody ever comes. Absent: 0.5. */
  readonly people?: number;
  /** How likely it is, at each turn, that the workflow drains to continue as a new one. Absent: 0. */
  readonly drain?: number;
  /** How likely it is, at each turn, that somebody pauses, resumes, extends, rolls back or aborts. Absent: never. */
  readonly hand?: number;
}

/** What the world is made of, where it is not the fake one. */
export interface Stage {
  readonly evaluator?: Evaluator;
  /** What a call gives that goes well. */
  readonly outputs?: (action: string) => JsonMap;
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
export function live(
  plan: Plan,
  seed: number,
  moods: Moods,
  { evaluator = fake, outputs = listed }: Stage = {},
): Story {
  const random = chance(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  let state = begin(plan, run);
  const events: EngineEvent[] = [];
  const commands: Command[][] = [];
  let at = t0;
  let answers: Happening[] = [{ kind: 'begin', forecasts: true }];
  const timers = new Map<string, number>();
  const guard = new Map<string, 'opening' | 'open' | 'ended'>();
  let result: RunResult | undefined;
  const { people = 0.5, drain = 0 } = moods;
  let idle = 0;

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
  const outcome = (action: string): Outcome =>
    random() >= moods.trouble
      ? { status: 'succeeded', outputs: outputs(action) }
      : { status: pick(['failed', 'errored', 'timed_out'] as const), error: 'said no' };

  function obey(command: Command): void {
    switch (command.do) {
      case 'call':
        answers.push(
          command.call.action === 'zerto/sign-in'
            ? { kind: 'called', key: command.key, outcome: signedIn(plan, random() < moods.trouble / 4) }
            : { kind: 'called', key: command.key, outcome: outcome(command.call.action) },
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
      case 'end-live': {
        const { key, openings } = command;
        const broken = random() < moods.trouble;
        const done = broken ? openings.filter(() => random() < 0.5) : openings;
        const ending: Outcome = broken
          ? { status: 'failed', error: 'Zerto said no' }
          : { status: 'succeeded', outputs: {} };
        answers.push({ kind: 'live-ended', key, outcome: ending, done });
        return;
      }
      case 'page':
      case 'yielded':
      case 'extend':
      case 'release':
        return;
      case 'end':
        result = command.result;
    }
  }

  /** What a person does who is asked; undefined: there is nothing to choose from. */
  function act({ key, kind, choices }: Pending): Happening | undefined {
    const by = pick(['ana', 'bo', 'cem', 'ann']);
    const reason = random() < 0.9 ? 'why not' : '';
    if (choices.length === 0) return undefined;
    switch (kind) {
      case 'paused':
        return { kind: 'resume', by, reason };
      case 'held':
        return { kind: 'decide', choice: pick(choices) as HeldChoice, by, reason };
      case 'question': {
        // One of several that ask in a for-each, or all at once.
        const items = state.frames.flatMap(frame => frame.steps).flatMap(step => step.items?.entries ?? []);
        const asking = items.filter(entry => entry.status === 'asking' && entry.key.startsWith(`${key}[`));
        const item = asking.length > 0 && random() < 0.5 ? pick(asking).key : key;
        const offered: readonly Choice[] = choicesFor(plan, state, item);
        return offered.length === 0 ? undefined : { kind: 'answer', key: item, choice: pick(offered), by, reason };
      }
      case 'approval': {
        const glass = random() < 0.1 ? { breakGlass: true as const } : {};
        const refused = random() < 0.1 ? { refused: 'not entitled' } : {};
        const choice = random() < 0.1 ? 'reject' : pick(choices);
        return { kind: 'vote', id: `vote-${events.length}`, key, by, choice, reason, ...glass, ...refused };
      }
      case 'manual':
        return {
          kind: 'reported',
          key,
          outcome: pick(['done', 'failed', 'not-applicable'] as const),
          by,
          note: reason,
        };
    }
  }

  /** What has not come back yet is answered to the next execution, as if nothing had been. */
  function continueAsNew(): Happening {
    state = JSON.parse(JSON.stringify(state)) as EngineState;
    return { kind: 'continued' };
  }

  function next(): Happening | undefined {
    if (drain > 0 && events.length > 0) {
      if (state.draining !== true && random() < drain) return { kind: 'drain' };
      if (state.draining === true && (answers.length === 0 || random() < 0.3)) return continueAsNew();
    }
    if (events.length > 0 && random() < moods.cancel) {
      return { kind: 'cancel', by: 'bo', reason: 'enough', now: random() < 0.4 };
    }
    const hand = moods.hand ?? 0;
    if (hand > 0 && events.length > 0 && random() < hand) {
      const by = pick(['ana', 'bo']);
      return pick<Happening>([
        { kind: 'pause', by, reason: 'wait' },
        { kind: 'resume', by, reason: '' },
        { kind: 'extend', by, byMs: Math.floor(1 + random() * 3_600_000), reason: 'slow' },
        { kind: 'roll-back', by, reason: 'no use' },
        { kind: 'cancel', by, reason: 'enough', now: false, abort: true },
      ]);
    }
    const waiting = pendingOf(plan, state);
    if (waiting.length > 0 && random() < people) {
      const done = act(pick(waiting));
      if (done !== undefined) return done;
    }
    if (people === 0 && answers.length === 0 && [...timers.keys()].every(isReminder) && idle++ > 3) return undefined;
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
    const said = advance({ plan, run, evaluator }, state, event);
    events.push(event);
    commands.push(said);
    for (const command of said) obey(command);
  }
  return { events, commands, result, state };
}

const listed = (): JsonMap => ({ list: ['x', 'y'], vpgs: ['x', 'y'], identifiers: { x: 'id-x', y: 'id-y' } });

const isReminder = (id: string): boolean => id.startsWith('page:') || id === 'overtime';

function signedIn(plan: Plan, broken: boolean): Outcome {
  if (broken) return { status: 'failed', error: 'wrong password' };
  const asked = plan.steps
    .filter(s => s.phase === 'sign-in')
    .flatMap(({ with: given }) => ('lit' in given ? vpgsIn(given.lit) : []));
  const names = [...plan.steps.map(step => `vpg-${localId(step.id)}`), 'x', 'y', 'z', ...asked];
  return { status: 'succeeded', outputs: { vpgs: Object.fromEntries(names.map(name => [name, `id-${name}`])) } };
}

function vpgsIn(given: Json): readonly string[] {
  const vpgs = typeof given === 'object' && given !== null && 'vpgs' in given ? given['vpgs'] : [];
  return Array.isArray(vpgs) ? vpgs.map(String) : [];
}
