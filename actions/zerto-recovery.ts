import { z } from 'zod';
import { contract, hour, minute, politely } from './contract.ts';
import { checkpointField, span, vmName, vmState, vpgName } from './fields.ts';

const latest = { by: 'latest', kind: 'any' } as const;

const vpg = vpgName().describe('The VPG.');
const checkpoint = checkpointField()
  .default(latest)
  .describe('Which point in time (default: the latest when the call is sent).');
const vms = z.array(vmName()).min(1).optional().describe('Only these VMs of it (default: all).');
const shutdownSource = z
  .enum(['auto', 'none', 'graceful', 'force'])
  .default('auto')
  .describe(
    'What happens to the source VMs; `auto`: graceful while the other site is connected, none while it is not.',
  );

const recovered = z.strictObject({
  vms: z.array(vmState).describe('The VMs that came up.'),
  checkpoint: z.string().describe('CheckpointIdentifier that was used.'),
  checkpoint_time: z.string().describe('Time of that checkpoint.'),
  up_after: span().describe('Time from the call until the VMs were up.'),
});

export const failoverTest = contract({
  name: 'zerto/failover-test',
  summary: 'brings a VPG up in its isolated test network',
  input: z.strictObject({ vpg, checkpoint, vms }),
  output: recovered,
  effect: 'isolated',
  performer: 'guard',
  opens: 'test',
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
  summary: 'stops a failover test that this run has started, and proves that nothing of it is left',
  input: z.strictObject({ vpg }),
  output: z.strictObject({
    report_status: z.string().describe('Verdict in Zerto’s own recovery report; empty where no report was found.'),
    report_id: z.string().describe('Identifier of that report.'),
    zerto_rto: z.number().describe('Seconds that Zerto states for the recovery; -1 where it states none.'),
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
  input: z.strictObject({ vpg, checkpoint, vms, 'shutdown-source': shutdownSource }),
  output: recovered,
  effect: 'reversible',
  performer: 'guard',
  opens: 'live',
  undoneBy: 'zerto/roll-back',
  locks: 'vpg',
  vpgs: 'vpg',
  modes: ['drill', 'failover', 'move'],
  built: true,
  timeoutMs: hour,
  transport: politely,
});

export const move = contract({
  name: 'zerto/move',
  summary: 'moves a VPG without loss while both sites are up, left uncommitted',
  input: z.strictObject({
    vpg,
    'shutdown-source': z
      .enum(['auto', 'graceful', 'force'])
      .default('auto')
      .describe('How the source VMs are shut down; a move cannot leave them running.'),
  }),
  output: recovered,
  effect: 'reversible',
  performer: 'guard',
  opens: 'live',
  undoneBy: 'zerto/roll-back',
  locks: 'vpg',
  vpgs: 'vpg',
  modes: ['drill', 'failover', 'move'],
  built: true,
  timeoutMs: hour,
  transport: politely,
});

/** One word for drill and disaster; what the mode's own action cannot use is left out by the compiler. */
export const recover = contract({
  name: 'zerto/recover',
  summary: 'recovers a VPG as the mode says: a failover test in a drill, a failover or a move in a disaster',
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
