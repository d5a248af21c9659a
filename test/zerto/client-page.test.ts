import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { expect, test } from 'vitest';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import type { Simulator } from '../../simulator/server.ts';
import * as client from '../../zerto/index.ts';
import { simulateGeneration } from './generations.ts';

const page = await readFile(join(import.meta.dirname, '../../docs/client.md'), 'utf8');
const code = [...page.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, block = '']) => block).join('\n');
const imports = [...code.matchAll(/^import \{ (.+) \} from '(.+)';$/gm)];

function siteOf({ sites }: Simulator, name: string) {
  const site = sites.find(each => each.name === name);
  if (site === undefined) throw new Error(`no ${name}`);
  return site;
}

function fingerprintOf(url: string): Promise<string> {
  const { hostname: host, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port), rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

/** The text with what stands for the reader's own site exchanged; each must be there. */
function exchanged(text: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce((done, [from, to]) => {
    expect(done).toContain(`'${from}'`);
    return done.replaceAll(`'${from}'`, JSON.stringify(to));
  }, text);
}

test('the code of docs/client.md does what the page says, on both generations', async () => {
  const base = healthy();
  const sites = base.sites.map(site =>
    site.name === 'site-a' ? { ...site, generation: 'appliance' as const, clients: [{ clientId: 'drillbook' }] } : site,
  );
  const durations = { failoverTest: 0, stopFailoverTest: 0, commitSettings: 0, insertCheckpoint: 0 };
  const { simulator, ca } = await simulateGeneration('windows', { durations }, { ...base, sites });
  const [a, b] = [siteOf(simulator, 'site-a'), siteOf(simulator, 'site-b')];

  const names = imports.flatMap(([, list = '', from]) => (from === 'drillbook/zerto' ? list.split(', ') : []));
  const face = client as Readonly<Record<string, unknown>>;
  expect(names.filter(name => !(name in face))).toEqual([]);

  const body = exchanged(code.replace(/^import .+$/gm, ''), {
    'https://zvm-b.example:9669': b.url,
    'DR\\\\svc-drill': `DR\\${b.username}`,
    'https://zvm-a.example': a.url,
    'AB:CD:EF': await fingerprintOf(a.url),
  });
  const files: Readonly<Record<string, string>> = {
    'zvm-password': b.password,
    'zvm-secret': a.clients[0]?.secret ?? '',
    'zvm-ca.pem': ca,
  };
  const said: unknown[][] = [];
  const given = {
    ...Object.fromEntries(names.map(name => [name, face[name]])),
    // The one thing that is not as on the page: five requests a second would take it a quarter of a minute.
    createZvm: (options: client.ZvmOptions) => client.createZvm({ ...options, requestsPerSecond: 10_000 }),
    readFile: (name: string) => Promise.resolve(files[name]),
    console: { log: (...words: unknown[]) => said.push(words) },
  };
  const Run = (async () => {}).constructor as new (...text: string[]) => (...values: unknown[]) => Promise<void>;
  await new Run(...Object.keys(given), `'use strict';\n${body}`)(...Object.values(given));

  expect(said).toEqual([
    ...base.vpgs.map(vpg => [vpg.name, vpg.vms.length]),
    ['London', 'appliance'],
    ['Completed'],
    ['Completed'],
    ['sent', { taskId: expect.any(String) as string, adopted: false }],
    [true],
    ['rpo: 5m, now 15m'],
    ['recovery.datastore: B-DS-01, now B-DS-07'],
    ['vms[crm-db-01].recovery.datastore: B-DS-01, now B-DS-07'],
    ['vms[crm-db-01].volumes[scsi:0:0].datastore: B-DS-01, now B-DS-07'],
    ['Refused', 'no', 'VPG crm is synchronizing (VolumeInitialSync).'],
  ]);
  expect(simulator.testsStarted('crm')).toBe(1);
  expect(simulator.testsRunning()).toEqual([]);
  expect(simulator.commits()).toBe(1);
  expect(simulator.openSettings()).toBe(0);
});

test('the page names every error class', () => {
  const classes = Object.entries(client).flatMap(([name, value]) =>
    typeof value === 'function' && value.prototype instanceof client.ZvmError ? [name] : [],
  );
  expect(classes.length).toBeGreaterThan(10);
  expect(classes.filter(name => !page.includes(`\`${name}\``))).toEqual([]);
});
