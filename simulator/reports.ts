import { randomUUID } from 'node:crypto';
import { attachmentsOf, defaultNetworkOf } from './attachments.ts';
import type { Checkpoint } from './journal.ts';
import type { SettingsVm } from './settings-document.ts';
import type { RecoveryReport } from './records.ts';
import type { Vpg, World } from './state.ts';
import { endsOf, nameOf } from './vpg.ts';

/** What is told of a recovery operation that has ended. Times: ms since 1970. */
export interface Ended {
  readonly type: RecoveryReport['type'];
  readonly members: readonly SettingsVm[];
  /** Undefined: it lost nothing. */
  readonly checkpoint: Checkpoint | undefined;
  readonly by: string;
  readonly started: number;
  /** When its VMs were up. */
  readonly up: number;
  readonly ended: number;
  readonly success: boolean;
  readonly status: string;
  readonly notes: string;
  readonly steps: RecoveryReport['steps'];
}

export function reportOf(world: World, vpg: Vpg, ended: Ended): RecoveryReport {
  const { protectedSite, recoverySite } = endsOf(world, vpg);
  const { estate } = recoverySite;
  const side = ended.type === 'FailoverTest' ? 'FailoverTest' : 'Failover';
  const fallback = defaultNetworkOf(vpg.settings, side);
  const naming = ended.type === 'FailoverTest' ? world.choices.testVmName : '{vm}';
  return {
    id: randomUUID(),
    vpgId: vpg.id,
    vpgName: nameOf(vpg),
    type: ended.type,
    siteIds: [protectedSite.identifier, recoverySite.identifier],
    protectedSite: protectedSite.spec.zertoName,
    recoverySite: recoverySite.spec.zertoName,
    start: ended.started,
    end: ended.ended,
    pointInTime: ended.checkpoint?.time ?? ended.up,
    rtoMs: ended.up - ended.started,
    success: ended.success,
    status: ended.status,
    by: ended.by,
    notes: ended.notes,
    host: estate.hosts[0]?.name ?? '',
    datastore: estate.datastores[0]?.name ?? '',
    network: estate.networks.find(network => network.id === fallback)?.name ?? '',
    vms: ended.members.map(member => {
      const vm = world.estate.vmIdentified(member.VmIdentifier);
      const networks =
        vm === undefined
          ? []
          : attachmentsOf(recoverySite, vpg.settings, member, vm, side).map(({ network }) => network?.name ?? '');
      return { name: naming.replace('{vm}', vm?.name ?? member.VmIdentifier), networks };
    }),
    steps: ended.steps,
  };
}
