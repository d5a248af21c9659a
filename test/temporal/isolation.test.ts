import { expect, it } from 'vitest';
import { changeVpg } from '../../simulator/scenario.ts';
import type { Scenario } from '../../simulator/scenario.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import { oneTest, startHarness } from './harness.ts';

/** `oneTest` has no preflight: the guard's own proof, made just before the call, is what stands between a drill and production. */
const withNetworks = (test: string | null): Scenario =>
  changeVpg(healthy(), 'payments-db', vpg => ({
    ...vpg,
    networks: { ...vpg.networks, test },
    vms: vpg.vms.map(vm => ({
      ...vm,
      nics: vm.nics.map(nic => ({ ...nic, test: { ...nic.test, network: test } })),
    })),
  }));

it.each<[string, Scenario, RegExp]>([
  [
    'a VPG whose test network is its failover network',
    withNetworks('B-VLAN120'),
    /payments-db.*Network adapter 1.*B-VLAN120/s,
  ],
  ['a VPG without a test network', withNetworks(null), /payments-db.*has no test network/s],
  [
    'a script that is not allowed',
    changeVpg(healthy(), 'payments-db', vpg => ({
      ...vpg,
      scripts: { preRecovery: { command: 'C:\\\\scripts\\\\switch-dns.ps1' } },
    })),
    /pre-recovery script.*switch-dns\.ps1/s,
  ],
])('%s: the test is not started, and the reason is named', async (_name, scenario, sentence) => {
  const harness = await startHarness({ scenario });
  try {
    const { id, result } = await harness.run(oneTest, 'drill');
    expect(result.verdict).toBe('failed');
    expect(result.reasons.join('\n')).toMatch(sentence);
    expect(harness.simulator.testsStarted('payments-db')).toBe(0);
    expect(harness.simulator.openSettings()).toBe(0);
    const journal = await harness.journal(id);
    expect(journal.isolation.some(proof => proof.facts.some(fact => !fact.isolated))).toBe(true);
    expect(journal.openings).toMatchObject([{ state: 'did-not-happen' }]);
  } finally {
    await harness.close();
  }
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
