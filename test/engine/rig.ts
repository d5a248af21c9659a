import type { JsonMap } from '../../actions/json.ts';
import type { Plan } from '../../compiler/plan.ts';
import {
  advance,
  begin,
  type Choice,
  type EngineContext,
  type EngineState,
  progressSince,
} from '../../engine/engine.ts';
import { type Evaluator, evaluator as cel } from '../../engine/evaluator.ts';
import { findEntry, frameAt } from '../../engine/frames.ts';
import type { Entry } from '../../engine/entry.ts';
import type { Frame } from '../../engine/state.ts';
import type { Command, EngineEvent, HeldChoice, Outcome, RunInfo, RunResult, StepRecord } from '../../engine/types.ts';
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
  readonly #run: RunInfo;

  constructor(sketch: PlanSketch, evaluator: Evaluator = cel, info: RunInfo = run) {
    this.plan = planOf(sketch);
    this.#run = info;
    this.state = begin(this.plan, info);
    this.#evaluator = evaluator;
  }

  /** Begun, signed in with identifiers for these VPGs, locks granted. */
  static started(sketch: PlanSketch, ...vpgs: readonly string[]): Rig {
    return new Rig(sketch).start(...vpgs);
  }

  start(...vpgs: readonly string[]): this {
    this.tell({ kind: 'begin' });
    const commands = this.signIn(...vpgs);
    if (commands.some(c => c.do === 'acquire')) this.tell({ kind: 'granted' });
    return this;
  }

  tell(event: Happening, after = 1_000): Command[] {
    this.at += after;
    const context: EngineContext = { plan: this.plan, run: this.#run, evaluator: this.#evaluator };
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

  /** `others`: somebody else had ended it. */
  closed(key: string, others?: string): Command[] {
    return this.tell({ kind: 'closed', key, outputs: {}, ...(others === undefined ? {} : { others }) });
  }

  vote(key: string, by: string, more: Partial<Extract<Happening, { kind: 'vote' }>> = {}, after?: number): Command[] {
    const id = `vote-${this.all.length}-${this.at}-${by}`;
    return this.tell({ kind: 'vote', id, key, by, choice: 'approve', reason: '', ...more }, after);
  }

  report(key: string, outcome: 'done' | 'failed' | 'not-applicable', note = '', by = 'bo'): Command[] {
    return this.tell({ kind: 'reported', key, outcome, by, note });
  }

  decide(choice: HeldChoice, by = 'dan', reason = 'decided'): Command[] {
    return this.tell({ kind: 'decide', choice, by, reason });
  }

  answer(key: string, choice: Choice, by = 'bo', reason = 'looked at it'): Command[] {
    return this.tell({ kind: 'answer', key, choice, by, reason });
  }

  /** Of the commit or roll-back that was told last: all of it is read back, or only these. */
  liveEnded(outcome: Outcome = { status: 'succeeded', outputs: {} }, done?: readonly string[]): Command[] {
    const sent = this.all.findLast(c => c.do === 'end-live');
    if (sent?.do !== 'end-live') throw new Error('nothing live was ended');
    return this.tell({ kind: 'live-ended', key: sent.key, outcome, done: done ?? sent.openings });
  }

  /** Lines of progress after those that were there before. */
  lines(since = 0): string[] {
    return progressSince(this.state, since).map(
      ({ key, status, text }) => `${key} ${status}${text === undefined ? '' : `: ${text}`}`,
    );
  }

  get seq(): number {
    return this.state.progress.last;
  }

  /** A timer that was set and not taken back fires at its time. */
  fire(id: string): Command[] {
    const timer = this.all.findLast(c => c.do === 'timer' && c.id === id);
    if (timer?.do !== 'timer') throw new Error(`no timer ${id} was set`);
    return this.tell({ kind: 'timer', id }, Math.max(0, timer.at - this.at));
  }

  /** The run itself. */
  get root(): Frame {
    return frameAt(this.state, 0);
  }

  entry(key: string): Entry | undefined {
    return findEntry(this.plan, this.state, key);
  }

  status(key: string): StepRecord['status'] | undefined {
    return this.entry(key)?.status;
  }

  error(key: string): string | undefined {
    return this.entry(key)?.error;
  }

  get result(): RunResult {
    const end = this.all.at(-1);
    if (end?.do !== 'end') throw new Error(`the run has not ended: ${this.root.stage}`);
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
      case 'end-live':
        return `${command.how} ${command.openings.join(' ')} at ${command.key}`;
      case 'extend':
        return `extend ${command.key ?? ''}`.trim();
      case 'page':
        return `page ${command.about} ${command.key}`.trim();
      case 'yielded':
      case 'release':
      case 'end':
        return command.do;
    }
  });
}
