import { z } from 'zod';
import { modes } from '../../../actions/contract.ts';
import { liveModes } from '../../../actions/modes.ts';
import { listenOf } from './console.ts';
import { isLoopback } from './loopback.ts';
import { duration, retention, secretName, text, timeZone, webUrl } from './values.ts';

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

const usualCodec = '127.0.0.1:8234';

const codecServer = z
  .strictObject({
    listen: z
      .string()
      .refine(written => listenOf(written) !== undefined, `an address to listen on is wanted: ${usualCodec}`)
      .default(usualCodec)
      .describe('Address and port; beyond loopback only with `token`'),
    url: webUrl('How the command line reaches it, where that is not `listen`').optional(),
    token: secretName('What callers must send as a bearer token').optional(),
    origins: z
      .array(webUrl('Scheme, host and port of a Temporal web page'))
      .default(['http://localhost:8233', 'http://127.0.0.1:8233', 'http://localhost:8080'])
      .describe('Web pages that may ask it'),
  })
  .refine(({ listen, token }) => token !== undefined || isLoopback(listenOf(listen)?.host ?? 'localhost'), {
    path: ['token'],
    error: 'beyond loopback `listen` needs `token`',
  })
  .describe('Encrypts and decrypts for the command line and the Temporal web page');

export type CodecServerConfig = z.output<typeof codecServer>;

/** What counts where drillbook.yaml does not say. */
export const usualCodecServer: CodecServerConfig = codecServer.parse({});

/** Where callers find it. */
export function codecUrlOf(config: CodecServerConfig = usualCodecServer): string {
  return config.url ?? `http://${config.listen}`;
}

export const payloads = z
  .strictObject({
    encrypt: z.boolean().default(false).describe('What Temporal stores is encrypted'),
    keys: secretName('Keys; the first encrypts, each decrypts').optional(),
    'accept-plain': z
      .boolean()
      .default(false)
      .describe('With `encrypt`: workers take what is not encrypted, too, while what is older ends'),
    'codec-server': codecServer.optional(),
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
      .default([...liveModes])
      .describe('Modes in which a runbook without an approval does not start'),
    'drill-interval': duration('Without a passed drill for so long a VPG is overdue').prefault('180d'),
    'time-zone': timeZone('Shown beside UTC').optional(),
  })
  .describe('House rules');
