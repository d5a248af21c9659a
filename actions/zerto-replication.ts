import { z } from 'zod';
import { contract, minute, politely } from './contract.ts';
import { vpgName } from './fields.ts';

const one = () => z.strictObject({ vpg: vpgName().describe('The VPG.') });

export const pause = contract({
  name: 'zerto/pause',
  summary: 'pauses the replication of a VPG; it is resumed when the run closes, whatever happened',
  input: one(),
  output: z.strictObject({}),
  effect: 'reversible',
  performer: 'guard',
  opens: 'pause',
  closedBy: 'zerto/resume',
  locks: 'vpg',
  vpgs: 'vpg',
  built: true,
  timeoutMs: 5 * minute,
  transport: politely,
});

export const resume = contract({
  name: 'zerto/resume',
  summary: 'resumes the replication of a VPG that this run has paused, and of no other',
  input: one(),
  output: z.strictObject({}),
  effect: 'reversible',
  performer: 'guard',
  locks: 'vpg',
  vpgs: 'vpg',
  built: true,
  timeoutMs: 5 * minute,
  transport: politely,
});

export const forceSync = contract({
  name: 'zerto/force-sync',
  summary: 'starts a synchronisation of a whole VPG; until it ends the VPG cannot be recovered',
  input: one(),
  output: z.strictObject({}),
  effect: 'irreversible',
  performer: 'activity',
  locks: 'vpg',
  vpgs: 'vpg',
  built: true,
  timeoutMs: 10 * minute,
  waits: true,
  transport: politely,
});
