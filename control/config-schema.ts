import { z } from 'zod';

/** The sections of drillbook.yaml that this version reads; keys as they stand in the file. */

const configApiVersion = 'drillbook-config/v1';

/** Kebab-case, as everything that an operator names. */
export const isConfigName = (name: string): boolean => /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name);

const text = z.string().min(1, 'must not be empty');
const names = z.array(text);

const secret = z.union(
  [z.strictObject({ env: text }), z.strictObject({ file: text })],
  'give { env: NAME } or { file: PATH }',
);

const url = text
  .refine(u => URL.canParse(u) && new URL(u).protocol === 'https:', 'an https URL is wanted')
  .refine(
    u => !URL.canParse(u) || ['', '/'].includes(new URL(u).pathname),
    'without a path: the API’s paths are known',
  );

const account = z.strictObject({
  kind: z.enum(['windows', 'hypervisor']),
  username: text,
  /** The name of a secret. */
  password: text,
});

const tls = z.union(
  [
    z.strictObject({
      fingerprint: z.string().regex(/^sha256:[0-9a-fA-F]{64}$/, 'sha256: and 64 hexadecimal digits are wanted'),
    }),
    z.strictObject({ ca: text }),
  ],
  'give { ca: FILE } or { fingerprint: "sha256:…" }',
);

const site = z.strictObject({
  url,
  'zerto-name': text,
  generation: z.enum(['windows', 'auto']).default('auto'),
  account,
  tls: tls.optional(),
  peer: text.optional(),
  'test-networks': names.default([]),
  'overlapping-networks': z.boolean().default(false),
  'allowed-scripts': names.default([]),
});

const proxy = z
  .string()
  .regex(/^socks5:\/\/[^/@\s]+:\d{1,5}$/, 'a SOCKS proxy is wanted: socks5://host:port')
  .refine(p => Number(/\d+$/.exec(p)?.[0]) <= 65_535, 'a port is 1–65535');

const person = z.strictObject({
  name: text,
  email: text.optional(),
  oidc: text.optional(),
  slack: text.optional(),
  pagerduty: text.optional(),
  'os-user': text.optional(),
  telephone: text.optional(),
  'sealed-token': z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, 'the hash of a token is wanted: sha256:…')
    .optional(),
});

const group = z.union([names, z.strictObject({ 'oidc-group': text })], 'a list of people and groups is wanted');

export const configSchema = z.strictObject({
  apiVersion: z.literal(configApiVersion, `write ${configApiVersion}`),
  organisation: text.default(''),
  secrets: z.record(z.string(), secret).default({}),
  sites: z.record(z.string(), site),
  probes: z.record(z.string(), z.strictObject({ proxy })).default({}),
  targets: z.record(z.string(), z.strictObject({ file: z.strictObject({ path: text }) })).default({}),
  people: z.record(z.string(), person).default({}),
  groups: z.record(z.string(), group).default({}),
  identity: z.strictObject({ unverified: z.enum(['refuse', 'drills', 'allow']).default('drills') }).prefault({}),
});

export type ConfigSections = z.output<typeof configSchema>;

/** Parts of the file that this version does not read, as paths; `*` is any name. */
export const laterParts: readonly string[] = [
  ...['endpoints', 'commands', 'roles', 'notifications', 'calendars', 'triggers', 'console', 'library'],
  ...['evidence', 'payloads', 'policy'],
  'secrets.*.files',
  ...['drill-account', 'task-queue', 'max-open-tests', 'requests-per-second', 'clock-skew'].map(
    key => `sites.*.${key}`,
  ),
  ...['client-id', 'client-secret'].map(key => `sites.*.account.${key}`),
  'probes.*.task-queue',
  ...['slack', 'pagerduty', 'email', 'webhook', 'fallback'].map(key => `targets.*.${key}`),
  ...['decision-key', 'oidc', 'tokens'].map(key => `identity.${key}`),
];

/** The same for values: `path=value`. */
export const laterValues: readonly string[] = [
  'sites.*.generation=appliance',
  'sites.*.account.kind=password',
  'sites.*.account.kind=client',
];
