import type { ActionCall } from '../../actions/call.ts';
import { advanceGuard, beginGuard } from '../../engine/guard.ts';
import type {
  FromGuard,
  GuardCommand,
  GuardEvent,
  GuardStart,
  GuardState,
  GuardWork,
  ToGuard,
} from '../../engine/guard-types.ts';
import type { WithoutTime } from '../../engine/types.ts';

type Happening = WithoutTime<GuardEvent>;
type WorkCommand = Extract<GuardCommand, { do: 'work' }>;

export const call = (key: string): ActionCall => ({
  action: 'zerto/failover-test',
  run: { id: 'run-1', name: 'payments', mode: 'drill', requester: 'ana' },
  step: key,
  site: 'site-b',
  vpgs: { [key]: `id-of-${key}` },
  with: { vpg: key },
  deadline: 20 * 60_000,
});

/**
 * A guard with a ZVM that is only true or false: is a test running? What an activity answers is the caller's choice,
 * but it may not lie about the world.
 */
export class GuardModel {
  readonly state: GuardState = beginGuard();
  readonly start: GuardStart;
  readonly told: FromGuard[] = [];
  readonly timers = new Map<string, number>();
  readonly locks: Extract<GuardCommand, { do: 'lock' }>[] = [];
  readonly pending: WorkCommand[] = [];
  readonly running = new Set<string>();
  /** How often the world really started, and really stopped, a test. */
  readonly started = new Map<string, number>();
  readonly cancelled = new Set<string>();
  /** The most tests of one opening that ever ran at the same time. */
  atOnce = 0;
  now = 0;
  ended = false;
  lock: 'none' | 'asked' | 'held' | 'free' = 'none';

  constructor(deadline?: number) {
    this.start = {
      run: call('x').run,
      token: 't',
      site: 'site-b',
      ...(deadline === undefined ? {} : { deadline }),
    };
    this.put({ kind: 'begin' });
  }

  say(message: ToGuard): void {
    this.put({ kind: 'message', message });
  }

  put(event: Happening): void {
    if (this.ended) return;
    for (const command of advanceGuard(this.start, this.state, { ...event, at: this.now })) this.perform(command);
  }

  private perform(command: GuardCommand): void {
    switch (command.do) {
      case 'lock':
        this.lock = 'asked';
        this.locks.push(command);
        return;
      case 'unlock':
        this.lock = 'free';
        return;
      case 'work':
        this.pending.push(command);
        return;
      case 'cancel-work':
        this.cancelled.add(command.key);
        return;
      case 'tell':
        this.told.push(command.message);
        return;
      case 'timer':
        this.timers.set(command.id, command.at);
        return;
      case 'end':
        this.ended = true;
        return;
    }
  }

  /** Takes the oldest activity of a kind (or any), for the caller to answer. */
  next(work?: GuardWork): WorkCommand {
    const place = this.pending.findIndex(p => work === undefined || p.work === work);
    const [found] = place < 0 ? [] : this.pending.splice(place, 1);
    if (found === undefined)
      throw new Error(`no ${work ?? 'work'} is pending: ${this.pending.map(p => p.work).join(', ')}`);
    return found;
  }

  fire(id: string): void {
    const at = this.timers.get(id);
    if (at === undefined) throw new Error(`no timer ${id}`);
    this.timers.delete(id);
    this.now = Math.max(this.now, at);
    this.put({ kind: 'timer', id });
  }

  fail(
    command: WorkCommand,
    status: 'failed' | 'errored' | 'unreachable' | 'timed_out' | 'cancelled',
    happened: 'no' | 'unknown',
  ): void {
    this.put({
      kind: 'failed',
      work: command.work,
      key: command.key,
      status,
      error: `${command.work} ${status}`,
      happened,
    });
  }

  /** The honest answer of an activity that goes well. */
  succeed(command: WorkCommand): void {
    const { key } = command;
    switch (command.work) {
      case 'baseline':
        this.put({ kind: 'done', work: 'baseline', key, result: { tasks: [], reports: [] } });
        return;
      case 'start':
        this.startTest(key);
        this.put({ kind: 'done', work: 'start', key, result: sent(false) });
        return;
      case 'settle':
        this.put({ kind: 'done', work: 'settle', key, result: { sent: this.running.has(key) ? sent(true) : null } });
        return;
      case 'wait':
        this.put({
          kind: 'done',
          work: 'wait',
          key,
          result: this.running.has(key) ? { up: true, outputs: {} } : { up: false, error: 'gone' },
        });
        return;
      case 'stop':
        this.put({ kind: 'done', work: 'stop', key, result: { taskId: this.running.has(key) ? 'stop-1' : '' } });
        return;
      case 'readBack':
        this.running.delete(key);
        this.put({ kind: 'done', work: 'readBack', key, result: { outputs: {} } });
        return;
    }
  }

  startTest(key: string): void {
    this.atOnce = Math.max(this.atOnce, this.running.has(key) ? 2 : 1);
    this.running.add(key);
    this.started.set(key, (this.started.get(key) ?? 0) + 1);
  }
}

const sent = (adopted: boolean) => ({
  taskId: 'task-1',
  checkpoint: '1',
  checkpointTime: '2026-11-21T02:00:00Z',
  adopted,
});
