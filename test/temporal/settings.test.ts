import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Harness, shipped, startHarness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

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
  const { id } = await harness.run(shipped('vpg-networks.yaml'), 'change');
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
