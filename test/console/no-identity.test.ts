import { afterEach, expect, it } from 'vitest';
import { baseConfig, listedToken, type Stage, startStage, tokenOf } from './stage.ts';

/** On loopback behind a proxy that leads others to it. */
const url = 'https://drillbook.example.com';
const base = `${baseConfig}people: { ana: { name: Ana } }\n`;
const identity = (more = ''): string => `identity: { unverified: allow${more} }\n`;
const led = `console: { public-url: "${url}" }\n`;
const full = `${base}${identity(`, tokens: [${listedToken('ana')}]`)}${led}`;

let stage: Stage;
afterEach(() => {
  stage.close();
});
const runs = { r1: { runbook: 'payments', mode: 'drill' } };

async function nobodyGetsIn(): Promise<string[]> {
  const json = { 'content-type': 'application/json' };
  const answers = await Promise.all([
    stage.ask('/', { headers: { accept: 'text/html' } }),
    stage.ask('/sign-in', { headers: { accept: 'text/html' } }),
    stage.ask('/api/v1/runs'),
    stage.ask('/api/v1/runs/r1/cancel', { method: 'POST', headers: json, body: '{"reason":""}' }),
    stage.call('GET', '/api/v1/runs', tokenOf('ana')),
    stage.ask('/api/v1/whoami', { headers: { 'x-forwarded-for': '203.0.113.9' } }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
  expect([stage.said, stage.started]).toEqual([[], []]);
  return await Promise.all(answers.map(answer => answer.text()));
}

it('the identity taken out behind a public-url lets nobody in: drillbook.yaml has a mistake then', async () => {
  stage = await startStage(full, { runs, url: () => url });
  expect((await stage.call('GET', '/api/v1/whoami', tokenOf('ana'))).status).toBe(200);
  stage.configure(`${base}${identity()}${led}`);
  for (const text of await nobodyGetsIn()) expect(text).toContain('drillbook.yaml has mistakes');
});

it('nor does the identity taken out together with the public-url, as long as the console runs', async () => {
  stage = await startStage(full, { runs, url: () => url });
  stage.configure(`${base}${identity()}`);
  for (const text of await nobodyGetsIn()) expect(text).toContain('drillbook.yaml has no identity any more');
  // Probes and the page’s own style are for nobody in particular.
  expect((await stage.ask('/healthz')).status).toBe(200);
  expect((await stage.ask('/api/v1/openapi.json')).status).toBe(200);
  stage.configure(full);
  expect((await stage.call('GET', '/api/v1/whoami', tokenOf('ana'))).status).toBe(200);
});

it('a public-url that was there for a while is not forgotten when it goes together with the identity', async () => {
  stage = await startStage(base + identity(`, tokens: [${listedToken('ana')}]`), { runs });
  stage.configure(full);
  expect((await stage.call('GET', '/api/v1/whoami', tokenOf('ana'))).status).toBe(200);
  stage.configure(`${base}${identity()}`);
  await nobodyGetsIn();
});

it('on loopback, reached from nowhere else, whoever runs the console is let in as before', async () => {
  stage = await startStage(`${base}${identity()}`, { runs });
  expect((await stage.ask('/api/v1/whoami')).status).toBe(200);
});
