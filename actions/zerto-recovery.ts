import { z } from 'zod';
import { contract, hour, minute, politely } from './contract.ts';
import { checkpointField, vmState, vpgName } from './fields.ts';

const shutdown = z.enum(['auto', 'none', 'graceful', 'force']).default('auto');
const latest = { by: 'latest', kind: 'any' } as const;

const recovered = z.strictObject({
  vms: z.array(vmState),
  /** CheckpointIdentifier used. */
  checkpoint: z.string(),
  /** ISO 8601 of that checkpoint. */
  checkpoint_time: z.string(),
  /** ms from the call to VMs up. */
  up_after: z.number().meta({ kind: 'duration' }),
});

export const failoverTest = contract({
  name: 'zerto/failover-test',
  summary: 'brings a VPG up in its isolated test network',
  input: z.strictObject({
    vpg: vpgName(),
    checkpoint: checkpointField().default(latest),
    vms: z.array(z.string()).min(1).optional(),
  }),
  output: recovered,
  effect: 'isolated',
  performer: 'guard',
  closedBy: 'zerto/stop-failover-test',
  locks: 'vpg',
  vpgs: 'vpg',
  modes: ['drill', 'failover', 'move'],
  built: true,
  timeoutMs: 30 * minute,
  transport: politely,
});

export const stopFailoverTest = contract({
  name: 'zerto/stop-failover-test',
  summary: 'stops a failover test and proves that nothing of it is left',
  input: z.strictObject({ vpg: vpgName() }),
  output: z.strictObject({
    /** Zerto's own verdict in its recovery report; empty where no report was found. */
    report_status: z.string(),
    report_id: z.string(),
    /** Seconds, as Zerto states it; -1 where it does not. */
    zerto_rto: z.number(),
  }),
  effect: 'isolated',
  performer: 'guard',
  locks: 'vpg',
  vpgs: 'vpg',
  modes: ['drill', 'failover', 'move'],
  built: true,
  timeoutMs: 30 * minute,
  transport: politely,
});

export const failover = contract({
  name: 'zerto/failover',
  summary: 'fails a VPG over, left uncommitted',
  input: z.strictObject({
    vpg: vpgName(),
    checkpoint: checkpointField().default(latest),
    vms: z.array(z.string()).min(1).optional(),
    'shutdown-source': shutdown,
  }),
  output: recovered,
  effect: 'reversible',
  performer: 'guard',
  locks: 'vpg',
  vpgs: 'vpg',
  modes: ['drill', 'failover', 'move'],
  built: false,
  timeoutMs: hour,
  transport: politely,
});

/** One word for drill and disaster; what the mode's own action cannot use is left out by the compiler. */
export const recover = contract({
  name: 'zerto/recover',
  summary: 'recovers a VPG as the mode says: a failover test in a drill, a failover in a disaster',
  input: failover.input,
  output: recovered,
  effect: 'reversible',
  performer: 'guard',
  byMode: { drill: 'zerto/failover-test', failover: 'zerto/failover', move: 'zerto/move' },
  locks: 'vpg',
  vpgs: 'vpg',
  built: true,
  timeoutMs: hour,
  transport: politely,
});

export const commit = contract({
  name: 'zerto/commit',
  summary: 'commits what this run has open: after it there is no roll-back',
  input: z.strictObject({
    vpgs: z.array(vpgName()).min(1).optional(),
    'reverse-protect': z.union([z.boolean(), z.literal('if-possible')]),
    'source-vms': z.enum(['remove', 'keep']).optional(),
  }),
  output: z.strictObject({ vpgs: z.array(z.string()) }),
  effect: 'irreversible',
  performer: 'guard',
  vpgs: 'vpgs',
  wall: true,
  modes: ['failover', 'move'],
  built: false,
  timeoutMs: hour,
  transport: politely,
});

export const rollBack = contract({
  name: 'zerto/roll-back',
  summary: 'gives up the failovers that this run has open, at a person’s word',
  input: z.strictObject({ vpgs: z.array(vpgName()).min(1).optional() }),
  output: z.strictObject({ vpgs: z.array(z.string()) }),
  effect: 'reversible',
  performer: 'guard',
  vpgs: 'vpgs',
  wall: true,
  modes: ['failover', 'move'],
  built: false,
  timeoutMs: hour,
  transport: politely,
});
