import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createConsoleApp } from '../../console/app.ts';
import { listen } from '../../console/listen.ts';
import { withConsole } from '../../control/access/console-secrets.ts';
import { baseConfig, listedToken, startStage, tokenOf } from './stage.ts';

const config = `${baseConfig.replace('zvm: { env: ZVM },', 'zvm: { env: ZVM }, pager: { file: pager }, ci: { file: ci },')}people: { ad: { name: Ad }, op: { name: Op } }
roles: [ { role: admin, to: [ad] }, { role: operator, to: [op] } ]
triggers:
  pagerduty: { kind: pagerduty, secret: pager, may: [ { runbooks: [payments], modes: [drill] } ] }
  pipeline: { kind: hmac, secret: ci, may: [ { runbooks: [payments], modes: [drill] } ] }
identity: { decision-key: decision, tokens: [${listedToken('ad')}, ${listedToken('op')}] }
`;

async function stageOf(text = config) {
  const stage = await startStage(text);
  onTestFinished(() => {
    stage.close();
  });
  writeFileSync(join(stage.dir, 'ci'), 'whsec_\n', { mode: 0o600 });
  return stage;
}

const ofConsole = [
  { what: 'secret decision of the console', ok: true, found: 'can be read' },
  {
    what: 'secret pager of the console',
    ok: false,
    found: expect.stringContaining('triggers.pagerduty.secret') as string,
  },
  { what: 'secret ci of the console', ok: false, found: expect.stringContaining('nothing behind whsec_') as string },
];
const byWorker = [
  { what: 'secret zvm', ok: true, found: 'can be read' },
  { what: 'secret pager of the console', ok: true, found: 'another file, on the machine of the worker' },
];

it('defect: a check of secrets was the worker’s alone, who has not those of a console on another machine', async () => {
  const stage = await stageOf();
  const answer = await stage.call('GET', '/api/v1/secrets', tokenOf('ad'));
  expect([answer.status, await answer.json()]).toEqual([
    200,
    { findings: expect.arrayContaining(ofConsole) as unknown },
  ]);
  expect((await stage.call('GET', '/api/v1/secrets', tokenOf('op'))).status).toBe(403);
});

it('config check --live asks the console that somebody has signed in to, if it is that of drillbook.yaml', async () => {
  const stage = await stageOf();
  const read = await stage.deps.readConfig();
  const server = await listen(createConsoleApp(stage.deps), { host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close());
  const login = (person: string) => ({ url: server.url, token: tokenOf(person) });
  expect(await withConsole(byWorker, read, undefined)).toEqual(byWorker);
  const asked = await withConsole(byWorker, read, login('ad'));
  expect(asked).toHaveLength(4);
  expect(asked).toEqual(expect.arrayContaining([byWorker[0], ...ofConsole]));
  // Who may not ask is told so, and has what the worker saw.
  const refused = { what: `console ${server.url}`, ok: false, found: expect.stringContaining('op may not') as string };
  expect(await withConsole(byWorker, read, login('op'))).toEqual([...byWorker, refused]);
  const gone = await withConsole(byWorker, read, { ...login('ad'), url: 'http://127.0.0.1:1' });
  expect(gone.at(-1)).toMatchObject({ ok: false, found: expect.stringContaining('No console answers') as string });
  const other = { console: { ...read.console, 'public-url': 'https://drillbook.example.com/' } };
  expect(await withConsole(byWorker, other, login('ad'))).toEqual(byWorker);
});
