import type { Scenario, VmSpec, VpgSpec } from '../../simulator/scenario.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import type { Case } from './cases.ts';
import { accounts } from './facts.ts';

/**
 * The default scenario in a hurry. Its name stands in every identifier, so that the VPGs of two seeds are two VPGs to whoever
 * grants locks.
 */
export function scenarioOf(seed: number, chosen: Case): Scenario {
  const base = healthy();
  const more = [{ username: accounts.drills }, { username: accounts.stranger }];
  const recovered = chosen.file === 'failback.yaml';
  return {
    ...base,
    name: `campaign ${seed}`,
    sites: base.sites.map(site => ({ ...site, accounts: [...(site.accounts ?? []), ...more] })),
    vms: base.vms.map(vm => ({ ...(recovered ? atB(vm) : vm), readyAfterMs: 0 })),
    vpgs: recovered ? base.vpgs.map(towardsA) : base.vpgs,
    durations: {
      failoverTest: 300,
      stopFailoverTest: 200,
      failover: 400,
      move: 400,
      commit: 300,
      rollBack: 300,
      commitSettings: 300,
      initialSync: 500,
      bitmapSync: 300,
      deltaSync: 0,
      volumeSync: 200,
    },
  };
}

const isPayments = (name: string): boolean => name.startsWith('payments-');

/** As after move.yaml. */
function atB(vm: VmSpec): VmSpec {
  if (!isPayments(vm.name)) return vm;
  const nics = vm.nics.map(nic => ({ ...nic, network: 'B-VLAN120', address: nic.address.replace('10.10.', '10.20.') }));
  return { ...vm, site: 'site-b', nics };
}

function towardsA(vpg: VpgSpec): VpgSpec {
  if (!isPayments(vpg.name)) return vpg;
  const at = (address: string | undefined, net: string) => address?.replace(/^10\.\d+\./, net);
  return {
    ...vpg,
    from: 'site-b',
    to: 'site-a',
    networks: { failover: 'A-VLAN120', test: 'A-Bubble-120' },
    vms: vpg.vms.map(vm => ({
      ...vm,
      nics: vm.nics.map(({ nic, failover, test }) => ({
        nic,
        failover: target(at(failover.address, '10.10.'), at(failover.gateway, '10.10.')),
        test: target(at(test.address, '10.98.'), at(test.gateway, '10.98.')),
      })),
    })),
  };
}

const target = (address: string | undefined, gateway: string | undefined) => ({
  ...(address === undefined ? {} : { address }),
  ...(gateway === undefined ? {} : { gateway }),
});
