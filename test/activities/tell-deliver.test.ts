import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Json } from '../../actions/json.ts';
import { page } from '../../activities/page.ts';
import type { Target } from '../../actions/target.ts';
import type { PageInput } from '../../engine/page.ts';
import { startReceiver } from './receivers.ts';

const began = Date.UTC(2026, 10, 21, 2, 30);
const second = 1_000;
const input: PageInput = { run: 'r-1', runbook: 'payments', mode: 'failover', event: 'held', text: 'nobody voted' };

/** Temporal calls again and again, as long as the activity throws; each attempt has what the one before has kept. */
async function world(to: readonly string[], targets: (url: string, file: string) => Readonly<Record<string, Target>>) {
  const dir = mkdtempSync(join(tmpdir(), 'drillbook-deliver-'));
  const receiver = await startReceiver();
  onTestFinished(async () => {
    await receiver.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const all = targets(receiver.url, join(dir, 'duty.jsonl'));
  const complaints: string[] = [];
  let recalled: Json | undefined;
  const attempt = (after: number) =>
    page(
      input,
      {
        lines: [{ events: ['held'], modes: ['failover'], isAbout: () => true, to }],
        targets: name => all[name],
        pageOf: () => undefined,
      },
      {
        ...{ signal: new AbortController().signal, clock: () => began + after, since: began },
        ...{ patienceMs: 60 * second, giveUpAt: began + 585 * second },
        complain: line => complaints.push(line),
        memory: {
          recalled,
          keep: value => {
            recalled = value;
          },
        },
      },
    );
  const lines = () => readFileSync(join(dir, 'duty.jsonl'), 'utf8').trim().split('\n');
  return { receiver, attempt, complaints, lines };
}

const hook = (url: string, name: string, fallback?: string): Target => ({
  kind: 'slack',
  url: () => Promise.resolve(`${url}/${name}`),
  ...(fallback === undefined ? {} : { fallback }),
});

it('who is down is tried again, and whoever was told is not told twice', async () => {
  const { receiver, attempt, lines, complaints } = await world(['bridge', 'log'], (url, path) => ({
    bridge: hook(url, 'bridge'),
    log: { kind: 'file', path },
  }));
  receiver.replies.push({ status: 503, headers: { 'retry-after': '9' } }, { status: 500 });
  await expect(attempt(0)).rejects.toMatchObject({
    message: 'not told yet: bridge: 127.0.0.1 answered 503: ok',
    ending: { type: 'unreachable', afterMs: 9_000 },
  });
  await expect(attempt(10 * second)).rejects.toThrow('answered 500');
  expect(await attempt(20 * second)).toEqual({ told: ['log', 'bridge'], untold: [] });
  expect(lines()).toHaveLength(1);
  expect(receiver.received).toHaveLength(3);
  expect(complaints).toEqual([]);
});

it('after a minute its fallback is told, and a target that is fallback and meant is told once', async () => {
  const { receiver, attempt, lines, complaints } = await world(['bridge', 'duty'], (url, path) => ({
    bridge: hook(url, 'bridge', 'second'),
    second: hook(url, 'second', 'duty'),
    duty: { kind: 'file', path },
  }));
  for (let n = 0; n < 5; n++) receiver.replies.push({ status: 500 });
  await expect(attempt(0)).rejects.toThrow('bridge: 127.0.0.1 answered 500');
  await expect(attempt(59 * second)).rejects.toThrow('bridge:');
  // The second is tried at once, and again.
  await expect(attempt(61 * second)).rejects.toThrow('not told yet: second: 127.0.0.1 answered 500');
  const told = await attempt(122 * second);
  expect(told.told).toEqual(['duty']);
  expect(told.untold).toEqual(['bridge: 127.0.0.1 answered 500: ok', 'second: 127.0.0.1 answered 500: ok']);
  expect(lines()).toHaveLength(1);
  expect(complaints).toEqual(told.untold?.map(line => `people could not be told: ${line}`));
});

it('without a fallback it is tried until the time is over, and that nobody was told is said', async () => {
  const { receiver, attempt, complaints } = await world(['bridge'], url => ({ bridge: hook(url, 'bridge') }));
  for (let n = 0; n < 3; n++) receiver.replies.push({ status: 500 });
  await expect(attempt(0)).rejects.toThrow('not told yet');
  await expect(attempt(500 * second)).rejects.toThrow('not told yet');
  const silence = 'nobody was told that r-1 is held: nobody voted';
  expect(await attempt(586 * second)).toEqual({ told: [], untold: ['bridge: 127.0.0.1 answered 500: ok', silence] });
  expect(complaints.at(-1)).toBe(silence);
});

it('a refusal goes to the fallback at once', async () => {
  const { receiver, attempt, lines } = await world(['bridge'], (url, path) => ({
    bridge: hook(url, 'bridge', 'duty'),
    duty: { kind: 'file', path },
  }));
  receiver.replies.push({ status: 403, body: 'invalid_token' });
  expect(await attempt(0)).toEqual({ told: ['duty'], untold: ['bridge: 127.0.0.1 answered 403: invalid_token'] });
  expect(lines()).toHaveLength(1);
});
