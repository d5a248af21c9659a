import { z } from 'zod';
import { checkpoint } from './checkpoint.ts';
import { contract, minute, politely } from './contract.ts';
import { checkpointField, durationFromZero, span, vpgName } from './fields.ts';

export const chooseCheckpoints = contract({
  name: 'zerto/choose-checkpoints',
  summary: 'chooses one point in time for several VPGs',
  input: z.strictObject({
    vpgs: z.array(vpgName()).min(1).describe('The VPGs.'),
    checkpoint: checkpointField().describe('Which point in time.'),
    'max-spread': durationFromZero().default(minute).describe('Most that the chosen checkpoints may lie apart.'),
  }),
  output: z.strictObject({
    chosen: z
      .record(z.string(), checkpoint)
      .meta({ kind: 'checkpoint' })
      .describe('The checkpoint by VPG name; a recovery, a test or a clone takes the entry of its VPG.'),
    oldest: z.string().describe('Time of the oldest one chosen.'),
    spread: span().describe('Time between the oldest and the newest one chosen.'),
  }),
  effect: 'read',
  performer: 'activity',
  vpgs: 'vpgs',
  built: true,
  timeoutMs: 2 * minute,
  transport: politely,
});

export const tagCheckpoint = contract({
  name: 'zerto/tag-checkpoint',
  summary: 'inserts a tagged checkpoint and waits until the journal has it',
  input: z.strictObject({
    vpg: vpgName().describe('The VPG.'),
    tag: z.string().min(1).max(100).describe('Name of the checkpoint; the run and the step are put behind it.'),
  }),
  output: z.strictObject({
    id: z.string().describe('CheckpointIdentifier.'),
    time: z.string().describe('When it was taken.'),
    tag: z.string().describe('The tag as the journal has it.'),
  }),
  effect: 'isolated',
  performer: 'activity',
  locks: 'vpg',
  vpgs: 'vpg',
  built: true,
  timeoutMs: 10 * minute,
  waits: true,
  transport: politely,
});
