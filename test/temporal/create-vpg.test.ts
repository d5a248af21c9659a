import { afterAll, beforeAll, expect, it } from 'vitest';
import { dryRun } from '../../control/dry-run.ts';
import { type Harness, shipped, startHarness } from './harness.ts';

/** The shipped runbook on the shipped scenario, on a real server and over real HTTPS. */
let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

const files = { 'drill-shop.yaml': shipped('drill-shop.yaml') };
// Twelve simulated VMs are synchronised sooner than twelve real ones.
const text = shipped('create-vpg.yaml').replace('every: 30s', 'every: 1s');

it('a VPG of twelve VMs is made, synchronised and drilled by one run; again, it is found as it was made', async () => {
  const plan = harness.plan(text, 'change', {}, files);
  const look = await dryRun(harness.control, plan, {
    trigger: 'cli',
    requester: 'ana',
    verified: false,
    reason: '',
    url: '',
    configSha256: harness.config.pinnedSha256,
  });
  expect(look.findings).toEqual([]);
  expect(look.told.join('\n')).toContain('shop would be made and protect shop-db-01');
  expect(harness.simulator.commits()).toBe(0);

  const id = await harness.start(plan);
  const result = await harness.result(id);
  expect(result.reasons).toEqual([]);
  expect(result.verdict).toBe('passed');
  const { steps } = await harness.journal(id);
  const outputsOf = (key: string) => steps.find(step => step.key === key)?.outputs;
  expect(outputsOf('create')).toMatchObject({ vpg: 'shop', changed: true });
  expect(result.outputs).toEqual({ vpg: outputsOf('create')?.['id'] });
  expect(outputsOf('drill/up')?.['vms']).toHaveLength(12);
  expect(steps.filter(step => step.key.startsWith('drill/websites[')).map(step => step.status)).toEqual(
    Array.from({ length: 6 }, () => 'succeeded'),
  );
  expect(harness.simulator.testsStarted('shop')).toBe(1);
  expect(harness.simulator.testsRunning()).toEqual([]);
  expect(harness.simulator.openGuests()).toBe(0);
  expect(harness.simulator.openSettings()).toBe(0);

  const only = text.replace(/\n {2}- id: synchronised.*?(?=\noutputs:)/s, '\n');
  const again = await harness.run(only, 'change');
  expect(again.result).toMatchObject({ verdict: 'passed', outputs: result.outputs });
  expect(harness.simulator.commits()).toBe(1);
}, 60_000);
