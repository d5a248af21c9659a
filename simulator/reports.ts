import { randomUUID } from 'node:crypto';
import type { RecoveryReport, RunningTest, Vpg, World } from './state.ts';
import { endsOf, nameOf } from './vpg.ts';

/** The report of a test that has been stopped. */
export function reportOf(
  world: World,
  vpg: Vpg,
  test: RunningTest,
  stop: { readonly success: boolean; readonly summary: string; readonly stopping: number; readonly ended: number },
): RecoveryReport {
  const { protectedSite, recoverySite } = endsOf(world, vpg);
  const { estate } = recoverySite;
  const networkName = (id: string | null | undefined): string =>
    estate.networks.find(network => network.id === id)?.name ?? '';
  const fallback = vpg.settings.Networks.FailoverTest.Hypervisor?.DefaultNetworkIdentifier;
  const up = test.up ?? stop.stopping;
  const name = nameOf(vpg);
  return {
    id: randomUUID(),
    vpgId: vpg.id,
    vpgName: name,
    type: 'FailoverTest',
    protectedSite: protectedSite.spec.zertoName,
    recoverySite: recoverySite.spec.zertoName,
    start: test.started,
    end: stop.ended,
    pointInTime: test.checkpoint.time,
    rtoMs: up - test.started,
    success: stop.success,
    by: test.by,
    notes: stop.summary,
    host: estate.hosts[0]?.name ?? '',
    datastore: estate.datastores[0]?.name ?? '',
    network: networkName(fallback),
    vms: vpg.settings.Vms.filter(vm => test.vmIds.includes(vm.VmIdentifier)).map(vm => ({
      name: `${world.estate.vmIdentified(vm.VmIdentifier)?.name ?? vm.VmIdentifier} - testing recovery`,
      networks: vm.Nics.map(nic => networkName(nic.FailoverTest.Hypervisor?.NetworkIdentifier ?? fallback)),
    })),
    steps: [
      { description: `Fail-over test VPG ${name}`, start: test.started, end: up },
      { description: `Stop fail-over test VPG ${name}`, start: stop.stopping, end: stop.ended },
    ],
  };
}
