import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { baseConfig, key, listedToken, type Stage, startStage, tokenOf } from './stage.ts';

/** Whoever may not start something costs no compilation of it, and learns neither its mistakes nor whether it is there. */
const config = `${baseConfig}people: { ana: { name: Ana }, op: { name: Op }, none: { name: None } }
roles: [ { role: operator, to: [op], runbooks: [payments], modes: [drill] } ]
policy: { live-needs: { published: false } }
identity:
  decision-key: decision
  keys: [ { id: console, public: "${key.publicKey}" } ]
  tokens: [${['ana', 'op', 'none'].map(person => listedToken(person)).join(', ')}]
`;

let stage: Stage;
beforeAll(async () => {
  stage = await startStage(config);
  const broken = (name: string): string =>
    `apiVersion: drillbook/v1\nname: ${name}\nsite: site-b\nmodes: { drill: {} }\nsteps:\n  - { id: secret_step, uses: no-such-action }\n`;
  for (const name of ['broken', 'other']) writeFileSync(join(stage.dir, `${name}.yaml`), broken(name));
});
afterAll(() => {
  stage.close();
});

const runbooks = ['broken', 'broken.yaml', 'broken@3f2a9c', 'nothing', 'nothing.yaml', '../elsewhere.yaml'];

it.each(['/api/v1/runs', '/api/v1/plans'])('%s: the role comes before the runbook', async path => {
  for (const runbook of runbooks) {
    const answer = await stage.call('POST', path, tokenOf('none'), { runbook, mode: 'drill' });
    const { detail } = (await answer.json()) as { detail: string };
    expect([runbook, answer.status]).toEqual([runbook, 403]);
    expect(detail).toMatch(/^none may not (?:start|see runs) in mode drill: the roles of drillbook\.yaml let /);
  }
});

it('whoever may start one runbook learns nothing of another, by its name or by its file', async () => {
  for (const runbook of ['broken', 'broken.yaml', 'broken@3f2a9c', 'nothing']) {
    const answer = await stage.call('POST', '/api/v1/runs', tokenOf('op'), { runbook, mode: 'drill' });
    expect([runbook, answer.status]).toEqual([runbook, 403]);
    expect(await answer.text()).not.toMatch(/secret_step|no-such-action|DB\d{4}/);
  }
  const live = await stage.call('POST', '/api/v1/runs', tokenOf('op'), { runbook: 'payments', mode: 'failover' });
  expect([live.status, await live.text()]).toMatchObject([403, expect.stringContaining('in mode failover') as string]);
  const lines = (await stage.audit()).filter(({ person }) => person === 'op');
  expect(lines.map(({ call, counted }) => [call, counted])).toEqual(Array.from({ length: 5 }, () => ['start', false]));
});

it('to go without the locks is an admin’s: asked before anything is compiled', async () => {
  stage.configure(config.replace('runbooks: [payments], modes: [drill]', 'runbooks: ["*"]'));
  const body = { runbook: 'broken', mode: 'failover', reason: 'x', confirm: 'broken', withoutLock: 'silent' };
  const answer = await stage.call('POST', '/api/v1/runs', tokenOf('op'), body);
  expect([answer.status, await answer.text()]).toMatchObject([
    403,
    expect.stringContaining('op may not go without the locks in mode failover of broken') as string,
  ]);
  // Whoever may is told its mistakes.
  const own = await stage.call('POST', '/api/v1/runs', tokenOf('op'), { runbook: 'broken', mode: 'drill' });
  expect([own.status, await own.text()]).toMatchObject([422, expect.stringContaining('no-such-action') as string]);
  stage.configure(config);
});

it('on the page too: the form of what is not there and of what is not his are answered alike', async () => {
  for (const name of ['broken', 'nothing']) {
    const answer = await stage.call('GET', `/runbooks/${name}/start?mode=drill`, tokenOf('op'));
    const { detail } = (await answer.json()) as { detail: string };
    expect([answer.status, detail.replaceAll(name, 'NAME')]).toEqual([
      403,
      expect.stringContaining('op may not start in mode drill of NAME') as string,
    ]);
  }
});
