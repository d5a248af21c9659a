import { z } from 'zod';
import { contract, minute, politely } from './contract.ts';
import { checkpointField, duration, vpgName } from './fields.ts';
import { checkpoint } from './checkpoint.ts';

/** Added by the compiler before everything else: a session on the run's own site, and the VPGs named in the Plan. */
export const signIn = contract({
  name: 'zerto/sign-in',
  summary: 'signs in to the site, proves that it is the right one and looks up the VPGs that the run names',
  input: z.strictObject({ vpgs: z.array(z.string()) }),
  output: z.strictObject({
    zerto_name: z.string(),
    site_identifier: z.string(),
    version: z.string(),
    /** VPG name → VpgIdentifier. */
    vpgs: z.record(z.string(), z.string()),
  }),
  effect: 'read',
  performer: 'activity',
  built: true,
  timeoutMs: minute,
  transport: politely,
});

export const checkVpgs = contract({
  name: 'zerto/check-vpgs',
  summary:
    'proves that VPGs can be recovered now: protected, in SLA, free, in the right direction and, in a drill, isolated',
  input: z.strictObject({
    vpgs: z.array(vpgName()).min(1),
    /** Default: the mode's RPO objective; absent with neither. */
    'max-rpo': duration().optional(),
    /** Default: the step's site. */
    'recovers-to': z.string().optional(),
  }),
  output: z.strictObject({
    /** ms; the age of the newest checkpoint of the worst VPG. */
    worst_rpo: z.number().meta({ kind: 'duration' }),
    recovers_to: z.string(),
    /** ISO 8601 of the VPG tested longest ago; empty when one was never tested. */
    last_test: z.string(),
    never_tested: z.array(z.string()),
  }),
  effect: 'read',
  performer: 'activity',
  vpgs: 'vpgs',
  built: true,
  timeoutMs: 5 * minute,
  until: true,
  transport: politely,
});

export const chooseCheckpoints = contract({
  name: 'zerto/choose-checkpoints',
  summary: 'chooses one point in time for several VPGs',
  input: z.strictObject({
    vpgs: z.array(vpgName()).min(1),
    checkpoint: checkpointField(),
    'max-spread': duration().default(minute),
  }),
  output: z.strictObject({
    /** By VPG name. */
    chosen: z.record(z.string(), checkpoint).meta({ kind: 'checkpoint' }),
    /** ISO 8601. */
    oldest: z.string(),
    /** ms between the oldest and the newest chosen. */
    spread: z.number().meta({ kind: 'duration' }),
  }),
  effect: 'read',
  performer: 'activity',
  vpgs: 'vpgs',
  built: true,
  timeoutMs: 2 * minute,
  transport: politely,
});
