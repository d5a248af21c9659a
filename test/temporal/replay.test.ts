import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { expect, it } from 'vitest';
import { plainCodec } from '../../control/payload-codec.ts';
import { files, type Recorded, readHistories, readTexts } from './histories.ts';

/** A change of engine, workflows or expressions that a running run would stumble over fails here. */
it('every recorded history replays on the code as it is, from several moments', async () => {
  const histories = readHistories();
  // One after the other, a replay mostly waits.
  const shares = [0, 1, 2].map(share => histories.filter((_, i) => i % 3 === share));
  const replayed = await Promise.all(shares.map(replay));
  expect(replayed.flatMap(({ failures }) => failures)).toEqual([]);
  expect(replayed.reduce((sum, { count }) => sum + count, 0)).toBe(histories.length);
  expect(files.length).toBeGreaterThanOrEqual(70);
  expect(histories.length).toBeGreaterThan(2 * files.length);
});

async function replay(histories: readonly Recorded[]): Promise<{ count: number; failures: readonly string[] }> {
  const failures: string[] = [];
  const bundle = fileURLToPath(new URL('../../dist/workflow-bundle.js', import.meta.url));
  const replays = Worker.runReplayHistories(
    { workflowBundle: { codePath: bundle }, dataConverter: { payloadCodecs: [plainCodec] } },
    histories,
  );
  let count = 0;
  for await (const { workflowId, error } of replays) {
    count++;
    if (error !== undefined) failures.push(`${workflowId}: ${error.message}`);
  }
  return { count, failures };
}

it('what is recorded shows no password, no session and no path of a machine', () => {
  const texts = readTexts();
  const found = texts.flatMap(({ file, text }) =>
    [/\/(?:tmp|work|home|root|Users)\/[\w.-]+/, /file:\/\//, /bearer [\w.-]{8}/i, /"password":/i, /x-zerto-session/i]
      .filter(pattern => pattern.test(text))
      .map(pattern => `${file}: ${pattern.source}`),
  );
  expect(found).toEqual([]);
  expect(texts.map(({ text }) => text).join('\n')).toContain('FailoverTest');
});
