import type { JsonMap } from '../../actions/json.ts';
import type { Plan } from '../../compiler/plan.ts';
import { advance, begin, type EngineContext, type EngineState } from '../../engine/engine.ts';
import { type Evaluator, evaluator as cel } from '../../engine/evaluator.ts';
import type { Command, EngineEvent, Outcome, RunInfo, RunResult, StepRecord } from '../../engine/types.ts';
import { planOf, type PlanSketch } from './plan-builder.ts';

export const run: RunInfo = {
  id: 'run-1',
  trigger: 'cli',
  requester: 'ann',
  verified: false,
  reason: 'quarterly drill',
  url: 'http://127.0.0.1/runs/run-1',
  configSha256: '11',
};

export const t0 = Date.UTC(2026, 10, 21, 2, 0, 0);

type Body<E> = E extends unknown ? Omit<E, 'at'> : never;
export type Happening = Body<EngineEvent>;

/** Drives the engine by hand: `tell` an event, look at the commands that it gave. */
export class Rig {
  readonly plan: Plan;
  readonly state: EngineState;
  readonly all: Command[] = [];
  at = t0;
  readonly #evaluator: Evaluator;

  constructor(sketch: PlanSketch, evaluator: Evaluator = cel) {
    this.plan = planOf(sketch);
    this.state = begin(this.plan, run);
    this.#evaluator = evaluator;
  }

  /** Begun, signed in with identifiers for these VPGs, locks granted. */
  static started(sketch: PlanSketch, ...vpgs: readonly string[]): Rig {
    const rig = new Rig(sketch);
    rig.tell({ kind: 'begin' });
    const commands = rig.signIn(...vpgs);
    if (commands.some(c => c.do === 'acquire')) rig.tell({ kind: 'granted' });
    return rig;
  }

  tell(event: Happening, after = 1_000): Command[] {
    this.at += after;
    const context: EngineContext = { plan: this.plan, run, evaluator: this.#evaluator };
    const commands = advance(context, this.state, { ...event, at: this.at });
    this.all.push(...commands);
    return commands;
  }

  signIn(...vpgs: readonly string[]): Command[] {
    return this.ok('sign-in', { vpgs: Object.fromEntries(vpgs.map(vpg => [vpg, `id-${vpg}`])) });
  }

  called(key: string, outcome: Outcome, after?: number): Command[] {
    return this.tell({ kind: 'called', key, outcome }, after);
  }

  ok(key: string, outputs: JsonMap = {}, after?: number): Command[] {
    return this.called(key, { status: 'succeeded', outputs }, after);
  }

  fail(key: string, status: Exclude<Outcome['status'], 'succeeded'> = 'failed'): Command[] {
    return this.called(key, { status, error: `${key} said no` });
  }

  opened(key: string, outputs: JsonMap = {}): Command[] {
    return this.tell({ kind: 'opened', key, outputs });
  }

  closed(key: string): Command[] {
    return this.tell({ kind: 'closed', key, outputs: {} });
  }

  /** A timer that was set and not taken back fires at its time. */
  fire(id: string): Command[] {
    const timer = this.all.findLast(c => c.do === 'timer' && c.id === id);
    if (timer?.do !== 'timer') throw new Error(`no timer ${id} was set`);
    return this.tell({ kind: 'timer', id }, Math.max(0, timer.at - this.at));
  }

  status(key: string): StepRecord['status'] | undefined {
    return [...this.state.steps, ...this.state.steps.flatMap(step => step.items?.entries ?? [])].find(
      e => e.key === key,
    )?.status;
  }

  error(key: string): string | undefined {
    return [...this.state.steps, ...this.state.steps.flatMap(step => step.items?.entries ?? [])].find(
      e => e.key === key,
    )?.error;
  }

  get result(): RunResult {
    const end = this.all.at(-1);
    if (end?.do !== 'end') throw new Error(`the run has not ended: ${this.state.stage}`);
    return end.result;
  }
}

/** `call db`, `open db`, … in order; timers only by id. */
export function brief(commands: readonly Command[]): string[] {
  return commands.map(command => {
    switch (command.do) {
      case 'call':
      case 'open':
      case 'close':
      case 'cancel-call':
        return `${command.do} ${command.key}`;
      case 'timer':
      case 'cancel-timer':
        return `${command.do} ${command.id}`;
      case 'acquire':
        return `acquire ${Object.keys(command.vpgs).join(' ')}`;
      case 'release':
      case 'end':
        return command.do;
    }
  });
}
