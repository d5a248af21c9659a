import { z } from 'zod';
import { modes } from '../../../actions/contract.ts';
import { duration, retention, secretName, text, timeZone } from './values.ts';

/** What is kept, how, and the house rules. */

export const library = z
  .strictObject({
    dir: text('From the folder of drillbook.yaml').default('library'),
    keep: retention('How long: 7y').prefault('7y'),
  })
  .describe('Published runbooks, by hash');

export const evidence = z
  .strictObject({
    store: text('From the folder of drillbook.yaml').default('evidence'),
    keep: retention('How long: 7y').prefault('7y'),
    key: secretName('Ed25519 key that signs it').optional(),
  })
  .describe('What runs leave for auditors');

export const payloads = z
  .strictObject({
    encrypt: z.boolean().default(false).describe('What Temporal stores is encrypted'),
    keys: secretName('Keys; the first encrypts, each decrypts').optional(),
  })
  .refine(({ encrypt, keys }) => !encrypt || keys !== undefined, { path: ['keys'], error: '`encrypt` needs `keys`' })
  .describe('What Temporal is given to store');

export const policy = z
  .strictObject({
    'live-needs': z
      .strictObject({
        published: z.boolean().default(true).describe('A live run starts only from the library'),
        'drilled-within': duration('A warning where the last passed drill is older').prefault('180d'),
      })
      .prefault({})
      .describe('What a live run needs'),
    'approval-for': z
      .array(z.enum(modes))
      .default(['failover', 'move'])
      .describe('Modes in which a runbook without an approval does not start'),
    'drill-interval': duration('Without a passed drill for so long a VPG is overdue').prefault('180d'),
    'time-zone': timeZone('Shown beside UTC').optional(),
  })
  .describe('House rules');
