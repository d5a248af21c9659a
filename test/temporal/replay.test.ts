import { readFileSync } from 'node:fs';
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
  // In the order in which they were given.
  for await (const { workflowId, error } of replays) {
    const { file, workflowId: given } = histories[count++] ?? { file: '', workflowId: '' };
    if (error !== undefined || workflowId !== given) failures.push(`${file}: ${workflowId}: ${error?.message ?? ''}`);
  }
  return { count, failures };
}

it('each workflow has a history, and so has what came last', () => {
  const texts = readTexts().map(({ text }) => text);
  const types = new Set(texts.flatMap(text => /"workflowType":\s*\{\s*"name":\s*"(\w+)"/.exec(text)?.[1] ?? []));
  const index = readFileSync(new URL('../../workflows/index.ts', import.meta.url), 'utf8');
  const workflows = [...index.matchAll(/export \{ (\w+) \}/g)].map(([, name]) => name);
  expect([...types].sort()).toEqual(workflows.sort());
  const recorded = (...words: readonly string[]) => texts.some(text => words.every(word => text.includes(word)));
  expect(recorded('schedule:admit-early', 'a surprise')).toBe(true);
  expect(recorded('breaches-are-forecast', "of the RTO's objective of")).toBe(true);
  expect(recorded('"lift":', 'started at the word of bo')).toBe(true);
  // Reminded while its target is down, and told to its fallback.
  expect(recorded('"owedSince":', '"told":["dr-drills"],"untold":["bridge: ')).toBe(true);
});

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
