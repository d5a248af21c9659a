import { z } from 'zod';
import { contract, minute, politely } from './contract.ts';
import { vpgName } from './fields.ts';
import { vmSettings, vpgSettings } from './settings.ts';

const change = z.strictObject({ path: z.string(), before: z.string(), after: z.string() });

export const editVpg = contract({
  name: 'zerto/edit-vpg',
  summary: 'changes what is named in a VPG’s settings, commits, reads back and gives the difference',
  input: z.strictObject({
    vpg: vpgName(),
    set: vpgSettings.optional(),
    /** Unprotected VMs of the protected site, by name or with settings. */
    'add-vms': z
      .array(z.union([z.string().min(1), vmSettings]))
      .min(1)
      .optional(),
    'remove-vms': z.array(z.string().min(1)).min(1).optional(),
    'restore-on-failure': z.boolean().default(false),
  }),
  output: z.strictObject({ changed: z.boolean(), difference: z.array(change) }),
  effect: input => ('remove-vms' in input ? 'irreversible' : 'reversible'),
  performer: 'activity',
  locks: 'vpg',
  vpgs: 'vpg',
  built: true,
  timeoutMs: 30 * minute,
  transport: politely,
});
