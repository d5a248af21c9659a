import { z } from 'zod';
import { duration, flag, size, text } from './values.ts';

/** How often an entry stands for itself. */
export const repeat = z
  .int()
  .min(1)
  .max(10_000)
  .describe('So many of it: {n} in its name and its values becomes 1, 2 …; {nnn} becomes 001, 002 …')
  .exactOptional();

const status = z.int().min(100).max(599).describe('HTTP status').default(200);
const page = z
  .strictObject({
    status,
    text: z.string().describe('Its text').exactOptional(),
    json: z.unknown().describe('Its JSON').exactOptional(),
  })
  .refine(value => 'text' in value !== 'json' in value, 'text or json is wanted, one of the two')
  .transform(({ status, text, json }) => (text === undefined ? { status, json } : { status, text }));

const portNumber = (about: string) => z.int().min(1).max(65_535).describe(about);

export const welcome = {
  '/': { status: 200, text: 'Welcome' },
  '/health': { status: 200, json: { status: 'up' } },
} as const;

const service = z
  .strictObject({
    tcp: portNumber('Port of a service that only accepts connections').exactOptional(),
    http: portNumber('Port of a web server').exactOptional(),
    pages: z
      .record(z.string().regex(/^\//, 'a path begins with /'), page)
      .describe('What its paths answer; default: a welcome at / and {"status":"up"} at /health')
      .exactOptional(),
  })
  .refine(({ tcp, http }) => (tcp === undefined) !== (http === undefined), 'tcp or http is wanted, one of the two')
  .refine(({ tcp, pages }) => tcp === undefined || pages === undefined, 'pages belong to http');

const nic = z.strictObject({
  name: text('Default: Network adapter 1, Network adapter 2 …').exactOptional(),
  network: text('Of its site'),
  address: text('An IPv4 address'),
});

export const vm = z
  .strictObject({
    site: text('Where it runs'),
    size: size('Of all its volumes').prefault('40GB'),
    nics: z.array(nic).describe('Network adapters').default([]),
    services: z.array(service).describe('What listens once it is up').default([]),
    'ready-after': duration('From power-on until its services listen').prefault('0s'),
    'guest-tools': flag('Whether it can be shut down gracefully; default: true').exactOptional(),
    volumes: z
      .array(
        z.strictObject({
          id: text('scsi:0:0'),
          size: size('Of the volume'),
          swap: flag('It is no part of what is replicated').exactOptional(),
        }),
      )
      .min(1)
      .describe('Default: one, scsi:0:0, of the whole size')
      .exactOptional(),
    repeat,
  })
  .describe('A VM');
