import { z } from 'zod';
import { contract, type Effect, minute, politely } from './contract.ts';
import { vmName, vpgName } from './fields.ts';
import { asList, asMap, type Finding, type Raw, repeated, ruled } from './rules.ts';
import { newVpg, vpgSettings } from './settings.ts';
import { vmSettings } from './settings-vm.ts';

const difference = z
  .array(
    z.strictObject({
      path: z.string().describe('Which setting, such as `vms[crm-db-01].boot-group`.'),
      before: z.string().describe('What it was; empty: nothing.'),
      after: z.string().describe('What it is now; empty: nothing.'),
    }),
  )
  .describe('What is different, setting by setting; a long list is cut here and whole in the report.');

export const createVpg = contract({
  name: 'zerto/create-vpg',
  summary: 'protects VMs with a new VPG and reads back that it is there; the first synchronisation goes on after it',
  input: newVpg,
  output: z.strictObject({
    id: z.string().describe('VpgIdentifier of the new VPG.'),
    vpg: z.string().describe('Its name.'),
    identifiers: z.record(z.string(), z.string()).describe('VpgIdentifier by VPG name.'),
    changed: z
      .boolean()
      .describe('False where it was there already as it is wanted: by this step, before it was repeated.'),
    difference,
  }),
  effect: 'reversible',
  performer: 'activity',
  finds: 'vpg',
  undoneBy: 'zerto/delete-vpg',
  built: true,
  timeoutMs: 30 * minute,
  waits: true,
  transport: politely,
});

export const editVpg = contract({
  name: 'zerto/edit-vpg',
  summary: 'changes what is named in a VPG’s settings, commits, reads back and gives the difference',
  input: ruled(
    z.strictObject({
      vpg: vpgName().describe('The VPG.'),
      set: vpgSettings.optional().describe('Settings to change; what is not named stays as it is.'),
      'add-vms': z
        .array(z.union([vmName(), vmSettings]))
        .min(1)
        .optional()
        .describe('Unprotected VMs of the protected site, by name or with settings.'),
      'remove-vms': z
        .array(vmName())
        .min(1)
        .optional()
        .describe('VMs that the VPG protects no longer; its checkpoints are lost.'),
      'restore-on-failure': z
        .boolean()
        .default(false)
        .describe('Put the settings from before back where Zerto changed only a part.'),
    }),
    { check: checkEdit },
  ),
  output: z.strictObject({
    changed: z.boolean().describe('Whether anything had to be changed.'),
    difference,
  }),
  effect: effectOfEdit,
  performer: 'activity',
  undoneBy: 'zerto/edit-vpg',
  locks: 'vpg',
  vpgs: 'vpg',
  built: true,
  timeoutMs: 30 * minute,
  waits: true,
  transport: politely,
});

function checkEdit({ set, 'add-vms': added, 'remove-vms': removed }: Raw): readonly Finding[] {
  const empty = set === undefined || (asMap(set) !== undefined && Object.keys(asMap(set) ?? {}).length === 0);
  if (empty && added === undefined && removed === undefined)
    return [{ path: [], message: 'nothing is to be changed: name it under `set`, `add-vms` or `remove-vms`' }];
  const joining = asList(added).map(vm => asMap(vm)?.['name'] ?? vm);
  return [
    ...repeated(added, 'name', ['add-vms'], 'VM'),
    ...repeated(removed, 'name', ['remove-vms'], 'VM'),
    ...asList(removed).flatMap((vm, i) =>
      typeof vm === 'string' && joining.includes(vm)
        ? [{ path: ['remove-vms', i], message: `${vm} is under \`add-vms\` too` }]
        : [],
    ),
  ];
}

/** Edits after which a VPG synchronises again and has lost its checkpoints. What only the run will know counts as one. */
function effectOfEdit({ set, 'add-vms': added, 'remove-vms': removed }: Raw): Effect {
  if (removed !== undefined || added === null || set === null) return 'irreversible';
  const { recovery, vms, ...named } = asMap(set) ?? {};
  if (recovery === null || vms === null) return 'irreversible';
  const drops =
    ['service-profile', 'journal', 'journal-limit'].some(key => key in named) ||
    ['datastore', 'journal-datastore'].some(key => key in (asMap(recovery) ?? {})) ||
    [...asList(vms), ...asList(added)].some(vm => vm === null || 'volumes' in (asMap(vm) ?? {}));
  return drops ? 'irreversible' : 'reversible';
}

export const deleteVpg = contract({
  name: 'zerto/delete-vpg',
  summary: 'ends the protection of a VPG’s VMs; its checkpoints are lost',
  input: z.strictObject({
    vpg: vpgName().describe('The VPG.'),
    'keep-volumes': z
      .boolean()
      .default(true)
      .describe('Keep the disks at the recovery site, as preseeds of a new VPG.'),
  }),
  output: z.strictObject({
    id: z.string().describe('VpgIdentifier that it had.'),
    kept_volumes: z.boolean().describe('Whether the disks at the recovery site were kept.'),
  }),
  effect: 'irreversible',
  performer: 'activity',
  locks: 'vpg',
  vpgs: 'vpg',
  built: true,
  timeoutMs: 30 * minute,
  waits: true,
  transport: politely,
});
