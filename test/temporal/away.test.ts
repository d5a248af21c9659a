import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { type Console, startConsole } from '../../console/console.ts';
import { hashOf } from '../../control/access/token-hash.ts';
import { type RunView, viewRun } from '../../control/run-view.ts';
import { RunFeeds } from '../../control/run-view/feed.ts';
import { pollingWorkers } from '../../control/runs.ts';
import { watchRun } from '../../control/watch.ts';
import { type Harness, runWorker, startHarness, until } from './harness.ts';

/** What a page shows of a run whose worker, or whose site's worker, is away; and of a step that looks again and again by itself. */
let harness: Harness;
let feeds: RunFeeds;
let site: { stop(): Promise<void> } | undefined;
let server: Console;
const keys = mkdtempSync(join(tmpdir(), 'drillbook-away-'));
const token = 'token-of-cem';

/** All that Temporal keeps is encrypted, heartbeats too. Site B and what looks from there have a worker of their own. */
function configure(text: string): string {
  const config = parse(text) as Record<'sites' | 'probes' | 'secrets' | 'identity', Record<string, object>>;
  config.sites['site-b'] = { ...config.sites['site-b'], 'task-queue': 'at-b' };
  config.probes['lan-b'] = { 'task-queue': 'at-b' };
  config.secrets['payload-keys'] = { files: [join(keys, 'payload.key')] };
  const tokens = [{ person: 'cem', sha256: hashOf(token), expires: '2099-12-31' }];
  const all = {
    ...config,
    identity: { ...config.identity, tokens },
    payloads: { encrypt: true, keys: 'payload-keys' },
  };
  return stringify(all, { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' });
}

const closedPort = `
apiVersion: drillbook/v1
name: closed-port
site: site-b
modes: { drill: { via: lan-b } }
steps:
  - { id: port, uses: check/tcp, with: { host: 127.0.0.1, port: 1 }, retry: { every: 1s, for: 5m } }
`;

beforeAll(async () => {
  writeFileSync(join(keys, 'payload.key'), `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
  harness = await startHarness({ configure });
  writeFileSync(join(harness.dir, 'closed-port.yaml'), closedPort);
  feeds = new RunFeeds(harness.control, () => Promise.resolve('Example Bank'), Date.now);
  await until('its worker serves Temporal', async () => (await pollingWorkers(harness.control)) > 0);
  server = await startConsole({ configPath: harness.configPath, port: 0, log: () => undefined });
});
afterAll(async () => {
  await feeds.close();
  await server.close();
  await site?.stop();
  await harness.close();
  rmSync(keys, { recursive: true });
});

/** What the page of a run shows as soon as this is so. */
async function seen(id: string, is: (view: RunView) => boolean, withinMs = 60_000): Promise<RunView> {
  const enough = AbortSignal.timeout(withinMs);
  let last: RunView | undefined;
  for await (const { facts, at } of feeds.follow(id, enough)) {
    last = viewRun(facts, { peers: {} }, at);
    if (is(last)) return last;
  }
  throw new Error(`in vain; last seen: ${JSON.stringify({ ...last, journal: undefined, graph: undefined })}`);
}

const ask = (path: string, init: Omit<RequestInit, 'headers'> = {}, headers: Record<string, string> = {}) =>
  fetch(`${server.url}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, ...headers } });

const noWorkerOf = (what: string, name: string): string =>
  `No worker serves the task queue "at-b" of the ${what} ${name} yet: what the run does there waits for one ("drillbook worker --${what} ${name}").`;
let run = '';

it('a site without a worker left the page calm, and a start by the console or the API said nothing of it', async () => {
  const page = await ask('/runbooks/closed-port/plan', {
    method: 'POST',
    body: new URLSearchParams({ mode: 'drill' }),
  });
  const text = (await page.text()).replaceAll('&quot;', '"');
  expect(text).toContain('Nobody could look at site-b.');
  for (const [what, name] of [
    ['site', 'site-b'],
    ['probe', 'lan-b'],
  ] as const)
    expect(text).toContain(noWorkerOf(what, name));

  const body = JSON.stringify({ runbook: 'closed-port', mode: 'drill' });
  const headers = { 'content-type': 'application/json' };
  const answer = await ask('/api/v1/runs', { method: 'POST', body }, headers);
  const started = (await answer.json()) as { run: string; warnings: string[] };
  expect(started.warnings).toEqual([noWorkerOf('site', 'site-b'), noWorkerOf('probe', 'lan-b')]);
  run = started.run;
  const { idle, silence } = await seen(run, view => view.idle.length > 0);
  expect(idle).toEqual([
    {
      sentence: 'No worker of site-b, lan-b has taken sign-in',
      since: expect.any(Number) as number,
      mend: 'Start one (drillbook worker --site site-b --probe lan-b), or see why it ended; a busy one comes to it in time.',
    },
  ]);
  expect(silence).toBeUndefined();
  expect(Date.now() - (idle[0]?.since ?? 0)).toBeGreaterThan(14_000);
  const shown = await (await ask(`/runs/${run}`)).text();
  expect(shown).toMatch(/No worker of site-b, lan-b has taken sign-in for <span data-since="\d+">\d+\s?s/);
});

it('a check that looks again and again was shown as running: now its last look, its tries and when it gives up', async () => {
  site = await runWorker(harness.configPath, { only: { sites: ['site-b'], probes: ['lan-b'] } });
  const { trying, idle } = await seen(run, view => (view.trying[0]?.looks?.tries ?? 0) >= 3);
  expect(idle).toEqual([]);
  expect(trying).toHaveLength(1);
  const [one] = trying;
  expect(one).toMatchObject({ key: 'port', attempt: 1, error: '127.0.0.1:1 refused the connection' });
  const since = one?.looks?.began ?? 0;
  expect(one?.since).toBe(since);
  expect((one?.givesUpAt ?? 0) - since).toBe(300_000);
  const shown = await (await ask(`/runs/${run}`)).text();
  expect(shown).toMatch(/<b>port<\/b> <span>\d+ tries<\/span>/);

  let told = '';
  for await (const line of watchRun(harness.control, run, AbortSignal.timeout(60_000))) {
    if (line.kind !== 'progress' || line.progress.status !== 'retrying') continue;
    told = line.progress.text ?? '';
    break;
  }
  expect(told).toMatch(/^since \S+Z, \d+ tries, gives up at \S+Z: 127\.0\.0\.1:1 refused the connection$/);
});

it('no news from the worker: the feed says since when, as long as it is so', async () => {
  await seen(run, view => view.silence === undefined);
  const before = Date.now();
  await harness.stopWorker();
  const { silence, trying } = await seen(run, view => view.silence !== undefined);
  expect(silence?.since).toBeGreaterThan(before - 5_000);
  expect(silence?.since).toBeLessThan(Date.now() - 2_000);
  // What the site's own worker does is seen all the same.
  expect(trying[0]?.key).toBe('port');
  const shown = await (await ask(`/runs/${run}`)).text();
  expect(shown).toMatch(/No news from the worker for <span data-since="\d+">\d+\s?s/);
  await harness.startWorker();
  await seen(run, view => view.silence === undefined);
});

it('a worker that went away in the middle is missed as well', async () => {
  await site?.stop();
  site = undefined;
  const { idle, trying } = await seen(run, view => view.idle.length > 0);
  expect(idle.map(({ sentence }) => sentence)).toEqual(['No worker of site-b, lan-b has taken port']);
  expect(trying[0]?.error).toBe('the worker was shut down; another one goes on');
  await until('watch tells it too', async () => {
    for await (const line of watchRun(harness.control, run, AbortSignal.timeout(5_000)))
      if (line.kind === 'progress' && line.progress.status === 'retrying')
        return /task queue at-b-waits, gives up at \S+Z: no worker has taken it$/.test(line.progress.text ?? '');
    return false;
  });
  await harness.control.client.workflow
    .getHandle(run)
    .executeUpdate('cancel', { args: [{ by: 'ana', reason: 'enough', now: true }] });
  expect((await harness.result(run)).ended).toBe('by-person');
});
