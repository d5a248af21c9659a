import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { notify } from '../../activities/notify.ts';
import { StepErrored } from '../../activities/outcome.ts';
import type { Target } from '../../actions/target.ts';
import { callOf, endingFrom, setStage } from './stage.ts';

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
  return { ...stage, context: { ...stage.context, targets }, lines };
}

test('appends one JSON object a line', async () => {
  const { context, lines } = await prepare();
  const message = 'payments:\npassed "all"';
  expect((await notify(callOf('notify', { to: 'log', message }), context)).outputs).toEqual({ told: ['log'] });
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

test('a target without its folder is failed, and the others are told all the same', async () => {
  const { context, lines, dir } = await prepare();
  const ending = await endingFrom(notify(callOf('notify', { to: ['away', 'log'], message: 'x' }), context));
  expect(ending.type).toBe('failed');
  expect(ending.message).toBe(`could not tell away: there is no folder ${join(dir, 'none')}; create it; told were log`);
  expect(await lines()).toHaveLength(2);
});

test('who cannot be told is told by its fallback, to the end', async () => {
  const { context, lines } = await prepare();
  const call = callOf('notify', { to: 'pager', message: 'x' });
  expect((await notify(call, context)).outputs).toEqual({ told: ['log'] });
  expect(await lines()).toHaveLength(2);
});

test('no fallback that can be told either: it is failed with both reasons', async () => {
  const { context, dir } = await prepare();
  const ending = await endingFrom(notify(callOf('notify', { to: 'hook', message: 'x' }), context));
  expect(ending.type).toBe('failed');
  expect(ending.message).toBe(
    `could not tell hook: the secret "hook": the environment variable HOOK is not set; away: there is no folder ${join(dir, 'none')}; create it`,
  );
});

test('an unknown target is errored, and nobody is told', async () => {
  const { context, lines } = await prepare();
  const ending = await endingFrom(notify(callOf('notify', { to: ['log', 'nobody'], message: 'x' }), context));
  expect(ending).toMatchObject({ type: 'errored', message: 'drillbook.yaml names no target "nobody"' });
  await expect(lines()).rejects.toThrow();
});
