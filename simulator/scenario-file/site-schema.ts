import { z } from 'zod';
import { operations } from '../enums.ts';
import { flag, generation, names, size, text } from './values.ts';

const account = z.strictObject({
  username: text('Of the account; a domain before or after it is taken as any'),
  password: text('Without one a new one is made at each start, and printed').exactOptional(),
  may: z
    .array(z.enum(operations))
    .describe('What it may do besides reading; without this key: everything')
    .exactOptional(),
});

const client = z.strictObject({
  id: text('The client_id'),
  secret: text('Without one a new one is made at each start').exactOptional(),
  may: account.shape.may,
});

export const platforms = { vcenter: 'VCenter', hyperv: 'SCVMM', vcd: 'VCD' } as const;
type PlatformWord = keyof typeof platforms;
export const platformWords = Object.keys(platforms) as [PlatformWord, ...PlatformWord[]];

const orgVdc = z.strictObject({
  networks: names("Those of the site's networks that it has"),
  'storage-policies': names('Storage policies').default([]),
});

export const site = z
  .strictObject({
    'zerto-name': text('The SiteName of /v1/localsite'),
    generation: generation.exactOptional(),
    version: text('Of the ZVM').exactOptional(),
    port: z.int().min(1).max(65_535).describe('Where it listens; --port wins; default: a free one').exactOptional(),
    address: text('The IpAddress that the ZVM tells of itself').default('127.0.0.1'),
    platform: z.enum(platformWords).describe('What it manages').default('vcenter'),
    silent: flag('Its ZVM does not answer').exactOptional(),
    accounts: z
      .array(account)
      .min(1)
      .default([{ username: 'svc-drillbook' }])
      .describe('Who may sign in; the first is the one that is printed'),
    clients: z
      .array(client)
      .describe('Of an appliance: clients of its realm that sign in by client credentials')
      .exactOptional(),
    peers: names('Sites that it is paired with; default: all others').exactOptional(),
    networks: z
      .record(z.string().min(1), z.enum(['lan', 'bubble']))
      .describe('Port groups, by name. lan: production; bubble: isolated, for tests'),
    datastores: names('Datastores').default([]),
    'datastore-clusters': names('Datastore clusters').exactOptional(),
    hosts: names('Hosts').default([]),
    clusters: names('Host clusters').default([]),
    'resource-pools': names('Resource pools').default([]),
    folders: names('VM folders, by name and not by path').default(['/']),
    repositories: names('Repositories of long-term retention').exactOptional(),
    devices: z
      .array(z.strictObject({ name: text('Of the device'), size: size('Of the device') }))
      .describe('Raw devices that an RDM volume may name')
      .exactOptional(),
    'org-vdcs': z.record(z.string().min(1), orgVdc).describe('Org VDCs of vCloud Director, by name').exactOptional(),
    vapps: names('vApps of vCloud Director').exactOptional(),
  })
  .describe('A ZVM and what its hypervisor has');
