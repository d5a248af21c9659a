import { z } from 'zod';
import { priorities, vpgSubStatuses } from '../enums.ts';
import { duration, flag, text } from './values.ts';
import { repeat } from './vm-schema.ts';

const network = z.string().min(1).nullable();

const target = z.strictObject({
  network: network.describe("Another network than the VPG's; null is unset").exactOptional(),
  address: text('A new address with its prefix: 10.99.1.10/24; default: the VM keeps its own').exactOptional(),
  gateway: text('Gateway').exactOptional(),
  dns: text('DNS server').exactOptional(),
});

const nic = z.strictObject({
  nic: text('Of the VM; default: Network adapter 1').default('Network adapter 1'),
  failover: target.describe('In a failover or a move').default({}),
  test: target.describe('In a failover test').default({}),
});

const member = z
  .strictObject({
    'boot-group': text('One of the boot groups; default: the one that every VPG has').exactOptional(),
    nics: z
      .array(nic)
      .describe("Default: all of the VM, in the VPG's networks, with their own addresses")
      .exactOptional(),
  })
  .nullable()
  .describe('A protected VM, by name');

const script = z.strictObject({
  command: text('What is run'),
  parameters: text('Its parameters').exactOptional(),
  fails: flag('It ends with an error').exactOptional(),
});

const subStatus = z.enum(vpgSubStatuses).describe("A name of the vendor's");

const state = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('syncing').describe('It synchronises'),
    'sub-status': subStatus,
    for: duration('From the start'),
  }),
  z.strictObject({
    kind: z.literal('paused').describe('It does not replicate'),
    by: z.enum(['user', 'system']).describe('Who paused it').default('user'),
  }),
  z.strictObject({
    kind: z.literal('trouble').describe('It is out of order until its settings are committed again'),
    'sub-status': subStatus,
  }),
]);

export const vpg = z
  .strictObject({
    from: text('The protected site'),
    to: text('The recovery site'),
    rpo: duration('Configured RPO').prefault('5m'),
    journal: duration('Configured history, whole hours').prefault('24h'),
    'journal-filled': duration('How much of it is there at the start; default: all').exactOptional(),
    priority: z
      .enum(priorities as ['Low', 'Medium', 'High'])
      .describe('Priority')
      .default('Medium'),
    'test-interval': duration('Test reminder').prefault('182d'),
    'last-test-days-ago': z.number().min(0).describe('Default: never tested').exactOptional(),
    networks: z
      .strictObject({
        failover: network.describe('Network of the recovery site; null is unset'),
        test: network.describe('Network of the recovery site for tests; null is unset'),
      })
      .describe('Where its VMs come up'),
    'boot-groups': z
      .record(z.string().min(1), duration('Delay'))
      .describe('Boot groups and their delays, in their order')
      .default({}),
    vms: z.record(z.string().min(1), member).describe('Protected VMs, by name').default({}),
    scripts: z
      .strictObject({
        pre: script.describe('Pre-recovery').exactOptional(),
        post: script.describe('Post-recovery').exactOptional(),
      })
      .describe('Pre- and post-recovery scripts')
      .exactOptional(),
    state: state.describe('What it is at the start; default: protected').exactOptional(),
    'app-consistent-every': duration(
      'How often a checkpoint is application-consistent; default: never',
    ).exactOptional(),
    repeat,
  })
  .describe('A VPG');
