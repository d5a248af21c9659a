import { mkdirSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { type Harness, until } from './harness.ts';

/** Writes histories of a harness's server under `test/temporal/histories/`. */
export class Recording {
  readonly #folder = new URL('./histories/', import.meta.url);
  readonly #release: string;
  readonly #harness: Harness;

  constructor(release: string, harness: Harness) {
    this.#release = release;
    this.#harness = harness;
    mkdirSync(this.#folder, { recursive: true });
  }

  /** Every execution of a workflow as it stands, the first first; those after it are called `NAME-part-2` and so on. */
  async take(workflowId: string, name: string): Promise<void> {
    const { workflow } = this.#harness.control.client;
    const found: string[] = [];
    let run: string | null | undefined = (await workflow.getHandle(workflowId).describe()).runId;
    while (run !== undefined && run !== null && run !== '') {
      const history = await workflow.getHandle(workflowId, run).fetchHistory();
      found.unshift(
        JSON.stringify({ workflowId, history: JSON.parse(historyToJSON(history), withoutMachine) as unknown }),
      );
      run = history.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
    }
    found.forEach((text, i) => {
      const part = i === 0 ? name : `${name}-part-${i + 1}`;
      writeFileSync(new URL(`${this.#release}.${part}.json.gz`, this.#folder), gzipSync(text, { level: 9 }));
      process.stdout.write(`${part}\n`);
    });
  }

  /** The run and its guards as they stand; where the run has ended, once its guards have too. */
  async takeAll(run: string, name: string): Promise<void> {
    await this.take(run, name);
    const ended = (await this.#statusOf(run)) !== 'RUNNING';
    const first = await this.#harness.guardOf(run);
    for (let n = 1; ; n++) {
      const guard = n === 1 ? first : `${first}/${n}`;
      if ((await this.#statusOf(guard)) === undefined) return;
      if (ended) await until('the guard has ended', async () => (await this.#statusOf(guard)) !== 'RUNNING', 60_000);
      await this.take(guard, n === 1 ? `${name}-guard` : `${name}-guard-${n}`);
    }
  }

  async #statusOf(workflowId: string): Promise<string | undefined> {
    return await this.#harness.control.client.workflow
      .getHandle(workflowId)
      .describe()
      .then(
        ({ status }) => status.name,
        () => undefined,
      );
  }
}

/** Which process polled, and where its files lie, is nobody's business. */
function withoutMachine(name: string, value: unknown): unknown {
  if (name === 'stackTrace') return '';
  return typeof value === 'string' ? value.replace(/^\d+@.+/, 'worker') : value;
}
