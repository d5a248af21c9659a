import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Harness, startHarness } from './harness.ts';

/** Sub-runbooks, batches and what they open, on a real server and over real HTTPS. */
let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

const one = `
apiVersion: drillbook/v1
name: one-vpg
site: site-b
modes: [drill]
inputs: { vpg: { type: string, required: true } }
steps:
  - id: test
    uses: zerto/recover
    with: { vpg: "\${{ inputs.vpg }}" }
  - id: up
    uses: assert
    with: { that: "steps.test.outputs.vms.all(vm, vm.running) && inputs.vpg != 'payments-app'", message: Not as it should be. }
outputs:
  checkpoint: \${{ steps.test.outputs.checkpoint }}
`;
const estate = `
apiVersion: drillbook/v1
name: estate
site: site-b
modes: [drill]
steps:
  - id: each_vpg
    for-each: [payments-db, payments-app, payments-web]
    batch: 2
    on-failure: continue
    max-failures: 1
    uses: runbook
    with: { file: one.yaml, inputs: { vpg: "\${{ each.value }}" } }
  - id: told
    uses: assert
    with: { that: steps.each_vpg.outputs.succeeded == 2 && steps.each_vpg.outputs.failed == 1 }
outputs:
  succeeded: \${{ steps.each_vpg.outputs.succeeded }}
`;

it('each item of an estate opens, checks and closes by itself; one failure is borne', async () => {
  const id = await harness.start(harness.plan(estate, 'drill', {}, { 'one.yaml': one }));
  const result = await harness.result(id);
  expect(result.reasons.join('; ')).toContain('payments-app');
  expect(result.verdict).toBe('passed_with_exceptions');
  expect(result.outputs).toEqual({ succeeded: 2 });
  expect(harness.simulator.testsRunning()).toEqual([]);
  for (const vpg of ['payments-db', 'payments-app', 'payments-web'])
    expect(harness.simulator.testsStarted(vpg)).toBe(1);
  // The third opened only when the first two were closed again.
  const calls = harness.simulator.requests
    .filter(r => r.method === 'POST' && /failovertest(stop)?$/i.test(r.path))
    .map(r => (/stop$/i.test(r.path) ? 'stop' : 'open'));
  expect(calls.slice(0, 4).sort()).toEqual(['open', 'open', 'stop', 'stop']);
  expect(calls.slice(4)).toEqual(['open', 'stop']);
  const { steps } = await harness.journal(id);
  expect(steps.map(step => step.key)).toContain('each_vpg[payments-web]/close-test');
});
