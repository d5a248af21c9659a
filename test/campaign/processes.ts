import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, startChild } from '../../local/child.ts';
import { startTemporal, type TemporalServer } from '../../local/temporal-server.ts';

/** A Temporal server on one database and one port, however often it is killed. */
export class Server {
  readonly #dir: string;
  #running: TemporalServer;
  /** It cannot be killed while it comes up again: one after the other. */
  #turn: Promise<void> = Promise.resolve();

  private constructor(dir: string, running: TemporalServer) {
    this.#dir = dir;
    this.#running = running;
  }

  static async start(dir: string): Promise<Server> {
    return new Server(dir, await startTemporal({ dir }));
  }

  get address(): string {
    return this.#running.address;
  }

  /** `empty`: what it knew is lost. */
  killFor(ms: number, empty = false): Promise<void> {
    const before = this.#turn;
    const mine = before.then(() => this.#killFor(ms, empty));
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #killFor(ms: number, empty: boolean): Promise<void> {
    process.kill(this.#running.pid, 'SIGKILL');
    await this.#running.ended;
    if (empty) for (const end of ['', '-shm', '-wal']) rmSync(join(this.#dir, `temporal.db${end}`), { force: true });
    await sleep(ms);
    const port = Number(this.address.split(':').at(-1));
    this.#running = await startTemporal({ dir: this.#dir, port });
  }

  async stop(): Promise<void> {
    await this.#turn;
    await this.#running.stop();
  }
}

/** Workers as processes of their own; whoever runs them starts one anew that is gone. */
export class Workers {
  readonly #dir: string;
  readonly #configPath: string;
  readonly #address: string;
  readonly #all: Child[] = [];
  /** Standing still. */
  readonly #stopped = new Set<number>();
  /** Whose end we wanted. */
  readonly #wanted = new Set<number>();
  readonly #noticed: (text: string) => void;
  #next = 0;
  #over = false;

  /** `noticed`: told of one that ended by itself; another is started in its place, as a service manager does it. */
  constructor(dir: string, configPath: string, address: string, noticed: (text: string) => void) {
    this.#noticed = noticed;
    this.#dir = dir;
    this.#configPath = configPath;
    this.#address = address;
  }

  async start(): Promise<void> {
    const child = await this.#startUntilReady();
    this.#all.push(child);
    void child.ended.then(async ({ code, signal }) => {
      const place = this.#all.indexOf(child);
      if (place >= 0) this.#all.splice(place, 1);
      this.#stopped.delete(child.pid);
      if (this.#wanted.has(child.pid)) return;
      this.#noticed(`a worker ended by itself (${signal ?? code ?? 'unknown'})`);
      await sleep(1_000);
      if (!this.#over) await this.start();
    });
  }

  /** As a service manager does it: a worker that found no server is started again. */
  async #startUntilReady(): Promise<Child> {
    const giveUpAt = Date.now() + 60_000;
    for (;;) {
      try {
        return await startChild({
          name: 'worker',
          args: ['worker', '--config', this.#configPath],
          env: { TEMPORAL_ADDRESS: this.#address, NO_COLOR: '1' },
          logFile: join(this.#dir, 'worker.log'),
          ready: { kind: 'message' },
          readyWithinMs: 60_000,
        });
      } catch (error) {
        if (Date.now() > giveUpAt) throw error;
        await sleep(500);
      }
    }
  }

  get running(): number {
    return this.#all.length;
  }

  /** The next of them in turn. */
  #pick(): Child | undefined {
    this.#next++;
    return this.#all[this.#next % Math.max(1, this.#all.length)];
  }

  async killFor(ms: number): Promise<void> {
    const child = this.#pick();
    if (child === undefined) return;
    this.#kill(child);
    await child.ended;
    await sleep(ms);
    await this.start();
  }

  /** All of them, as where they stand beside a server that began anew. */
  async startAnew(): Promise<void> {
    const old = [...this.#all];
    for (const child of old) this.#kill(child);
    await Promise.all(old.map(child => child.ended));
    await Promise.all(old.map(() => this.start()));
  }

  async standStillFor(ms: number): Promise<void> {
    const child = this.#pick();
    if (child === undefined) return;
    this.#signal(child, 'SIGSTOP');
    this.#stopped.add(child.pid);
    await sleep(ms);
    this.#signal(child, 'SIGCONT');
    this.#stopped.delete(child.pid);
  }

  #signal(child: Child, signal: 'SIGSTOP' | 'SIGCONT'): void {
    try {
      process.kill(child.pid, signal);
    } catch {
      // It is gone.
    }
  }

  #kill(child: Child): void {
    this.#wanted.add(child.pid);
    process.kill(child.pid, 'SIGKILL');
  }

  async stop(): Promise<void> {
    this.#over = true;
    for (const child of this.#all) this.#wanted.add(child.pid);
    for (const child of this.#all) if (this.#stopped.has(child.pid)) this.#signal(child, 'SIGCONT');
    await Promise.all([...this.#all].map(child => child.stop(5_000)));
  }
}
