import { type ChildWorkflowHandle, getExternalWorkflowHandle, startChild, uuid4 } from '@temporalio/workflow';
import type { PageInput } from '../engine/page.ts';
import { tellSignal } from './messages.ts';
import { tell } from './tell.ts';

/**
 * Begins to tell people, in a workflow of its own: whoever begins it waits neither for a receiver nor for its own end, and is
 * told nothing of how it went. `waits`: the workers serve a queue for what waits.
 */
export async function beginTelling(
  id: string,
  input: PageInput,
  waits: boolean,
): Promise<ChildWorkflowHandle<typeof tell>> {
  return await startChild(tell, {
    workflowId: id,
    args: [{ input, ...(waits && { waits: true as const }) }],
    parentClosePolicy: 'ABANDON',
    cancellationType: 'ABANDON',
    staticSummary: `tells people: ${input.event}`.slice(0, 200),
  });
}

/** What a run has told people, for its next execution: by event and key, the workflow that tells it. */
export type CarriedTold = Readonly<Record<string, string>>;

/** All that one run tells. Nothing here waits, and nothing that goes wrong here is the run's. */
export class Telling {
  readonly #run: string;
  readonly #waits: boolean;
  /** The workflow that told of a topic last; `ended`: it takes nothing more. */
  readonly #topics: Map<string, { readonly id: string; begun?: Promise<unknown>; ended: boolean }>;
  readonly #sends = new Set<Promise<void>>();

  constructor(run: string, waits: boolean, carried: CarriedTold = {}) {
    this.#run = run;
    this.#waits = waits;
    this.#topics = new Map(Object.entries(carried).map(([topic, id]) => [topic, { id, ended: false }]));
  }

  /** Of a topic that is being told still, what is newer takes its place, unless it is `apart`. Without a topic it stands for itself. */
  say(input: PageInput, topic?: string, apart = false): void {
    const sent = this.#send(input, topic, apart).catch(() => undefined);
    this.#sends.add(sent);
    void sent.then(() => this.#sends.delete(sent));
  }

  /** Whoever was told of it, and keeps it open, hears that it is over. */
  over(topic: string, input: PageInput): void {
    if (!this.#topics.has(topic)) return;
    this.say({ ...input, over: true }, topic);
    this.#topics.delete(topic);
  }

  get isQuiet(): boolean {
    return this.#sends.size === 0;
  }

  get topics(): readonly string[] {
    return [...this.#topics.keys()];
  }

  /** Temporal has everything that was said: the run may end. No receiver is waited for. */
  async sent(): Promise<void> {
    while (this.#sends.size > 0) await Promise.all(this.#sends);
  }

  carried(): CarriedTold {
    return Object.fromEntries([...this.#topics].map(([topic, { id }]) => [topic, id]));
  }

  async #send(input: PageInput, topic: string | undefined, apart: boolean): Promise<void> {
    const before = topic === undefined || apart ? undefined : this.#topics.get(topic);
    if (before !== undefined && !before.ended) {
      await before.begun;
      if (await handOver(before.id, input)) return;
    }
    const now: { id: string; begun?: Promise<unknown>; ended: boolean } = {
      id: `tell/${this.#run}/${uuid4()}`,
      ended: false,
    };
    if (topic !== undefined && input.over !== true) this.#topics.set(topic, now);
    const begun = beginTelling(now.id, input, this.#waits);
    now.begun = begun.catch(() => undefined);
    const child = await begun;
    const ended = (): void => {
      now.ended = true;
    };
    void child.result().then(ended, ended);
  }
}

/** False: it has ended. */
async function handOver(id: string, input: PageInput): Promise<boolean> {
  try {
    await getExternalWorkflowHandle(id).signal(tellSignal, input);
    return true;
  } catch {
    return false;
  }
}
