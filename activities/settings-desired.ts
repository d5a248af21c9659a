import type { Input } from '../actions/index.ts';
import type { VmSettings } from '../actions/settings-vm.ts';
import type { Desired, DesiredNicSide, DesiredVm, DesiredVolume, Size } from '../zerto/settings/desired.ts';

type Settings = NonNullable<Input<'zerto/edit-vpg'>['set']>;
/** drillbook.yaml's own name of a site → Zerto's. */
type ZertoName = (site: string) => string;

/** What an edit asks of a VPG, in the words of the client. Durations become Zerto's units. */
export function desiredByEdit(
  input: Pick<Input<'zerto/edit-vpg'>, 'vpg' | 'set' | 'add-vms' | 'remove-vms'>,
  zertoName: ZertoName,
): Desired {
  const { set, 'add-vms': added, 'remove-vms': removed } = input;
  return {
    vpg: input.vpg,
    ...desiredSettings(set ?? {}, zertoName),
    ...(added && { addVms: added.map(vm => (typeof vm === 'string' ? { name: vm } : desiredVm(vm))) }),
    ...(removed && { removeVms: removed }),
  };
}

/** A new VPG, in the words of the client. It recovers to the step's own site. */
export function desiredNew(
  { vpg, ...settings }: Input<'zerto/create-vpg'>,
  recoverySite: string,
  zertoName: ZertoName,
): Desired {
  return { vpg, recoverySite, ...desiredSettings(settings, zertoName) };
}

function desiredSettings(set: Settings, zertoName: ZertoName): Omit<Desired, 'vpg'> {
  const { rpo, priority, networks } = set;
  const { 'journal-datastore': journalDatastore, ...place } = set.recovery ?? {};
  const { host, datastore, folder, 'host-cluster': hostCluster, 'resource-pool': resourcePool } = place;
  const limit = set['journal-limit'];
  const warning = set['journal-warning'];
  return {
    ...(set['protected-site'] !== undefined && { protectedSite: zertoName(set['protected-site']) }),
    ...(rpo !== undefined && { rpoSeconds: Math.round(rpo / 1_000) }),
    ...(set['service-profile'] !== undefined && { serviceProfile: set['service-profile'] }),
    ...(set.journal !== undefined && { journalHours: Math.round(set.journal / 3_600_000) }),
    ...(set['test-interval'] !== undefined && { testIntervalMinutes: Math.round(set['test-interval'] / 60_000) }),
    ...(priority !== undefined && { priority: priorities[priority] }),
    ...(set.recovery !== undefined && {
      recovery: given({ host, hostCluster, datastore, folder, resourcePool }),
    }),
    ...((journalDatastore ?? limit ?? warning) !== undefined && {
      journal: given({
        datastore: journalDatastore,
        limit: limit === undefined ? undefined : sizeOf(limit),
        warning: warning === undefined ? undefined : sizeOf(warning),
      }),
    }),
    ...(networks !== undefined && { networks: given(networks) }),
    ...(set['boot-groups'] !== undefined && {
      bootGroups: set['boot-groups'].map(({ name, delay }) => ({
        name,
        ...(delay !== undefined && { delaySeconds: Math.round(delay / 1_000) }),
      })),
    }),
    ...(set.vms !== undefined && { vms: set.vms.map(desiredVm) }),
  };
}

const priorities = { low: 'Low', medium: 'Medium', high: 'High' } as const;

function desiredVm({ name, nics, volumes, 'boot-group': bootGroup }: VmSettings): DesiredVm {
  return {
    name,
    ...(bootGroup !== undefined && { bootGroup }),
    ...(nics !== undefined && {
      nics: nics.map(({ nic, failover, test }) => ({
        nic,
        ...(failover && { failover: desiredSide(failover) }),
        ...(test && { test: desiredSide(test) }),
      })),
    }),
    ...(volumes !== undefined && {
      volumes: volumes.map(
        ({ volume, preseed, rdm }): DesiredVolume => ({
          volume,
          ...(preseed && { preseed }),
          ...(rdm && { rdm: { device: rdm.device, physical: rdm.physical ?? false } }),
        }),
      ),
    }),
  };
}

type SideInput = NonNullable<NonNullable<VmSettings['nics']>[number]['test']>;

function desiredSide({ network, ip, gateway, dns, 'dns-suffix': dnsSuffix }: SideInput): DesiredNicSide {
  return given({ network, ip, gateway, dns, dnsSuffix });
}

function sizeOf(text: string): Size {
  const amount = Number.parseInt(text, 10);
  if (text.endsWith('%')) return { percent: amount };
  return { mb: text.endsWith('GiB') ? amount * 1_024 : amount };
}

/** What has a value: an absent key is not the same as one that is there without. */
function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
