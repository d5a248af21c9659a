import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import type { Context } from '@temporalio/activity';
import {
  type ActivityInboundCallsInterceptor,
  type NativeConnection,
  Worker,
  type WorkerOptions as SdkOptions,
} from '@temporalio/worker';
import { taskQueue } from './control/connection.ts';
import type { BuildHosts } from './control/host-builds.ts';
import type { Bundle } from './control/own-bundle.ts';
import { deploymentName } from './control/versions.ts';

/** How many activities may be under way at once, a task queue. */
export interface Slots {
  /** Short calls: as many as two runs may have in flight, and what their guards have. */
  readonly calls: number;
  /** A wait costs a heartbeat now and then; its site is polled once for all. */
  readonly waits: number;
}
export const usualSlots: Slots = { calls: 500, waits: 5_000 };

/**
 * A workflow's code that does not come back for so long is cut off. Node cannot do that to code in a microtask: the whole process
 * dies ("async hook stack has become corrupted", nodejs/node#38503). With the SDK's 5 s a worker died that had stood still
 * in the midst of a task: stopped, on a machine that was moved, or starved. Ours has no endless loops; CEL is bounded.
 * The SDK reads the option and leaves it out of its type.
 */
export const patience: object = { isolateExecutionTimeout: '30 minutes' };

interface HostsOptions extends Pick<SdkOptions, 'namespace' | 'activities' | 'dataConverter'> {
  readonly connection: NativeConnection;
  /** How the workers name themselves to Temporal. */
  readonly identity: string;
  /** Whether an execution is one of our own workflows. Throws where Temporal does not answer. */
  readonly isOwn: IsOwn;
  readonly slots: Slots;
}

type IsOwn = (execution: { readonly workflowId: string; readonly runId: string }) => Promise<boolean>;

/** The SDK's workers of this process, one a task queue and build, begun and ended together. */
export class Hosts implements BuildHosts {
  readonly #options: HostsOptions;
  readonly #workers = new Set<Worker>();
  readonly #first: (() => Promise<void>)[] = [];
  #running: Set<Promise<void>> | undefined;
  #failed: { readonly error: unknown } | undefined;
  #ending = false;

  constructor(options: HostsOptions) {
    this.#options = options;
  }

  /** Runs, guards and locks of a build, and the short activities that go beside them. */
  async addBuild(build: Bundle, unversioned = false): Promise<{ shutdown(): void }> {
    const version = { deploymentName, buildId: build.id };
    const worker = await this.#add({
      ...this.#calls(taskQueue),
      workflowBundle: { codePath: build.path },
      ...(unversioned
        ? {}
        : { workerDeploymentOptions: { version, useWorkerVersioning: true, defaultVersioningBehavior: 'PINNED' } }),
    });
    return {
      shutdown: () => {
        stop(worker);
      },
    };
  }

  /** Activities of a queue alone. */
  async addCalls(queue: string): Promise<void> {
    await this.#add(this.#calls(queue));
  }

  async addWaits(queue: string): Promise<void> {
    await this.#add(this.#waits(queue));
  }

  /** Something that needs workers which ask for work, and without which this one is of no use. */
  whenRunning(what: () => Promise<void>): void {
    this.#first.push(what);
  }

  /** Until `shutdown`; the first worker that fails ends all, and this with its error. */
  async run(): Promise<void> {
    this.#running = new Set();
    for (const worker of this.#workers) this.#begin(worker);
    for (const what of this.#first) this.#watch(what());
    // Older builds come and go meanwhile.
    while (this.#running.size > 0) await Promise.race(this.#running);
    if (this.#failed !== undefined) throw this.#failed.error;
  }

  shutdown(): void {
    this.#ending = true;
    for (const worker of this.#workers) stop(worker);
  }

  #calls(queue: string): SdkOptions {
    return {
      ...this.#shared(queue),
      maxConcurrentActivityTaskExecutions: this.#options.slots.calls,
      // A call with an effect is awaited: what it did must be known. What was not sent by then is not sent.
      shutdownGraceTime: '60s',
    };
  }

  #waits(queue: string): SdkOptions {
    return {
      ...this.#shared(queue),
      maxConcurrentActivityTaskExecutions: this.#options.slots.waits,
      // Everything that waits returns at once and is taken up by another worker; what it has sent meanwhile is awaited.
      shutdownGraceTime: '500ms',
    };
  }

  #shared(queue: string): SdkOptions {
    const { connection, namespace, identity, activities, dataConverter } = this.#options;
    return {
      connection,
      identity,
      ...(namespace === undefined ? {} : { namespace }),
      taskQueue: queue,
      ...(activities === undefined ? {} : { activities }),
      ...(dataConverter === undefined ? {} : { dataConverter }),
      ...patience,
      interceptors: { activity: [context => ({ inbound: onlyForOwn(context, this.#options.isOwn) })] },
      // The SDK's own interval is 0.8 of the heartbeat time-out: a cancel would take 8 s, a late beat would have 2 s to spare.
      maxHeartbeatThrottleInterval: '3s',
    };
  }

  async #add(options: SdkOptions): Promise<Worker> {
    const worker = await Worker.create(options);
    this.#workers.add(worker);
    if (this.#running !== undefined) this.#begin(worker);
    return worker;
  }

  #begin(worker: Worker): void {
    const running = worker.run().finally(() => this.#workers.delete(worker));
    this.#watch(running);
    // It was made while all were told to end.
    if (this.#ending) stop(worker);
  }

  #watch(what: Promise<void>): void {
    const watched = what
      .catch((error: unknown) => {
        this.#failed ??= { error };
        this.shutdown();
      })
      .finally(() => this.#running?.delete(watched));
    this.#running?.add(watched);
  }
}

function stop(worker: Worker): void {
  if (worker.getState() === 'RUNNING') worker.shutdown();
}

const looks = 5;

/** Activities are for our own workflows alone: others may call them on our queues with whatever they like. */
function onlyForOwn(context: Context, isOwn: IsOwn): ActivityInboundCallsInterceptor {
  const { info } = context;
  const look = async (left: number): Promise<boolean> => {
    const { workflowExecution } = info;
    const kept: unknown = info.heartbeatDetails;
    if (workflowExecution === undefined) return false;
    try {
      return await isOwn(workflowExecution);
    } catch (error) {
      const message = `Temporal did not answer: ${error instanceof Error ? error.message : String(error)}`;
      if (left <= 1) throw ApplicationFailure.create({ message, type: 'unreachable' });
      // With what an attempt before has kept, or it would be lost.
      context.heartbeat(kept);
      await sleep(1_000);
      return look(left - 1);
    }
  };
  return {
    async execute(input, next) {
      if (await look(looks)) return next(input);
      throw ApplicationFailure.nonRetryable(`${info.activityType} is not done for a workflow that is not drillbook’s`);
    },
  };
}
