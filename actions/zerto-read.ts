import { z } from 'zod';
import { contract, minute, politely } from './contract.ts';
import { duration, siteName, span, vpgName } from './fields.ts';

/** Added by the compiler: a session on a site, and the VPGs named in the Plan there. */
export const signIn = contract({
  name: 'zerto/sign-in',
  summary: 'signs in to the site, proves that it is the right one and looks up the VPGs that the run names',
  input: z.strictObject({ vpgs: z.array(z.string()).describe('VPGs that the run names at this site.') }),
  output: z.strictObject({
    zerto_name: z.string().describe('SiteName of the ZVM.'),
    site_identifier: z.string().describe('SiteIdentifier of the ZVM.'),
    version: z.string().describe('Version of the ZVM.'),
    vpgs: z.record(z.string(), z.string()).describe('VpgIdentifier by VPG name.'),
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
    vpgs: z.array(vpgName()).min(1).describe('The VPGs.'),
    'max-rpo': duration()
      .optional()
      .describe('Oldest that the newest checkpoint may be (default: the RPO objective of the mode, if there is one).'),
    'recovers-to': siteName().optional().describe('Site that they must recover to (default: the site of the step).'),
  }),
  output: z.strictObject({
    worst_rpo: span().describe('Age of the newest checkpoint of the worst VPG.'),
    recovers_to: z.string().describe('Site that all of them recover to.'),
    last_test: z.string().describe('When the VPG tested longest ago was tested; empty if one never was.'),
    never_tested: z.array(z.string()).describe('VPGs that were never tested.'),
  }),
  effect: 'read',
  performer: 'activity',
  vpgs: 'vpgs',
  built: true,
  timeoutMs: 5 * minute,
  until: true,
  transport: politely,
});

export const findVpgs = contract({
  name: 'zerto/find-vpgs',
  summary: 'finds the VPGs that fit all that is asked for',
  input: z.strictObject({
    name: z.string().min(1).optional().describe('Name, in which `*` stands for any text (default: all).'),
    'recovers-to': siteName().optional().describe('Site that they recover to (default: the site of the step).'),
    'service-profile': z.string().min(1).optional().describe('Name of their service profile.'),
    zorg: z.string().min(1).optional().describe('Name of their ZORG.'),
    priority: z.enum(['low', 'medium', 'high']).optional().describe('Their priority.'),
    'not-tested-for': duration()
      .optional()
      .describe('Only those that were not tested for so long, or never; not those whose test runs now.'),
    exclude: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('Names, in which `*` stands for any text, that are left out.'),
  }),
  output: z.strictObject({
    vpgs: z.array(z.string()).describe('Names of the VPGs, sorted.'),
    count: z.number().describe('How many they are.'),
    identifiers: z.record(z.string(), z.string()).describe('VpgIdentifier by VPG name.'),
  }),
  effect: 'read',
  performer: 'activity',
  finds: 'vpgs',
  built: true,
  timeoutMs: 2 * minute,
  transport: politely,
});

export const checkSites = contract({
  name: 'zerto/check-sites',
  summary: 'proves that sites answer, are who they should be, are paired and that their clocks are right',
  input: z.strictObject({ sites: z.array(siteName()).min(1).describe('The sites.') }),
  output: z.strictObject({
    sites: z
      .array(
        z.strictObject({
          site: z.string().describe('Name in drillbook.yaml.'),
          zerto_name: z.string().describe('SiteName of the ZVM.'),
          version: z.string().describe('Version of the ZVM.'),
          clock_skew: span().describe('How far its clock is off, either way.'),
        }),
      )
      .describe('What the sites say of themselves.'),
    worst_clock_skew: span().describe('How far the worst clock is off.'),
  }),
  effect: 'read',
  performer: 'activity',
  built: true,
  timeoutMs: 5 * minute,
  until: true,
  transport: politely,
});
