import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Client } from '@temporalio/client';
import { compile } from '../compiler/compile.ts';
import type { RunResult } from '../engine/types.ts';
import type { RunStart } from '../workflows/messages.ts';

export interface LongFigures {
  readonly verdict: string;
  readonly steps: number;
  readonly executions: number;
  /** Of the longest history. */
  readonly mostEvents: number;
  readonly events: number;
  /** Memory of the worker's process in the last quarter of the run, against the second. */
  readonly memory: number;
  readonly ms: number;
}

const count = 10_000;

/** Ten thousand checks in one run, as many at once as a run has in flight. */
export async function runTenThousand(client: Client, taskQueue: string): Promise<LongFigures> {
  const server = createServer(socket => socket.destroy());
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const samples: number[] = [];
  const sampler = setInterval(() => samples.push(process.memoryUsage().rss), 500);
  try {
    const began = performance.now();
    const handle = await client.workflow.start('runbook', {
      workflowId: 'ten-thousand',
      taskQueue,
      args: [startOf(port)],
    });
    const result = (await handle.result()) as RunResult;
    const ms = performance.now() - began;
    const lengths = await lengthsOf(client, 'ten-thousand');
    return {
      verdict: result.verdict,
      steps: result.steps.filter(step => step.status === 'succeeded').length,
      executions: lengths.length,
      mostEvents: Math.max(...lengths),
      events: lengths.reduce((sum, n) => sum + n, 0),
      memory: least(samples, 3) / least(samples, 1),
      ms,
    };
  } finally {
    clearInterval(sampler);
    server.close();
  }
}

function startOf(port: number): RunStart {
  const steps = Array.from(
    { length: count },
    (_, i) => `  - { id: check_${i}, uses: check/tcp, needs: [], with: { host: 127.0.0.1, port: ${port} } }`,
  );
  const head = ['apiVersion: drillbook/v1', 'name: long', 'site: site-b', 'modes: [drill]', 'steps:'];
  const made = compile({ file: 'long.yaml', text: [...head, ...steps].join('\n') }, {}).plan('drill', {});
  if (!('plan' in made)) throw new Error(made.diagnostics.map(d => d.message).join('\n'));
  const run = { id: 'ten-thousand', trigger: 'cli', requester: 'bench', verified: false, reason: '', url: '' } as const;
  return { plan: made.plan, run: { ...run, configSha256: '' } };
}

async function lengthsOf(client: Client, workflowId: string): Promise<number[]> {
  const lengths: number[] = [];
  let run: string | null | undefined = (await client.workflow.getHandle(workflowId).describe()).runId;
  while (run !== undefined && run !== null && run !== '') {
    const { events } = await client.workflow.getHandle(workflowId, run).fetchHistory();
    lengths.unshift(events?.length ?? 0);
    run = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
  }
  return lengths;
}

/** Of a quarter of the samples, counted from 0: what is left after the garbage was collected. */
function least(samples: readonly number[], quarter: number): number {
  const size = Math.floor(samples.length / 4);
  return Math.min(...samples.slice(quarter * size, (quarter + 1) * size));
}
