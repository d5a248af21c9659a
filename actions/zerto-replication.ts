import { z } from 'zod';
import { contract, minute, politely } from './contract.ts';
import { vpgName } from './fields.ts';

export const tagCheckpoint = contract({
  name: 'zerto/tag-checkpoint',
  summary: 'inserts a tagged checkpoint and waits until the journal has it',
  input: z.strictObject({ vpg: vpgName(), tag: z.string().min(1).max(100) }),
  output: z.strictObject({ id: z.string(), time: z.string(), tag: z.string() }),
  effect: 'isolated',
  performer: 'activity',
  locks: 'vpg',
  vpgs: 'vpg',
  built: true,
  timeoutMs: 10 * minute,
  transport: politely,
});
