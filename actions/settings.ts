import { z } from 'zod';
import { hour, minute, second } from './contract.ts';
import { duration, durationFromZero, siteName, size } from './fields.ts';
import { ruled } from './rules.ts';
import { checkNew, checkSettings } from './settings-rules.ts';
import { vmSettings } from './settings-vm.ts';

const whole = (unitMs: number, unit: string) => duration().refine(ms => ms % unitMs === 0, `whole ${unit} are wanted`);
const bootDelay = durationFromZero().refine(ms => ms % second === 0, 'whole seconds are wanted');
const journalHistory = whole(hour, 'hours').refine(ms => ms >= hour && ms <= 30 * 24 * hour, '1h to 30d are possible');
const networkName = () => z.string().min(1);
const boot = z.strictObject({
  name: z.string().min(1).describe('Name of the group.'),
  delay: bootDelay.optional().describe('How long the next group waits after this one has started.'),
});

const recovery = ruled(
  z.strictObject({
    'host-cluster': z.string().min(1).optional().describe('Cluster that the VMs are recovered to.'),
    host: z.string().min(1).optional().describe('Host that the VMs are recovered to.'),
    datastore: z.string().min(1).optional().describe('Datastore of the recovered disks.'),
    folder: z.string().min(1).optional().describe('Folder of the recovered VMs.'),
    'resource-pool': z.string().min(1).optional().describe('Resource pool of the recovered VMs.'),
    'journal-datastore': z.string().min(1).optional().describe('Datastore of the journal.'),
  }),
  { atMostOneOf: [['host-cluster', 'host']] },
);

const networks = z.strictObject({
  failover: networkName().optional().describe('Network of failovers and moves.'),
  test: networkName().optional().describe('Isolated network of failover tests.'),
});

/** What a VPG is, by name (docs/language.md, "Settings"); durations in ms, sizes and addresses as text. */
const settings = {
  'protected-site': siteName().optional().describe('Site that the VMs run at; an existing VPG must have this one.'),
  rpo: whole(second, 'seconds').optional().describe('How much may be lost at most.'),
  'service-profile': z.string().min(1).optional().describe('Profile that sets RPO, journal and test interval.'),
  journal: journalHistory.optional().describe('How far back checkpoints reach, 1h to 30d in whole hours.'),
  'journal-limit': size().optional().describe("Most that each VM's journal may take up: MiB, GiB, or % of the VM."),
  'journal-warning': size().optional().describe("Size of a VM's journal from which Zerto warns: MiB, GiB, or %."),
  'test-interval': whole(minute, 'minutes').optional().describe('How often the VPG is to be tested.'),
  priority: z.enum(['low', 'medium', 'high']).optional().describe('Which VPGs get bandwidth first.'),
  recovery: recovery.optional().describe('Where the VMs are recovered to.'),
  networks: networks.optional().describe('Networks of every NIC that does not say otherwise.'),
  'boot-groups': z.array(boot).min(1).optional().describe('Groups of VMs in the order in which they start.'),
};
const instead = [
  ['service-profile', 'rpo'],
  ['service-profile', 'journal'],
  ['service-profile', 'test-interval'],
];
const vms = z.array(vmSettings).min(1);

/** Under `edit-vpg`'s `set`: only what is named changes. */
export const vpgSettings = ruled(
  z.strictObject({ ...settings, vms: vms.optional().describe('VMs of the VPG whose settings change.') }),
  { atMostOneOf: instead, check: checkSettings },
);

/** The `with` of `create-vpg`. */
export const newVpg = ruled(
  z.strictObject({
    vpg: z.string().min(1).describe('Name of the new VPG.'),
    ...settings,
    vms: vms.describe('VMs of the protected site that it protects.'),
  }),
  { atMostOneOf: instead, check: value => [...checkSettings(value), ...checkNew(value)] },
);
