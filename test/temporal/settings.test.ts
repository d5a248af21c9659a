import { afterAll, beforeAll, expect, it } from 'vitest';
import { dryRun } from '../../control/dry-run.ts';
import { type Harness, shipped, startHarness, until } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

it('plan shows the coming difference and what does not exist, with reads only', async () => {
  const look = (text: string) =>
    dryRun(harness.control, harness.plan(text, 'change'), {
      trigger: 'cli',
      requester: 'ana',
      verified: false,
      reason: '',
      url: '',
      configSha256: harness.config.pinnedSha256,
    });
  const before = harness.simulator.requests.length;
  const fitting = await look(shipped('vpg-networks.yaml'));
  expect(fitting.findings).toEqual([]);
  expect(fitting.told.join('\n')).toMatch(/crm: .* would change from "B-Bubble-120" to "B-Bubble-130"/);
  const other = await look(shipped('vpg-networks.yaml').replaceAll('B-Bubble-130', 'Nope'));
  expect(other.fits).toBe(false);
  expect(other.findings.map(f => f.sentence).join()).toContain('Nope');
  // Besides signing in and out, the object that reading settings makes is the only call that is not a GET (design 20).
  const written = harness.simulator.requests.slice(before).filter(r => r.method !== 'GET' && !/session/i.test(r.path));
  expect(new Set(written.map(r => `${r.method} ${r.path.replace(/[0-9a-f-]{36}.*$/, '*')}`))).toEqual(
    new Set(['POST /v1/vpgSettings', 'DELETE /v1/vpgSettings/*']),
  );
  expect(harness.simulator.openSettings()).toBe(0);
});

it('a settings object lost between create and commit is rebuilt', async () => {
  harness.simulator.faults.add({ method: 'POST', path: 'vpgsettings/*/commit', then: { kind: 'lose-settings' } });
  const { id, result } = await harness.run(shipped('vpg-networks.yaml'), 'change');
  expect(result.reasons).toEqual([]);
  expect(result.verdict).toBe('passed');
  expect(harness.simulator.commits()).toBe(1);
  expect(harness.simulator.openSettings()).toBe(0);
  const edits = (await harness.journal(id)).steps.filter(step => step.uses === 'zerto/edit-vpg');
  expect(JSON.stringify(edits[0]?.outputs)).toContain('B-Bubble-130');
  expect(JSON.stringify(edits[0]?.outputs)).toContain('crm-web-01');
});

it('the same change again changes nothing', async () => {
  let id = '';
  // The VM that was added synchronises for a while: until then the preflight says no.
  await until('the VPG can be changed again', async () => {
    const run = await harness.run(shipped('vpg-networks.yaml'), 'change');
    id = run.id;
    return run.result.verdict === 'passed';
  });
  const [edit] = (await harness.journal(id)).steps.filter(step => step.uses === 'zerto/edit-vpg');
  expect(edit?.outputs).toMatchObject({ changed: false, difference: [] });
  expect(harness.simulator.commits()).toBe(1);
});

it('the worker signs out at its end', async () => {
  const signedOut = () => harness.simulator.requests.filter(r => r.method === 'DELETE' && /session$/i.test(r.path));
  expect(signedOut()).toEqual([]);
  await harness.stopWorker();
  expect(signedOut().map(r => [r.site, r.status])).toEqual([['site-b', 200]]);
});
