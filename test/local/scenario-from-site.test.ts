import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { scenarioFromSite } from '../../local/live-scenario/from-site.ts';
import type { Scenario } from '../../simulator/scenario.ts';
import { readScenario } from '../../simulator/scenario-file/read.ts';
import { shippedScenario } from '../../simulator/scenario-file/shipped.ts';
import { type Simulator, startSimulator } from '../../simulator/server.ts';
import { createZvm } from '../../zerto/client.ts';
import { changeVpg } from '../../simulator/scenario.ts';
import { makeScratch } from './scratch.ts';

const now = Date.now();

async function start(scenario: Scenario, dir: string): Promise<Simulator> {
  const simulator = await startSimulator({ scenario, dir });
  onTestFinished(() => simulator.close());
  return simulator;
}

/** drillbook.yaml for both sites, with few requests kept back. */
function writeConfig(dir: string, { sites }: Simulator): string {
  mkdirSync(dir, { recursive: true });
  for (const site of sites) writeFileSync(join(dir, `${site.name}.secret`), site.password, { mode: 0o600 });
  const path = join(dir, 'drillbook.yaml');
  writeFileSync(
    path,
    stringify({
      apiVersion: 'drillbook-config/v1',
      secrets: Object.fromEntries(sites.map(({ name }) => [`${name}-password`, { file: `./${name}.secret` }])),
      sites: Object.fromEntries(
        sites.map(site => [
          site.name,
          {
            url: site.url,
            'zerto-name': site.zertoName,
            account: { kind: 'windows', username: site.username, password: `${site.name}-password` },
            tls: { ca: site.ca },
            'requests-per-second': 1000,
          },
        ]),
      ),
    }),
  );
  return path;
}

const lists = [
  ...(['networks', 'datastores', 'hosts', 'hostClusters', 'folders', 'resourcePools', 'repositories'] as const),
  ...(['devices', 'vms', 'orgVdcs', 'vcdVapps', 'datastoreClusters'] as const),
] as const;

/** All that a client sees of the estate by name, through the ZVM of one site. */
async function namesAt(simulator: Simulator, name: string) {
  const site = simulator.sites.find(each => each.name === name);
  if (site === undefined) throw new Error(`no site ${name}`);
  const { username, password } = site;
  const zvm = createZvm({
    site: name,
    url: site.url,
    account: { kind: 'windows', username, password: () => Promise.resolve(password) },
    tls: { kind: 'system' },
    fetch: simulator.fetchFor(name),
    requestsPerSecond: 1000,
  });
  const local = await zvm.sites.local();
  const { virtualizationSites: inventory } = zvm;
  const sites = [];
  const networks = new Map<string, string>();
  for (const { id, name: of } of await inventory.list()) {
    for (const network of await inventory.networks(id)) networks.set(network.id, network.name);
    const named = [];
    for (const list of lists) named.push((await inventory[list](id)).map(item => item.name));
    sites.push([of, named]);
  }
  const vms = new Map((await zvm.vms.list()).map(vm => [vm.id, vm.name]));
  const vpgs = [];
  for (const vpg of await zvm.vpgs.list()) {
    const text = JSON.stringify(await zvm.vpgSettings.read(vpg.id));
    // Identifiers become names; what is left of them is the same in no two scenarios.
    const settings = text
      .replace(/"([0-9a-f-]{36}\.[\w-]+)"/g, (_, id: string) => `"${networks.get(id) ?? vms.get(id) ?? 'id'}"`)
      .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'guid')
      // A secret may stand there: they are left out.
      .replace(/"Parameters":"[^"]*"/, '"Parameters":null');
    const { name: vpgName, priority, configuredRpoSeconds, vmsCount, raw } = vpg;
    vpgs.push({ vpgName, priority, configuredRpoSeconds, vmsCount, size: raw['ProvisionedStorageInMB'], settings });
  }
  await zvm.signOut();
  return { version: local.version, kind: local.kind, sites, vpgs };
}

it.each(['payments', 'vcd', 'hyperv'] as const)('a scenario of a live site answers the same names: %s', async name => {
  const dir = makeScratch();
  const shipped = shippedScenario(name);
  const scenario = changeVpg(shipped, 'payments-db', vpg => ({
    ...vpg,
    rpoSeconds: 77,
    journalHours: 48,
    bootGroups: [{ name: 'First', delaySeconds: 30 }],
    vms: vpg.vms.map(vm => ({ ...vm, bootGroup: 'First' })),
    scripts: { preRecovery: { command: 'C:\\quiesce.ps1', parameters: '-Password hunter2' } },
  }));
  const original = await start(scenario, join(dir, 'original'));
  const configPath = writeConfig(join(dir, 'config'), original);
  const text = await scenarioFromSite({ configPath, site: 'site-a', now });
  expect(text).not.toContain('hunter2');
  for (const site of original.sites) expect(text).not.toContain(site.password);

  const copy = await start(readScenario(text, 'copy.yaml'), join(dir, 'copy'));
  for (const site of ['site-a', 'site-b']) {
    const seen = await namesAt(copy, site);
    expect(seen).toEqual(await namesAt(original, site));
    expect(seen.vpgs.length).toBeGreaterThan(2);
  }
  // Nothing was started, changed or left behind.
  expect([original.testsRunning(), original.commits(), original.openSettings()]).toEqual([[], 0, 0]);
  const effects = original.requests.filter(({ method }) => !['GET', 'DELETE'].includes(method));
  expect(new Set(effects.map(({ path }) => path.toLowerCase()))).toEqual(
    new Set(['/v1/session/add', '/v1/vpgsettings']),
  );
});

it('says what cannot be had, and leaves it out', async () => {
  const dir = makeScratch();
  const original = await start(shippedScenario('site-lost'), join(dir, 'original'));
  const configPath = writeConfig(join(dir, 'config'), original);
  const text = await scenarioFromSite({ configPath, site: 'site-b', now });
  expect(text).toContain('# London: its networks could not be read');
  expect(readScenario(text, 'copy.yaml').vpgs.map(({ name }) => name)).toContain('payments-db');
  await expect(scenarioFromSite({ configPath, site: 'site-c', now })).rejects.toThrow(
    /names no site site-c: site-a, site-b/,
  );
});
