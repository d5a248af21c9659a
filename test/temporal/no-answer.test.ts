import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Console, startConsole } from '../../console/console.ts';
import { auditFile } from '../../control/audit.ts';
import { hashOf } from '../../control/access/token-hash.ts';
import { pendingOfRun } from '../../control/pending.ts';
import { startTemporal, type TemporalServer } from '../../local/temporal-server.ts';
import { launchBrowser } from '../process/console-browser.ts';
import { type Harness, startHarness, until } from './harness.ts';

/** The console while no worker answers, then while no Temporal does: each page and call in time, and none of them wrong. */
let harness: Harness;
let server: Console;
let second: TemporalServer | undefined;
const token = 'token-of-cem';
const runbook = `
apiVersion: drillbook/v1
name: asked
site: site-b
modes: [drill]
steps:
  - { id: go, uses: approval, with: { message: May it begin?, from: [cem], count: 1 }, timeout: 30m }
`;
let run = '';
const page = 'text/html';
/** Temporal has 5 s, a worker 3 s; and the machine has other things to do. */
const enoughMs = 10_000;

beforeAll(async () => {
  harness = await startHarness({
    configure: text =>
      text.replace(
        /^identity:\n/m,
        `identity:\n  tokens:\n    - { person: cem, sha256: "${hashOf(token)}", expires: "2099-12-31" }\n`,
      ),
  });
  writeFileSync(join(harness.dir, 'asked.yaml'), runbook);
  server = await startConsole({ configPath: harness.configPath, port: 0, log: () => undefined });
  const started = await ask('/api/v1/runs', { runbook: 'asked', mode: 'drill' });
  ({ run } = (await started.json()) as { run: string });
  await until('it waits for a vote', async () => (await pendingOfRun(harness.control, run)).length > 0);
  await ask(`/runs/${run}`);
});
afterAll(async () => {
  await server.close();
  await second?.stop();
  await harness.close();
});

/** As a program (a body: JSON), or as a browser does. */
async function ask(path: string, body?: object, accept = 'application/json'): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, accept };
  if (body === undefined) return await fetch(`${server.url}${path}`, { headers, redirect: 'manual' });
  if (accept === 'text/html')
    return await fetch(`${server.url}${path}`, {
      ...{ method: 'POST', headers, redirect: 'manual' },
      body: new URLSearchParams(body as Record<string, string>),
    });
  const own = { ...headers, 'content-type': 'application/json' };
  return await fetch(`${server.url}${path}`, { method: 'POST', headers: own, body: JSON.stringify(body) });
}

async function timed<T>(act: () => Promise<T>): Promise<{ readonly came: T; readonly tookMs: number }> {
  const began = Date.now();
  return { came: await act(), tookMs: Date.now() - began };
}

const audited = (): Record<string, unknown>[] =>
  readFileSync(auditFile(harness.dir), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Record<string, unknown>);
const decision = { kind: 'approval', step: 'go', choice: 'approve', reason: 'all are there' };
const words = async (answer: Response): Promise<string> =>
  (await answer.text())
    .replace(/^.*<main/s, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll(/\s+/g, ' ');
const notSent = 'nothing was recorded';

describe('no worker', () => {
  beforeAll(async () => {
    await harness.stopWorker();
  });

  it('the page waited for ana while nobody was there to take her vote: it says that it waits for a worker, and what was known last', async () => {
    await until('it is missed', async () =>
      (await words(await ask(`/runs/${run}`, undefined, page))).includes('No news'),
    );
    const { came, tookMs } = await timed(() => ask(`/runs/${run}`, undefined, page));
    const text = await words(came);
    expect(tookMs).toBeLessThan(enoughMs);
    for (const told of ['DRILL', 'asked at site-b', 'No news from the worker for', 'drillbook worker', 'by api'])
      expect(text).toContain(told);
    expect(text).toContain('Waits for a worker. Last known: Waits for cem to vote on “go”.');
    expect(text).toContain('what is sent now is not recorded');
    expect(text).not.toContain('rying again');
  });

  it('a console that nobody has ever answered shows what Temporal keeps, and says what is not known', async () => {
    const fresh = await startConsole({ configPath: harness.configPath, port: 0, log: () => undefined });
    const headers = { authorization: `Bearer ${token}`, accept: page };
    const text = await words(await fetch(`${fresh.url}/runs/${run}`, { headers }));
    const answer = await fetch(`${fresh.url}/runs/${run}/decide`, {
      ...{ method: 'POST', headers, redirect: 'manual' },
      body: new URLSearchParams(decision),
    });
    await fresh.close();
    expect(text).toContain('Waits for a worker. Whether it waits for people too is not known.');
    expect(text).not.toMatch(/Between two steps|to begin/);
    expect(await words(answer)).toContain('nobody knows what it asks: nothing was sent, and nothing was recorded');
  });

  it('all that is only looked at is there in time', async () => {
    const paths = [
      '/',
      '/runbooks',
      '/audit',
      `/runs/${run}/act`,
      `/runs/${run}/report`,
      '/runbooks/asked/start?mode=drill',
    ];
    const calls = ['runs', `runs/${run}`, 'pending', 'schedules', 'leases', 'runbooks'].map(call => `/api/v1/${call}`);
    const { came, tookMs } = await timed(() =>
      Promise.all([...paths, ...calls].map(async path => [path, (await ask(path, undefined, page)).status])),
    );
    expect(came.filter(([, status]) => status !== 200)).toEqual([]);
    expect(tookMs).toBeLessThan(enoughMs);
    expect(await words(await ask('/', undefined, page))).toContain('No worker answers for it: ');
    expect(await (await ask(`/api/v1/runs/${run}`)).json()).toMatchObject({
      runbook: 'asked',
      mode: 'drill',
      silent: true,
    });
  });

  it('a word waited 45 s for a worker, and might have been heard later: it is not sent, and that is said', async () => {
    const before = audited().length;
    const { came: all, tookMs } = await timed(() =>
      Promise.all([
        ask(`/runs/${run}/decide`, decision, page),
        ask(`/runs/${run}/act`, { act: 'pause', reason: 'wait' }, page),
        ask(`/api/v1/runs/${run}/votes`, { step: 'go', reason: 'all are there' }),
      ]),
    );
    expect(tookMs).toBeLessThan(2 * enoughMs);
    expect(all.map(({ status }) => status)).toEqual([409, 409, 503]);
    for (const answer of all) expect(await words(answer)).toContain(notSent);
    const lines = audited().slice(before);
    expect(lines.map(({ call, counted }) => [call, counted]).sort()).toEqual([
      ['pause', false],
      ['vote', false],
      ['vote', false],
    ]);
    await harness.startWorker();
    await until('the run answers again', async () => (await ask(`/runs/${run}`, undefined, page)).status === 200);
    const [asked] = await pendingOfRun(harness.control, run);
    expect(asked).toMatchObject({ key: 'go', votes: [] });
    await harness.stopWorker();
  });

  it('a plan was waited for without end, for a worker that Temporal still listed', async () => {
    const { came, tookMs } = await timed(() =>
      Promise.all([
        ask('/runbooks/asked/plan', { mode: 'drill' }, page),
        ask('/api/v1/plans', { runbook: 'asked', mode: 'drill' }),
      ]),
    );
    expect(tookMs).toBeLessThan(20_000);
    for (const answer of came) {
      expect(answer.status).toBe(503);
      expect(await words(answer)).toContain('No worker has made the look at the sites');
    }
  });
});

/** What a stream says, until it says this or ends. */
async function readUntil(stream: Response, wanted: string): Promise<string> {
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (let over = reader === undefined; !over && !text.includes(wanted); ) {
    const part = await reader?.read();
    text += part?.value ?? '';
    over = part?.done !== false;
  }
  await reader?.cancel();
  return text;
}

const looks = (): readonly string[] => [
  ...['/', '/runbooks', '/schedules/asked/weekly', '/live/runs'],
  ...['', '/act', '/live', '/graph', '/report'].map(path => `/runs/${run}${path}`),
  ...[
    'runs',
    `runs/${run}`,
    `runs/${run}/events`,
    `runs/${run}/report?format=json`,
    'pending',
    'schedules',
    'leases',
  ].map(call => `/api/v1/${call}`),
];

async function allAway(): Promise<void> {
  // What was asked a moment ago is not asked anew.
  for (const path of ['/', `/runs/${run}`])
    await until('it is noticed', async () => (await ask(path, undefined, page)).status === 503);
  const { tookMs } = await timed(() =>
    Promise.all(
      looks().map(async path => {
        const answer = await ask(path, undefined, path.startsWith('/api') ? undefined : page);
        expect([path, answer.status]).toEqual([path, 503]);
        const text = await words(answer);
        expect(text).toMatch(
          /Temporal at 127\.0\.0\.1:\d+ has not answered since \d{4}-\S+Z \(.+\); its last answer came at \S+Z\./,
        );
        expect(text).toContain('No run is lost');
        expect(text).not.toContain(notSent);
        if (!path.startsWith('/api')) expect(answer.headers.get('refresh')).toBe('10');
      }),
    ),
  );
  expect(tookMs).toBeLessThan(enoughMs);
  expect((await ask('/healthz')).status).toBe(200);
  const ready = await ask('/readyz');
  expect([ready.status, await ready.text()]).toEqual([503, 'Temporal does not answer']);
  for (const path of ['/audit', '/api/v1/whoami', '/api/v1/runbooks']) expect((await ask(path)).status).toBe(200);
}

describe('no Temporal', () => {
  it('one that stands still made every page stand still', async () => {
    process.kill(harness.server.pid, 'SIGSTOP');
    try {
      await allAway();
    } finally {
      process.kill(harness.server.pid, 'SIGCONT');
    }
    await until('it is back', async () => (await ask('/', undefined, page)).status === 200);
  });

  it('an open page says since when it has no news, one that is opened then tries again, and both come back by themselves', async () => {
    const browser = await launchBrowser();
    try {
      const context = await browser.newContext({ extraHTTPHeaders: { authorization: `Bearer ${token}` } });
      const open = await context.newPage();
      await open.goto(`${server.url}/runs/${run}`);
      await open.waitForSelector('body[data-linked=yes]');
      process.kill(harness.server.pid, 'SIGSTOP');
      const later = await context.newPage();
      try {
        const said = async () => (await open.textContent('#link')) ?? '';
        await until('it is said', async () => /^Nothing new since \d\d:\d\d:\d\dZ: Temporal at /.test(await said()));
        expect((await later.goto(`${server.url}/runs/${run}`))?.status()).toBe(503);
        expect(await later.textContent('h1')).toBe('Temporal does not answer');
      } finally {
        process.kill(harness.server.pid, 'SIGCONT');
      }
      for (const page of [open, later]) await page.waitForSelector('body[data-linked=yes]', { timeout: 45_000 });
      expect(await open.isHidden('#link')).toBe(true);
    } finally {
      await browser.close();
    }
  });

  it('one that is gone was a defect of the console: 500, and nothing said', async () => {
    const open = await ask(`/runs/${run}/live`);
    const watching = await ask(`/api/v1/runs/${run}/events`);
    expect([open.status, watching.status]).toEqual([200, 200]);
    const events = readUntil(watching, '"temporal"');
    await harness.server.stop();
    // The page's own stream ends, whereupon the page asks why, and tries again.
    await open.text();
    await allAway();
    expect(await events).toContain('"who":"temporal"');
  });

  it('what is sent then is not half done: nothing was recorded, and the audit file has it', async () => {
    const before = audited().length;
    const { came: all, tookMs } = await timed(() =>
      Promise.all([
        ask(`/runs/${run}/decide`, decision, page),
        ask(`/runs/${run}/act`, { act: 'pause', reason: 'wait' }, page),
        ask(`/api/v1/runs/${run}/votes`, { step: 'go', reason: 'all are there' }),
        ask('/runbooks/asked/plan', { mode: 'drill' }, page),
        ask('/runbooks/asked/start', { mode: 'drill', plan: '' }, page),
        ask('/api/v1/plans', { runbook: 'asked', mode: 'drill' }),
        ask('/api/v1/runs', { runbook: 'asked', mode: 'drill' }),
      ]),
    );
    expect(tookMs).toBeLessThan(enoughMs);
    for (const answer of all) {
      expect(answer.status).toBe(503);
      const text = await words(answer);
      expect(text).toContain('It was not sent: nothing was recorded. Temporal at');
      expect(answer.headers.get('refresh')).toBeNull();
      if (answer.url.endsWith('/decide')) expect(text).toContain('You had written: all are there');
    }
    const lines = audited().slice(before);
    expect(lines.map(({ call }) => call).sort()).toEqual(['pause', 'plan', 'plan', 'start', 'start', 'vote', 'vote']);
    for (const { counted, text } of lines) {
      expect(counted).toBe(false);
      expect(text).toContain('It was not sent: nothing was recorded.');
    }
    expect(lines.find(({ step }) => step === 'go')).toMatchObject({ run, call: 'vote' });
  });

  it('it comes back by itself', async () => {
    const port = Number(harness.server.address.split(':').at(-1));
    second = await startTemporal({ dir: join(harness.dir, 'temporal'), port });
    const { tookMs } = await timed(() =>
      until('the page is back', async () => (await ask(`/runs/${run}`, undefined, page)).status === 200),
    );
    expect(tookMs).toBeLessThan(15_000);
    await harness.startWorker();
    await until(
      'its worker answers',
      async () => !(await words(await ask(`/runs/${run}`, undefined, page))).includes('No news'),
    );
    const voted = await ask(`/runs/${run}/decide`, decision, page);
    expect(voted.status).toBe(303);
    expect((await harness.result(run)).verdict).toBe('passed');
  });
});
