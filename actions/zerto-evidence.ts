import { z } from 'zod';
import { contract, hour, minute, politely } from './contract.ts';
import { duration, vpgName } from './fields.ts';

export const exportSettings = contract({
  name: 'zerto/export-settings',
  summary: 'puts the settings of VPGs into the report; no settings object stays behind',
  input: z.strictObject({ vpgs: z.array(vpgName()).min(1).describe('The VPGs.') }),
  output: z.strictObject({
    exported: z
      .array(z.string())
      .describe('VPGs whose settings are in the report; parameters of scripts stand there as "…".'),
    sha256: z.string().describe('SHA-256 of all these settings as canonical JSON, parameters of scripts included.'),
  }),
  effect: 'read',
  performer: 'activity',
  vpgs: 'vpgs',
  built: true,
  timeoutMs: 10 * minute,
  transport: politely,
});

export const resourcesReport = contract({
  name: 'zerto/resources-report',
  summary: 'puts Zerto’s resources report into the report of the run',
  input: z.strictObject({
    vpgs: z.array(vpgName()).min(1).optional().describe('Only of these VPGs (default: all of the site).'),
    last: duration()
      .default(24 * hour)
      .describe('Span up to now that it is about.'),
  }),
  output: z.strictObject({
    samples: z.number().describe('How many samples it has.'),
    from: z.string().describe('Time of the first sample; empty if there is none.'),
    to: z.string().describe('Time of the last sample; empty if there is none.'),
  }),
  effect: 'read',
  performer: 'activity',
  vpgs: 'vpgs',
  built: true,
  timeoutMs: 10 * minute,
  transport: politely,
});
