import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { notify } from '../../activities/notify.ts';
import { StepErrored } from '../../activities/outcome.ts';
import type { Target } from '../../actions/target.ts';
import { startBlackHole } from './receivers.ts';
import { callOf, setStage } from './stage.ts';

/** Its secret cannot be had: nobody tries that again. */
const noHook = {
  kind: 'slack',
  url: () => Promise.reject(new StepErrored('the secret "hook": the environment variable HOOK is not set')),
} as const;

async function prepare() {
  const stage = await setStage();
  const targets = (name: string): Target | undefined => {
    if (name === 'log') return { kind: 'file', path: join(stage.dir, 'log.jsonl') } as const;
    if (name === 'away') return { kind: 'file', path: join(stage.dir, 'none', 'log.jsonl') } as const;
    if (name === 'pager') return { ...noHook, fallback: 'away-too' };
    if (name === 'away-too') return { ...noHook, fallback: 'log' };
    return name === 'hook' ? { ...noHook, fallback: 'away' } : undefined;
  };
  const lines = async () => (await readFile(join(stage.dir, 'log.jsonl'), 'utf8')).split('\n');
  const telling = () => Promise.resolve({ targets });
  return { ...stage, context: { ...stage.context, telling }, targets, lines };
}

test('appends one JSON object a line', async () => {
  const { context, lines } = await prepare();
  const message = 'payments:\npassed "all"';
  expect((await notify(callOf('notify', { to: 'log', message }), context)).outputs).toEqual({
    told: ['log'],
    delivered: true,
  });
  await notify(callOf('notify', { to: ['log'], message: 'again' }), context);
  const [first = '', second = '', end] = await lines();
  expect(JSON.parse(first)).toEqual({
    at: expect.any(String) as string,
    run: 'payments-1',
    mode: 'drill',
    step: 'step',
    message,
  });
  expect(JSON.parse(second)).toMatchObject({ message: 'again' });
  expect(end).toBe('');
});

test('a notify that reached nobody failed its run: it succeeds, and says whom it could not tell and why', async () => {
  const { context, lines, dir } = await prepare();
  const folder = join(dir, 'none');
  const without = await notify(callOf('notify', { to: ['away', 'log'], message: 'x' }), context);
  expect(without).toEqual({
    outputs: { told: ['log'], delivered: false },
    told: [`could not tell away: there is no folder ${folder}; create it; told were log`],
  });
  expect(await lines()).toHaveLength(2);
  const neither = await notify(callOf('notify', { to: 'hook', message: 'x' }), context);
  expect(neither.outputs).toEqual({ told: [], delivered: false });
  expect(neither.told).toEqual([
    `could not tell hook: the secret "hook": the environment variable HOOK is not set; away: there is no folder ${folder}; create it`,
  ]);
});

test('who cannot be told is told by its fallback, to the end', async () => {
  const { context, lines } = await prepare();
  const call = callOf('notify', { to: 'pager', message: 'x' });
  expect((await notify(call, context)).outputs).toEqual({ told: ['log'], delivered: true });
  expect(await lines()).toHaveLength(2);
});

test('a target that drillbook.yaml does not name keeps nobody else from being told', async () => {
  const { context, lines } = await prepare();
  const { outputs, told } = await notify(callOf('notify', { to: ['log', 'nobody'], message: 'x' }), context);
  expect(outputs).toEqual({ told: ['log'], delivered: false });
  expect(told).toEqual(['could not tell nobody: drillbook.yaml names no such target; told were log']);
  expect(await lines()).toHaveLength(2);
});

test('with retry it is tried until all are told, and nobody is told twice', async () => {
  const { context, lines, dir } = await prepare();
  const until = { everyMs: 60, backoff: 1, attempts: 20 };
  const call = { ...callOf('notify', { to: ['log', 'away'], message: 'x' }), until };
  const telling = notify(call, context);
  await sleep(80);
  await mkdir(join(dir, 'none'));
  const { outputs, attempts, tries = 0 } = await telling;
  expect(outputs).toEqual({ told: ['log', 'away'], delivered: true });
  expect(tries).toBeGreaterThan(1);
  expect(attempts?.map(({ ok }) => ok)).toEqual([false, true]);
  expect(await lines()).toHaveLength(2);
});

test('a receiver that never answers is given up before the time of the step is over, and leaves some for its fallback', async () => {
  const { context, targets: known, lines } = await prepare();
  const hole = await startBlackHole();
  onTestFinished(() => hole.close());
  const url = () => Promise.resolve(`http://127.0.0.1:${hole.port}/canary`);
  const targets = (name: string): Target | undefined => {
    if (name === 'log') return known(name);
    return { kind: 'slack', url, ...(name === 'chat' ? { fallback: 'log' } : {}) };
  };
  const within = (ms: number, to: string[]) => ({
    ...callOf('notify', { to, message: 'x' }),
    deadline: Date.now() + ms,
  });
  const world = { ...context, telling: () => Promise.resolve({ targets }), clock: () => Date.now() };
  const call = within(200, ['chat', 'duty']);
  const { outputs, told } = await notify(call, world);
  // By itself a try lasts ten seconds; a busy machine is given one.
  expect(Date.now()).toBeLessThan(call.deadline + 1_000);
  expect(outputs).toEqual({ told: ['log'], delivered: false });
  expect(told).toEqual(['could not tell duty: did not answer within the time of the step; told were log']);
  expect(await lines()).toHaveLength(2);
});
