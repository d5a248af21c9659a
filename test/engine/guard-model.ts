import type { ActionCall } from '../../actions/call.ts';
import type { HistoryEvent } from '../../control/history.ts';
import { foldLostGuard } from '../../control/lost-guard.ts';
import { advanceGuard, beginGuard } from '../../engine/guard.ts';
import { canBeCutOff, compact } from '../../engine/guard-carry.ts';
import type { GuardState } from '../../engine/guard-state.ts';
import type { GuardWork } from '../../engine/guard-activities.ts';
import type { FromGuard, HowToEnd, ToGuard } from '../../engine/guard-messages.ts';
import type { GuardCommand, GuardEvent, GuardStart } from '../../engine/guard-types.ts';
import type { WithoutTime } from '../../engine/types.ts';
import { GuardQuestions } from '../../workflows/guard-questions.ts';

type Happening = WithoutTime<GuardEvent>;
type WorkCommand = Extract<GuardCommand, { do: 'work' }>;

export const call = (key: string, action = 'zerto/failover-test'): ActionCall => ({
  action,
  run: { id: 'run-1', name: 'payments', mode: 'drill', requester: 'ana' },
  step: key,
  site: 'site-b',
  vpgs: { [key]: `id-of-${key}` },
  with: { vpg: key },
  deadline: 20 * 60_000,
});

const word = { by: ['ana'], reason: 'all is green' };

export const endLive = (how: HowToEnd, openings: readonly string[], key = `${how}-by-hand`): EndLiveMessage => ({
  kind: 'end-live',
  how,
  key,
  openings,
  summary: how,
  call: { ...call(key, `zerto/${how}`), vpgs: {}, with: { 'reverse-protect': true }, word },
});

export type EndLiveMessage = Extract<ToGuard, { kind: 'end-live' }>;

/**
 * A guard with a ZVM that is only true or false: does a test or live change run, is a commit of it under way? What an
 * activity answers is the caller's choice, but it may not lie about the world.
 */
export class GuardModel {
  state: GuardState = beginGuard();
  start: GuardStart;
  /** What the run was not answered yet, and the history of the guard that is there now. */
  readonly questions = new GuardQuestions();
  history: HistoryEvent[] = [];
  /** Calls of guards that were killed, which may arrive yet. */
  ghosts: { readonly command: WorkCommand; readonly until: number }[] = [];
  readonly pages: string[] = [];
  #answered = 0;
  readonly #ids = new Map<WorkCommand, number>();
  readonly told: FromGuard[] = [];
  readonly timers = new Map<string, number>();
  readonly locks: Extract<GuardCommand, { do: 'lock' }>[] = [];
  readonly pending: WorkCommand[] = [];
  readonly offers: Extract<GuardCommand, { do: 'offer' }>[] = [];
  readonly running = new Set<string>();
  /** How often the world really started, and really stopped, a test. */
  readonly started = new Map<string, number>();
  readonly cancelled = new Set<string>();
  /** Commits and roll-backs that were sent and are under way at the ZVM, and those that are done; by opening. */
  readonly endingAtZvm = new Map<string, HowToEnd>();
  readonly endedAtZvm = new Map<string, HowToEnd>();
  /** What must never be seen. */
  readonly wrongs: string[] = [];
  /** Keys of `end-live` messages that must be answered, and openings that a `live-ended` told as done. */
  readonly asked: string[] = [];
  readonly toldDone = new Set<string>();
  gone = false;
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
    this.record({ kind: 'started', input: this.start });
    this.put({ kind: 'begin' });
  }

  say(message: ToGuard): void {
    if (message.kind === 'end-live') this.asked.push(message.key);
    if (!this.gone) this.questions.ask([message]);
    this.put({ kind: 'message', message });
  }

  /** The guard is terminated; another takes over from its history, as the run starts it, or the janitor for a run that is gone. */
  kill(): void {
    if (this.ended) return;
    for (const command of this.pending) {
      if (command.work === 'start') this.ghosts.push({ command, until: command.input.notAfter + 45_000 });
    }
    this.record({ kind: 'ended', how: 'terminated', why: '' });
    const { handed, holds } = foldLostGuard(this.history);
    const { generation = 1 } = this.start;
    this.start = { ...this.start, generation: generation + 1, handed, holds, ...(this.gone ? { orphan: true } : {}) };
    this.state = beginGuard();
    this.history = [];
    this.pending.length = 0;
    this.timers.clear();
    this.cancelled.clear();
    this.record({ kind: 'started', input: this.start });
    this.put({ kind: 'begin' });
    if (!this.gone) for (const message of this.questions.again()) this.put({ kind: 'message', message });
  }

  /** The guard goes on with a new history, as workflows/guard does it, where no call with an effect is under way. */
  continueAsNew(): void {
    if (this.ended || !this.pending.every(canBeCutOff)) return;
    for (const command of this.pending) {
      const of = this.#ids.get(command) ?? 0;
      this.record({ kind: 'failed', of, how: 'cancelled', message: 'cancelled', details: undefined });
    }
    this.record({ kind: 'continued' });
    this.state = JSON.parse(JSON.stringify(compact(this.state))) as GuardState;
    this.record({ kind: 'started', input: this.start, carried: { state: structuredClone(this.state) } });
    for (const command of this.pending) this.schedule(command);
  }

  private schedule(command: WorkCommand): void {
    const { work, input } = command;
    this.#ids.set(command, this.record({ kind: 'scheduled', activity: `guard/${work}`, activityId: '', input }));
  }

  /** A call of a guard that was killed takes effect. */
  haunt(): void {
    const ghost = this.ghosts.shift();
    if (ghost !== undefined && ghost.until >= this.now) this.takeEffect(ghost.command);
  }

  private record(event: WithoutId<HistoryEvent>): number {
    const id = (this.history.at(-1)?.id ?? 0) + 1;
    this.history.push({ id, at: this.now, ...event });
    return id;
  }

  private recordEvent(event: Happening): void {
    switch (event.kind) {
      case 'message':
        this.record({ kind: 'signalled', signal: 'to-guard', input: ['t', [event.message]] });
        return;
      case 'locked':
      case 'lock-waits':
      case 'preempt':
      case 'handed':
        this.record({ kind: 'signalled', signal: event.kind, input: [event] });
        return;
      case 'done':
        this.record({ kind: 'succeeded', of: this.#answered, result: event.result });
        return;
      case 'failed': {
        const { status, error, happened, sending } = event;
        this.record({
          kind: 'failed',
          of: this.#answered,
          how: status,
          message: error,
          details: { happened, sending },
        });
        return;
      }
      case 'begin':
      case 'unlocked':
      case 'timer':
      case 'holder-gone':
        return;
    }
  }

  put(event: Happening): void {
    if (this.ended) return;
    this.recordEvent(event);
    if (event.kind === 'holder-gone' || (event.kind === 'message' && event.message.kind === 'release'))
      this.gone = true;
    for (const command of advanceGuard(this.start, this.state, { ...event, at: this.now })) this.perform(command);
  }

  private perform(command: GuardCommand): void {
    switch (command.do) {
      case 'page':
        this.pages.push(command.text);
        return;
      case 'lock':
        this.record({ kind: 'scheduled', activity: 'guard/lock', activityId: '', input: command });
        this.lock = 'asked';
        this.locks.push(command);
        return;
      case 'offer':
        this.offers.push(command);
        return;
      case 'unlock':
        this.record({ kind: 'scheduled', activity: 'guard/unlock', activityId: '', input: {} });
        this.lock = 'free';
        return;
      case 'work':
        this.judge(command);
        this.pending.push(command);
        this.schedule(command);
        return;
      case 'cancel-work':
        this.cancelled.add(command.key);
        return;
      case 'tell':
        if (!this.questions.heard(command.message) && !this.gone) return;
        this.told.push(command.message);
        if (command.message.kind === 'live-ended') for (const key of command.message.done) this.toldDone.add(key);
        return;
      case 'timer':
        this.timers.set(command.id, command.at);
        return;
      case 'end':
        this.ended = true;
        return;
    }
  }

  private judge(command: WorkCommand): void {
    if (this.pending.some(p => p.key === command.key)) this.wrongs.push(`two works of ${command.key} at once`);
    if (command.work === 'stop' && isLive(command.input.call))
      this.wrongs.push(`${command.key} was closed by a machine`);
    if (command.work !== 'start') return;
    if (this.ghosts.some(({ command: { key }, until }) => key === command.key && until >= this.now))
      this.wrongs.push(`${command.key} was sent though an earlier call may still arrive`);
    const { live } = command.input;
    if (live === undefined) {
      if (this.gone) this.wrongs.push(`${command.key} was sent for a run that is gone`);
      return;
    }
    const opening = live.opened.step;
    const asked = this.asked.some(key => command.key === `${key} ${opening}`);
    if (!asked || command.input.call.word?.by.length !== 1) this.wrongs.push(`${command.key} was sent without a word`);
    if (this.gone) this.wrongs.push(`${command.key} was sent though the run is gone`);
    if (this.toldDone.has(opening)) this.wrongs.push(`${command.key} was sent though it is done`);
    if (this.endingAtZvm.has(opening)) this.wrongs.push(`${command.key} was sent though one is under way`);
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
    more: { readonly earlier?: true } = {},
  ): void {
    this.answering(command);
    this.put({
      kind: 'failed',
      work: command.work,
      key: command.key,
      status,
      error: `${command.work} ${status}`,
      happened,
      ...more,
    });
  }

  private answering(command: WorkCommand): void {
    this.#answered = this.#ids.get(command) ?? 0;
    // No settling says that nothing happened before it is certain.
    if (command.work === 'settle' && !this.running.has(command.key)) {
      this.now = Math.max(this.now, command.input.lateUntil);
      this.ghosts = this.ghosts.filter(({ until }) => until > this.now);
    }
  }

  /** What a `start` does to the world. */
  takeEffect(command: WorkCommand): void {
    if (command.work !== 'start') return;
    const { live, call: sentCall } = command.input;
    if (live === undefined) this.startTest(command.key);
    else if (this.running.has(live.opened.step)) this.endingAtZvm.set(live.opened.step, howOf(sentCall));
  }

  /** A person, or the task of a commit or roll-back, ends what is live. */
  endAtZvm(opening: string, how: HowToEnd): void {
    this.endingAtZvm.delete(opening);
    if (!this.running.delete(opening)) this.wrongs.push(`${opening} was ended, and was not live`);
    this.endedAtZvm.set(opening, how);
  }

  /** The same of a commit or roll-back. */
  private succeedEnding(command: WorkCommand, opening: string, how: HowToEnd): void {
    const { key } = command;
    const isDone = this.endedAtZvm.get(opening) === how;
    switch (command.work) {
      case 'baseline': {
        if (!isDone && !this.running.has(opening)) {
          this.fail(command, 'failed', 'no');
          return;
        }
        const already = { outputs: { reverse_protected: true }, told: ['somebody did it'] };
        this.put({
          kind: 'done',
          work: 'baseline',
          key,
          result: { tasks: [], reports: [], ...(isDone ? { already } : {}) },
        });
        return;
      }
      case 'start':
        this.takeEffect(command);
        if (this.running.has(opening)) this.put({ kind: 'done', work: 'start', key, result: sent(false) });
        else this.fail(command, 'failed', 'no');
        return;
      case 'settle': {
        const found = isDone || this.endingAtZvm.get(opening) === how;
        this.put({ kind: 'done', work: 'settle', key, result: { sent: found ? sent(true) : null } });
        return;
      }
      case 'wait': {
        if (this.endingAtZvm.get(opening) === how) this.endAtZvm(opening, how);
        const up = this.endedAtZvm.get(opening) === how;
        const outputs = { reverse_protected: how === 'commit' };
        this.put({
          kind: 'done',
          work: 'wait',
          key,
          result: up ? { up, outputs, told: ['told'] } : { up, error: 'the task failed' },
        });
        return;
      }
      case 'stop':
      case 'readBack':
      case 'lookLive':
        throw new Error(`${command.work} of a ${how}`);
    }
  }

  /** The honest answer of an activity that goes well. */
  succeed(command: WorkCommand): void {
    const { key } = command;
    this.answering(command);
    if ('live' in command.input && command.work !== 'lookLive') {
      this.succeedEnding(command, command.input.live.opened.step, howOf(command.input.call));
      return;
    }
    switch (command.work) {
      case 'lookLive': {
        const open = this.running.has(key);
        this.put({ kind: 'done', work: 'lookLive', key, result: open ? { open } : { open, over: 'committed' } });
        return;
      }
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
          result: this.running.has(key)
            ? { up: true, outputs: {} }
            : { up: false, error: 'gone', ...(isLive(command.input.call) ? { nothingOpen: true as const } : {}) },
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

type WithoutId<T> = T extends unknown ? Omit<T, 'id' | 'at'> : never;

const isLive = ({ action }: ActionCall): boolean => action === 'zerto/failover' || action === 'zerto/move';
export const howOf = ({ action }: ActionCall): HowToEnd => (action === 'zerto/commit' ? 'commit' : 'roll-back');

const sent = (adopted: boolean) => ({
  taskId: 'task-1',
  checkpoint: '1',
  checkpointTime: '2026-11-21T02:00:00Z',
  adopted,
});
