import { z } from 'zod';
import { contract, hour, politely } from './contract.ts';
import { liveModes } from './modes.ts';
import { vpgName } from './fields.ts';
import { type Finding, type Raw, ruled } from './rules.ts';

export const commit = contract({
  name: 'zerto/commit',
  summary: 'commits what this run has open: after it there is no roll-back',
  input: ruled(
    z.strictObject({
      vpgs: z
        .array(vpgName())
        .min(1)
        .optional()
        .describe('All VPGs that the run has open (default); a list that leaves one out is refused.'),
      'reverse-protect': z
        .union([z.boolean(), z.literal('if-possible')])
        .describe('Whether they are protected back to where they came from.'),
      'source-vms': z
        .enum(['remove', 'keep'])
        .optional()
        .describe(
          'What becomes of the VMs that were moved: required after a move, `keep` only without reverse protection.',
        ),
    }),
    { check: checkCommit },
  ),
  output: z.strictObject({
    vpgs: z.array(z.string()).describe('VPGs that are committed.'),
    reverse_protected: z.array(z.string()).describe('Those of them that are protected back.'),
  }),
  effect: 'irreversible',
  performer: 'guard',
  ends: 'commit',
  vpgs: 'vpgs',
  wall: true,
  modes: liveModes,
  built: true,
  timeoutMs: hour,
  transport: politely,
});

function checkCommit({ 'source-vms': vms, 'reverse-protect': reverse }: Raw): readonly Finding[] {
  if (vms !== 'keep' || reverse === false || reverse === null || reverse === undefined) return [];
  return [{ path: ['source-vms'], message: '`keep` is only possible with `reverse-protect: false`' }];
}

/**
 * The key that a commit lacks in this mode; the text alone does not tell, for one commit may serve several modes.
 * @param input the raw `with`
 * @param moves whether a move of this mode can be open when the commit runs
 */
export function missingInCommit(input: Raw, moves: boolean): 'source-vms' | undefined {
  return moves && input['source-vms'] === undefined ? 'source-vms' : undefined;
}

export const rollBack = contract({
  name: 'zerto/roll-back',
  summary: 'gives up the failovers and moves that this run has open, at a person’s word',
  input: z.strictObject({
    vpgs: z.array(vpgName()).min(1).optional().describe('The VPGs (default: all that the run has open).'),
  }),
  output: z.strictObject({ vpgs: z.array(z.string()).describe('VPGs that are rolled back.') }),
  effect: 'reversible',
  performer: 'guard',
  ends: 'roll-back',
  vpgs: 'vpgs',
  wall: true,
  modes: liveModes,
  built: true,
  timeoutMs: hour,
  transport: politely,
});
