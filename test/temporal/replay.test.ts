import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { expect, it } from 'vitest';
import { payloadCodec } from '../../control/payload-codec.ts';

const folder = new URL('./histories/', import.meta.url);
const files = readdirSync(folder).filter(file => file.endsWith('.json'));

/** A change of engine, workflows or expressions that a running run would stumble over fails here. */
it('every recorded history replays on the code as it is', async () => {
  const histories = files.map(file => {
    const { history } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as { history: unknown };
    return { workflowId: file, history: historyFromJSON(history) };
  });
  const failures: string[] = [];
  const bundle = fileURLToPath(new URL('../../dist/workflow-bundle.js', import.meta.url));
  const replays = Worker.runReplayHistories(
    { workflowBundle: { codePath: bundle }, dataConverter: { payloadCodecs: [payloadCodec] } },
    histories,
  );
  let replayed = 0;
  for await (const { workflowId, error } of replays) {
    replayed++;
    if (error !== undefined) failures.push(`${workflowId}: ${error.message}`);
  }
  expect(failures).toEqual([]);
  expect(replayed).toBe(files.length);
  expect(files.length).toBeGreaterThanOrEqual(6);
});
