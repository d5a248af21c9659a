import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeVpg } from '../../simulator/scenario.ts';
import type { Scenario } from '../../simulator/scenario.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import { type Harness, oneTest, startHarness } from './harness.ts';

/** No preflight: the guard's own proof, made just before the call, is what stands between a drill and production. */
const drill = (vpg: string): string => oneTest.replace('payments-db', vpg);

const withNetworks = (scenario: Scenario, name: string, test: string | null): Scenario =>
  changeVpg(scenario, name, vpg => ({
    ...vpg,
    networks: { ...vpg.networks, test },
    vms: vpg.vms.map(vm => ({
      ...vm,
      nics: vm.nics.map(nic => ({ ...nic, test: { ...nic.test, network: test } })),
    })),
  }));

/** A VPG for each. */
function scenario(): Scenario {
  const production = withNetworks(healthy(), 'payments-db', 'B-VLAN120');
  const none = withNetworks(production, 'payments-app', null);
  const scripts = { preRecovery: { command: 'C:\\\\scripts\\\\switch-dns.ps1' } };
  return changeVpg(none, 'payments-web', vpg => ({ ...vpg, scripts }));
}

describe('of a VPG that is not isolated', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({ scenario: scenario() });
  });
  afterAll(() => harness.close());

  it.concurrent.each<[string, string, RegExp]>([
    ['a VPG whose test network is its failover network', 'payments-db', /payments-db.*Network adapter 1.*B-VLAN120/s],
    ['a VPG without a test network', 'payments-app', /payments-app.*has no test network/s],
    ['a script that is not allowed', 'payments-web', /pre-recovery script.*switch-dns\.ps1/s],
  ])('%s: the test is not started, and the reason is named', async (_name, vpg, sentence) => {
    const { id, result } = await harness.run(drill(vpg), 'drill');
    expect(result.verdict).toBe('failed');
    expect(result.reasons.join('\n')).toMatch(sentence);
    expect(harness.simulator.testsStarted(vpg)).toBe(0);
    const journal = await harness.journal(id);
    expect(journal.isolation.some(proof => proof.facts.some(fact => !fact.isolated))).toBe(true);
    expect(journal.openings).toMatchObject([{ state: 'did-not-happen' }]);
  });

  it('nothing is left behind', () => {
    expect(harness.simulator.openSettings()).toBe(0);
  });
});

it('a test network that the site does not name in test-networks', async () => {
  const harness = await startHarness({
    configure: text => text.replace(/test-networks:\n\s+- B-Bubble-120/, 'test-networks:\n      - Elsewhere'),
  });
  try {
    const { result } = await harness.run(oneTest, 'drill');
    expect(result.reasons.join('\n')).toMatch(/does not stand in test-networks/);
    expect(harness.simulator.testsStarted('payments-db')).toBe(0);
  } finally {
    await harness.close();
  }
});
