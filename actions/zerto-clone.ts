import { z } from 'zod';
import { contract, hour, politely } from './contract.ts';
import { checkpointField, vpgName } from './fields.ts';

export const clone = contract({
  name: 'zerto/clone',
  summary: 'copies the VMs of a VPG at a point in time; nothing removes the copies',
  input: z.strictObject({
    vpg: vpgName().describe('The VPG.'),
    checkpoint: checkpointField()
      .default({ by: 'latest', kind: 'any' })
      .describe('Which point in time (default: the latest when the call is sent).'),
    datastore: z.string().min(1).describe('Datastore of the recovery site that the copies are put on.'),
  }),
  output: z.strictObject({
    vms: z.array(z.string()).describe('Names of the copies.'),
    checkpoint: z.string().describe('CheckpointIdentifier that was used.'),
    checkpoint_time: z.string().describe('Time of that checkpoint.'),
  }),
  effect: 'reversible',
  performer: 'activity',
  locks: 'vpg',
  vpgs: 'vpg',
  built: true,
  timeoutMs: 4 * hour,
  waits: true,
  transport: politely,
});
