import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Console, startConsole } from '../../console/console.ts';
import { auditFile } from '../../control/audit.ts';
import { hashOf } from '../../control/access/token-hash.ts';
import { pendingOfRun } from '../../control/pending.ts';
import { startTemporal, type TemporalServer } from '../../local/temporal-server.ts';
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

const audited = (): string[] => readFileSync(auditFile(harness.dir), 'utf8').trim().split('\n');
const decision = { kind: 'approval', step: 'go', choice: 'approve', reason: 'go' };

describe('no worker', () => {
  beforeAll(async () => {
    await harness.stopWorker();
  });

  for (const path of [
    '/',
    '/runs/RUN',
    '/runs/RUN/act',
    '/runbooks',
    '/audit',
    '/runbooks/asked/start?mode=drill',
    '/api/v1/runs',
    '/api/v1/runs/RUN',
    '/api/v1/pending',
    '/api/v1/schedules',
    '/api/v1/leases',
  ])
    it(`GET ${path}`, async () => {
      const { came, tookMs } = await timed(() =>
        ask(path.replace('RUN', run), undefined, path.startsWith('/api') ? undefined : 'text/html'),
      );
      const text = await came.text();
      console.log(
        path,
        came.status,
        tookMs,
        path.startsWith('/api')
          ? text
          : text
              .replace(/.*<main/s, '')
              .replace(/<[^>]*>/g, ' ')
              .replace(/\s+/g, ' ')
              .slice(0, 1500),
      );
    });
  it('POST', async () => {
    for (const [path, body, accept] of [
      [`/runs/${run}/decide`, decision, 'text/html'],
      [`/runs/${run}/act`, { act: 'pause', reason: 'x' }, 'text/html'],
      [`/api/v1/runs/${run}/votes`, { step: 'go', reason: 'go' }, undefined],
      ['/runbooks/asked/plan', { mode: 'drill' }, 'text/html'],
      ['/api/v1/plans', { runbook: 'asked', mode: 'drill' }, undefined],
      ['/api/v1/runs', { runbook: 'asked', mode: 'drill' }, undefined],
    ] as const) {
      const { came, tookMs } = await timed(() => ask(path, body, accept));
      const text = await came.text();
      console.log(
        'POST',
        path,
        came.status,
        tookMs,
        accept
          ? text
              .replace(/.*<main/s, '')
              .replace(/<[^>]*>/g, ' ')
              .replace(/\s+/g, ' ')
              .slice(0, 900)
          : text,
      );
    }
    console.log(audited().slice(-8).join('\n'));
  });
});

describe('no Temporal', () => {
  beforeAll(async () => {
    await harness.server.stop();
  });
  for (const path of [
    '/',
    '/runs/RUN',
    '/runs/RUN/act',
    '/runs/RUN/live',
    '/live/runs',
    '/runs/RUN/report',
    '/runbooks',
    '/audit',
    '/runbooks/asked/start?mode=drill',
    '/schedules/asked/weekly',
    '/healthz',
    '/readyz',
    '/api/v1/runs',
    '/api/v1/runs/RUN',
    '/api/v1/runs/RUN/events',
    '/api/v1/runs/RUN/report?format=json',
    '/api/v1/pending',
    '/api/v1/schedules',
    '/api/v1/leases',
    '/api/v1/runbooks',
    '/api/v1/whoami',
  ])
    it(`GET ${path}`, async () => {
      const { came, tookMs } = await timed(() =>
        ask(path.replace('RUN', run), undefined, path.startsWith('/api') ? undefined : 'text/html'),
      );
      const text = await came.text();
      console.log(
        path,
        came.status,
        tookMs,
        came.headers.get('refresh'),
        path.startsWith('/api')
          ? text
          : text
              .replace(/.*<main/s, '')
              .replace(/<[^>]*>/g, ' ')
              .replace(/\s+/g, ' ')
              .slice(0, 1500),
      );
    });
  it('POST', async () => {
    for (const [path, body, accept] of [
      [`/runs/${run}/decide`, decision, 'text/html'],
      [`/runs/${run}/act`, { act: 'pause', reason: 'x' }, 'text/html'],
      [`/api/v1/runs/${run}/votes`, { step: 'go', reason: 'go' }, undefined],
      ['/runbooks/asked/plan', { mode: 'drill' }, 'text/html'],
      ['/runbooks/asked/start', { mode: 'drill' }, 'text/html'],
      ['/api/v1/plans', { runbook: 'asked', mode: 'drill' }, undefined],
      ['/api/v1/runs', { runbook: 'asked', mode: 'drill' }, undefined],
    ] as const) {
      const { came, tookMs } = await timed(() => ask(path, body, accept));
      const text = await came.text();
      console.log(
        'POST',
        path,
        came.status,
        tookMs,
        accept
          ? text
              .replace(/.*<main/s, '')
              .replace(/<[^>]*>/g, ' ')
              .replace(/\s+/g, ' ')
              .slice(0, 900)
          : text,
      );
    }
    console.log(audited().slice(-8).join('\n'));
  });
  it('comes back', async () => {
    const port = Number(harness.server.address.split(':').at(-1));
    second = await startTemporal({ dir: join(harness.dir, 'temporal'), port });
    await until('the page is back', async () => (await ask(`/runs/${run}`, undefined, 'text/html')).status === 200);
    await harness.startWorker();
    console.log(JSON.stringify(await pendingOfRun(harness.control, run)));
  });
});
