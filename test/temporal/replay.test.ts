import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { expect, it } from 'vitest';
import { plainCodec } from '../../control/payload-codec.ts';
import { files, readHistories } from './histories.ts';

/** A change of engine, workflows or expressions that a running run would stumble over fails here. */
it('every recorded history replays on the code as it is, from several moments', async () => {
  const histories = readHistories();
  const failures: string[] = [];
  const bundle = fileURLToPath(new URL('../../dist/workflow-bundle.js', import.meta.url));
  const replays = Worker.runReplayHistories(
    { workflowBundle: { codePath: bundle }, dataConverter: { payloadCodecs: [plainCodec] } },
    histories,
  );
  let replayed = 0;
  for await (const { workflowId, error } of replays) {
    replayed++;
    if (error !== undefined) failures.push(`${workflowId}: ${error.message}`);
  }
  expect(failures).toEqual([]);
  expect(replayed).toBe(histories.length);
  expect(files.length).toBeGreaterThanOrEqual(7);
  expect(histories.length).toBeGreaterThan(2 * files.length);
});
