import { z } from 'zod';
import { caFile, duration, ref, requestTime, secretName, text } from './values.ts';

const account = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z
        .enum(['windows', 'hypervisor', 'password'])
        .describe('windows or hypervisor: a Windows ZVM. password: an appliance, by its password grant.'),
      username: text('User name, with its domain where it has one'),
      password: secretName('Password'),
    }),
    z.strictObject({
      kind: z.literal('client').describe('An appliance, by client credentials'),
      'client-id': text('The client in realm zerto'),
      'client-secret': secretName('Client secret'),
    }),
  ])
  .describe('With what drillbook signs in');

const tls = z
  .union([
    caFile,
    z.strictObject({
      fingerprint: z
        .string()
        .regex(/^sha256:[0-9a-fA-F]{64}$/, 'sha256: and 64 hexadecimal digits are wanted')
        .describe('SHA-256 of the certificate that the ZVM shows: sha256:…'),
    }),
  ])
  .describe('What certificate to trust; default: what the system trusts');

const url = z
  .string()
  .min(1)
  .refine(isHttps, 'an https URL is wanted: the sign-in carries the password')
  .refine(hasNoPath, 'without a path: the paths of the API are known')
  .describe('The ZVM, better by address than by name: DNS may be down on the day');

export const site = z
  .strictObject({
    url,
    'zerto-name': text('The SiteName that its /v1/localsite must give; else no call is made'),
    generation: z.enum(['auto', 'windows', 'appliance']).default('auto').describe('What kind of ZVM it is'),
    account,
    'drill-account': account
      .optional()
      .describe('Used by drills in place of `account`, so that Zerto itself refuses more'),
    tls: tls.optional(),
    peer: ref('site', 'The other site; it names this one').optional(),
    'task-queue': text(
      'The Temporal task queue of the workers that reach this site; default: the main queue',
    ).optional(),
    'test-networks': z
      .array(text('A port group'))
      .default([])
      .describe('Port groups in which failover tests may come up. Empty: no drill here.'),
    'overlapping-networks': z
      .boolean()
      .default(false)
      .describe('The test networks reuse production addresses: checks of a drill need `via`'),
    'allowed-scripts': z
      .array(text('A command as it stands in the VPG'))
      .default([])
      .describe('Pre- and post-recovery commands of VPGs that may run in a test'),
    'max-open-tests': z.int().min(1).default(10).describe('Open failover tests of all runs together'),
    'requests-per-second': z.int().min(1).max(1_000).default(5).describe('Requests that the ZVM is asked at most'),
    'request-timeout': requestTime('A request without an answer is given up after this; from 1s to 2m').prefault('30s'),
    'clock-skew': duration('A larger difference of its clock is a finding').prefault('5s'),
  })
  .describe('A ZVM and how to reach it');

function isHttps(written: string): boolean {
  return URL.canParse(written) && new URL(written).protocol === 'https:';
}

function hasNoPath(written: string): boolean {
  if (!URL.canParse(written)) return true;
  const { pathname, search, hash } = new URL(written);
  return ['', '/'].includes(pathname) && search === '' && hash === '';
}
