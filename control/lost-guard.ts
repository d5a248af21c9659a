import type { GuardState } from '../engine/guard-state.ts';
import { handOver } from '../engine/guard-hand-over.ts';
import { deadlineInOther, keyInOther } from '../engine/guard-preempt.ts';
import { lastArrival } from '../actions/last-arrival.ts';
import type { GuardActivities, GuardWork } from '../engine/guard-activities.ts';
import type { HowToEnd, ToGuard } from '../engine/guard-messages.ts';
import type { HandedOver, LostGuard } from '../engine/guard-types.ts';
import type { LockRequest } from '../engine/locks-types.ts';
import type { Control } from './connection.ts';
import { type HistoryEvent, readChain } from './history.ts';
import { LostOpenings } from './lost-openings.ts';

interface Locked {
  readonly n?: number;
  readonly granted: boolean;
  readonly handed?: readonly HandedOver[];
}
type Scheduled = Extract<HistoryEvent, { kind: 'scheduled' }>;
type End = Extract<HistoryEvent, { kind: 'succeeded' | 'failed' }>;
type Input<W extends GuardWork> = GuardActivities[W]['input'];
type StartFailure = Pick<HandedOver, 'sending'> & { readonly happened?: string; readonly earlier?: true };
type Result<W extends GuardWork> = GuardActivities[W]['result'];

/** What a guard that has ended may have left open. Throws where Temporal has forgotten it: then nobody knows. */
export async function readLostGuard(control: Pick<Control, 'client'>, guardId: string): Promise<LostGuard> {
  const events = await readChain(control, guardId);
  if (events === undefined) throw new Error(`Temporal knows no ${guardId}`);
  return foldLostGuard(events);
}

/**
 * Folds the history of a lost guard (with all runs that it continued as) to what it may have left open. Pure. What it was
 * asked and never began is not in it: the run asks for that again.
 * @param lostAt ms since 1970; absent: when its history says that it ended
 */
export function foldLostGuard(events: readonly HistoryEvent[], lostAt?: number): LostGuard {
  const fold = new Fold();
  for (const event of events) fold.take(event);
  const ended = events.findLast(event => event.kind === 'ended');
  return fold.result(lostAt ?? ended?.at ?? events.at(-1)?.at ?? 0);
}

class Fold {
  readonly #openings = new LostOpenings();
  readonly #scheduled = new Map<number, Scheduled>();
  readonly #asked = new Map<number, Readonly<Record<string, string>>>();
  #holds: Record<string, string> = {};

  take(event: HistoryEvent): void {
    switch (event.kind) {
      case 'started': {
        const { handed = [], holds = {} } = (event.input ?? {}) as Partial<LostGuard>;
        for (const one of handed) this.#openings.take(one);
        this.#holds = { ...this.#holds, ...holds };
        if (event.carried !== undefined) this.#begin(event.carried);
        return;
      }
      case 'signalled':
        this.#signalled(event.signal, event.input, event.at);
        return;
      case 'scheduled':
        this.#scheduled.set(event.id, event);
        this.#begun(event);
        return;
      case 'succeeded':
      case 'failed': {
        const call = this.#scheduled.get(event.of);
        this.#scheduled.delete(event.of);
        if (call !== undefined) this.#over(call, event);
        return;
      }
      case 'child':
      case 'child-ended':
      case 'continued':
      case 'completed':
      case 'ended':
      case 'attempted':
      case 'updated':
      case 'answered':
        return;
    }
  }

  result(lostAt: number): LostGuard {
    return { handed: this.#openings.handed(lostAt), holds: this.#holds };
  }

  /** What it carried when it continued as new is all that counts. */
  #begin(carried: unknown): void {
    const { state } = carried as { readonly state: GuardState };
    this.#openings.clear();
    this.#scheduled.clear();
    for (const one of handOver(state)) this.#openings.take(one);
    this.#holds = { ...state.holds };
    if (state.asked !== undefined) this.#asked.set(state.asks ?? 0, state.asked.vpgs);
  }

  #signalled(signal: string, input: readonly unknown[], at: number): void {
    if (signal === 'to-guard') {
      for (const message of (input[1] ?? []) as readonly ToGuard[]) {
        if (message.kind === 'open') this.#openings.open(message);
        if (message.kind === 'close') this.#openings.close(message);
      }
    }
    if (signal === 'locked') {
      const { n = 0, granted, handed = [] } = input[0] as Locked;
      if (granted) this.#holds = { ...this.#holds, ...this.#asked.get(n) };
      // Tests of drills that gave way, open as they were.
      for (const one of granted ? handed : []) {
        const key = keyInOther(one.call, one.key);
        const deadline = deadlineInOther(one, at);
        this.#openings.take({ ...one, key, deadline, told: { kind: 'opened', outputs: {} }, takenOver: true });
      }
    }
  }

  #begun({ activity, at, input }: Scheduled): void {
    switch (activity) {
      case 'guard/lock': {
        const { n = 0, vpgs } = input as LockRequest;
        this.#asked.set(n, vpgs);
        return;
      }
      case 'guard/unlock':
        this.#holds = {};
        return;
      case 'guard/start': {
        const { call, live, baseline, notAfter } = input as Input<'start'>;
        const lateUntil = lastArrival(notAfter, baseline);
        if (live !== undefined) {
          const how = howOf(call.action);
          this.#openings.setEnding(live, { key: call.step, how, summary: call.step, call, live, baseline, lateUntil });
          return;
        }
        const opening = this.#openings.of(call) ?? this.#openings.found({ key: call.step, summary: call.step, call });
        delete opening.sent;
        delete opening.told;
        Object.assign(opening, { since: at, baseline, lateUntil });
        return;
      }
      case 'guard/settle': {
        const { call, live, lateUntil, sending } = input as Input<'settle'>;
        const of = live === undefined ? this.#openings.of(call) : this.#openings.endingOf(live);
        if (of !== undefined) Object.assign(of, { lateUntil, ...(sending === undefined ? {} : { sending }) });
        return;
      }
      case 'guard/stop': {
        const opening = this.#openings.of((input as Input<'stop'>).call);
        if (opening !== undefined) opening.stopping = true;
        return;
      }
    }
  }

  #over({ activity, input, at }: Scheduled, end: End): void {
    switch (activity) {
      case 'guard/baseline':
        this.#looked(input as Input<'baseline'>, end);
        return;
      case 'guard/start':
        this.#sent(input as Input<'start'>, at, end);
        return;
      case 'guard/settle':
        this.#settled(input as Input<'settle'>, end);
        return;
      case 'guard/wait':
        this.#waited(input as Input<'wait'>, end);
        return;
      case 'guard/stop': {
        const opening = this.#openings.of((input as Input<'stop'>).call);
        if (opening !== undefined) delete opening.stopping;
        return;
      }
      case 'guard/readBack': {
        const opening = this.#openings.of((input as Input<'readBack'>).call);
        if (opening === undefined || end.kind === 'failed') return;
        const { outputs, others } = end.result as Result<'readBack'>;
        opening.told = { kind: 'closed', outputs, ...(others === undefined ? {} : { others }) };
        return;
      }
      case 'guard/lookLive': {
        const opening = this.#openings.get((input as Input<'lookLive'>).live.opened.step);
        if (opening === undefined || end.kind === 'failed' || (end.result as Result<'lookLive'>).open) return;
        opening.told = { kind: 'closed', outputs: {} };
        return;
      }
    }
  }

  #looked({ call, live }: Input<'baseline'>, end: End): void {
    if (end.kind === 'failed' || live === undefined) return;
    const { already } = end.result as Result<'baseline'>;
    if (already !== undefined) this.#openings.endLive(live, howOf(call.action), already.outputs);
  }

  #sent({ call, live, baseline, notAfter }: Input<'start'>, at: number, end: End): void {
    const of = live === undefined ? this.#openings.of(call) : this.#openings.endingOf(live);
    if (of === undefined) return;
    if (end.kind === 'succeeded') {
      const { taskId, checkpoint, checkpointTime, adopted } = end.result as Result<'start'>;
      of.sent = { taskId, checkpoint, checkpointTime, adopted };
      return;
    }
    const { happened, sending, earlier } = (end.details ?? {}) as StartFailure;
    if (happened !== 'no') {
      const told = end.how !== 'timed_out' && end.how !== 'cancelled' && earlier !== true;
      of.lateUntil = lastArrival(told ? end.at : Math.max(at, end.at, notAfter), baseline);
      if (sending !== undefined) of.sending = sending;
    } else if (live !== undefined) this.#openings.dropEnding(live);
    else this.#openings.notSent(call.step, end.how, end.message);
  }

  #settled({ call, live }: Input<'settle'>, end: End): void {
    if (end.kind === 'succeeded') {
      const { sent } = end.result as Result<'settle'>;
      if (sent !== null) {
        const of = live === undefined ? this.#openings.of(call) : this.#openings.endingOf(live);
        if (of !== undefined) of.sent = sent;
      } else if (live !== undefined) this.#openings.dropEnding(live);
      else this.#openings.notSent(call.step, 'unreachable', '');
      return;
    }
    const opening = live === undefined ? this.#openings.of(call) : undefined;
    if (opening !== undefined && end.how !== 'cancelled') opening.told = openFailed(end.how, end.message);
  }

  #waited({ call, live }: Input<'wait'>, end: End): void {
    if (live !== undefined) {
      if (end.kind === 'failed') return;
      const result = end.result as Result<'wait'>;
      if (result.up) this.#openings.endLive(live, howOf(call.action), result.outputs);
      else this.#openings.dropEnding(live);
      return;
    }
    const opening = this.#openings.of(call);
    if (opening === undefined) return;
    if (end.kind === 'failed') {
      if (end.how !== 'cancelled') opening.told = openFailed(end.how, end.message);
      return;
    }
    const result = end.result as Result<'wait'>;
    if (result.up) opening.told = { kind: 'opened', outputs: result.outputs };
    else if (result.nothingOpen === true) opening.told = { kind: 'not-opened', status: 'failed', error: result.error };
    else opening.told = openFailed('failed', result.error);
  }
}

const howOf = (action: string): HowToEnd => (action === 'zerto/commit' ? 'commit' : 'roll-back');

function openFailed(how: string, error: string): NonNullable<HandedOver['told']> {
  const status = how === 'failed' || how === 'timed_out' ? how : 'errored';
  return { kind: 'open-failed', status, error };
}
