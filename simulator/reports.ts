import { randomUUID } from 'node:crypto';
import type { World } from './state.ts';
import { endsOf, nameOf, type RunningTest, type Vpg } from './vpg.ts';

/** One recovery operation, as it stands in /v1/reports/recovery. Times: ms since 1970. */
export interface RecoveryReport {
  readonly id: string;
  readonly vpgId: string;
  readonly vpgName: string;
  readonly type: 'FailoverTest';
  readonly protectedSite: string;
  readonly recoverySite: string;
  readonly start: number;
  readonly end: number;
  readonly pointInTime: number;
  readonly rtoMs: number;
  readonly success: boolean;
  readonly by: string;
  readonly notes: string;
  readonly host: string;
  readonly datastore: string;
  readonly network: string;
  readonly vms: readonly { readonly name: string; readonly networks: readonly string[] }[];
  readonly steps: readonly { readonly description: string; readonly start: number; readonly end: number }[];
}

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
