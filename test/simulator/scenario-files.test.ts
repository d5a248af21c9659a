import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { defaultChoices } from '../../simulator/choices.ts';
import { defaultDurations, type Scenario, type SiteSpec, type VmSpec, type VpgSpec } from '../../simulator/scenario.ts';
import { readScenario } from '../../simulator/scenario-file/read.ts';
import { shippedScenario } from '../../simulator/scenario-file/shipped.ts';
import { shippedScenarios } from '../../simulator/scenario-file/shipped-names.ts';
import { writeDuration } from '../../simulator/scenario-file/values.ts';
import { scenarioText } from '../../simulator/scenario-file/write.ts';
import { createWorld } from '../../simulator/world.ts';
import { steppedClock } from '../../simulator/clock.ts';
import { signIn, simulate } from './harness.ts';

const small = `scenario: small
sites:
  a: { zerto-name: A, networks: { lan: lan } }
  b: { zerto-name: B, networks: { lan: lan, bubble: bubble } }
vms:
  web: { site: a, nics: [{ network: lan, address: 10.0.0.1 }], services: [{ http: 80 }] }
vpgs:
  web: { from: a, to: b, networks: { failover: lan, test: bubble }, vms: { web: } }
`;

const change = (from: string, to: string): string => small.replace(from, to);
const escape = (text: string): string => text.replace(/[{}[\]().*]/g, '\\$&');

function refusal(text: string): string[] {
  try {
    readScenario(text, 'f.yaml');
  } catch (error) {
    expect(error).toMatchObject({ name: 'FileRefused' });
    return (error as Error).message.split('\n');
  }
  throw new Error('it was read');
}

describe('a scenario file', () => {
  it('needs little: the rest is as in an ordinary estate', () => {
    const scenario = readScenario(small, 'f.yaml');
    expect(scenario.sites[0]).toMatchObject({ platform: 'VCenter', generation: 'windows', version: '9.7.40' });
    expect(scenario.vms[0]).toMatchObject({ sizeInMb: 40_960, readyAfterMs: 0 });
    expect(scenario.vpgs[0]).toMatchObject({
      rpoSeconds: 300,
      journalHours: 24,
      journalFilledHours: 24,
      priority: 'Medium',
      vms: [{ name: 'web', nics: [{ nic: 'Network adapter 1', failover: {}, test: {} }] }],
    });
  });

  it.each([
    ['', 'a map is wanted, this is nothing', ''],
    ['scenario: [', 'Flow sequence in block collection must be sufficiently indented and end with a ]', ''],
    [`${small}vms: {}\n`, 'Map keys must be unique', 'vms: {}'],
    [change('site: a', 'size: 3'), 'vms.web.site: is missing', 'web: { size'],
    [change('site: a', 'site: a, sight: b'), 'vms.web.sight: there is no such key here', 'sight'],
    [
      change('site: a', 'site: a, size: 3'),
      'vms.web.size: a size like 512MB, 40GB or 2TB is wanted, this is 3',
      'size: 3',
    ],
    [change('10.0.0.1', '10.0.0'), 'vms.web.nics[0].address: 10.0.0 is no address like 10.99.1.10', 'address'],
    [change('lan: lan, b', 'lan: x, b'), 'sites.b.networks.lan: lan or bubble is wanted, this is "x"', 'lan: x'],
    [change('http: 80', 'http: 0'), 'vms.web.services[0].http: 1 is the least, this is 0', 'http'],
    [change('http: 80', 'http: 80, tcp: 1'), 'vms.web.services[0]: tcp or http is wanted, one of the two', '{ http'],
    [change('to: b', 'to: c'), 'vpgs.web.to: c is no site: a, b', 'to: c'],
    [change('test: bubble', 'test: x'), 'vpgs.web.networks.test: x is no network of b: lan, bubble', 'test: x'],
    [change('{ web: }', '{ wob: }'), 'vpgs.web.vms.wob: there is no VM wob in vms', 'wob'],
    [change('from: a', 'from: b'), 'vpgs.web.vms.web: web stands at a, not at b', 'web: } }'],
    [change('from: a', 'from: a, journal: 90m'), 'vpgs.web.journal: whole hours from 1h to 720h are wanted', 'journal'],
    [
      change('site: a', 'site: a, repeat: 2'),
      'vms.web: there are two VMs of the name web: with repeat, write {n} in it',
      'web: { site',
    ],
    [`${small}durations: { move-up: 1s }\n`, 'durations.move-up: there is no such key here', 'move-up'],
    [
      `${small}choices: { commit-policy: Never }\n`,
      'choices.commit-policy: Rollback, Commit or None is wanted, this is "Never"',
      'commit-policy',
    ],
    [
      `${small}alerts: [{ vpg: x, level: Error, help: VPG0003, description: d }]\n`,
      'alerts[0].vpg: x is no VPG: web',
      'vpg: x',
    ],
  ])('says what is wrong and where: %#', (text, message, place) => {
    const told = refusal(text).map(line => /^f\.yaml:(\d+):(\d+): (.*)$/.exec(line) ?? []);
    const [, line = '', column = ''] = told.find(([, , , words]) => words === message) ?? [];
    expect(told.map(([, , , words]) => words)).toContain(message);
    expect((text.split('\n')[Number(line) - 1] ?? '').slice(Number(column) - 1)).toMatch(
      new RegExp(`^${escape(place)}`),
    );
  });

  it('tells all mistakes at once, from top to bottom', () => {
    expect(refusal(change('to: b', 'to: c').replace('10.0.0.1', 'x')).map(line => line.split(': ')[1])).toEqual([
      'vms.web.nics[0].address',
      'vpgs.web.to',
    ]);
  });

  it('repeats an entry with numbers in its names and values', () => {
    const text = small
      .replace('  web: { site', '  web-{nn}: { repeat: 3, site')
      .replace('10.0.0.1', '"10.0.{n}.1"')
      .replace('  web: { from', '  vpg-{n}: { repeat: 3, from')
      .replace('{ web: }', '{ "web-{nn}": }');
    const scenario = readScenario(text, 'f.yaml');
    expect(scenario.vms.map(vm => [vm.name, vm.nics[0]?.address])).toEqual([
      ['web-01', '10.0.1.1'],
      ['web-02', '10.0.2.1'],
      ['web-03', '10.0.3.1'],
    ]);
    expect(scenario.vpgs.map(vpg => [vpg.name, vpg.vms[0]?.name])).toEqual([
      ['vpg-1', 'web-01'],
      ['vpg-2', 'web-02'],
      ['vpg-3', 'web-03'],
    ]);
  });

  it('holds all that a scenario can say: written and read it is the same', () => {
    const base = readScenario(small, 'f.yaml');
    const [a, b] = base.sites;
    const [vm] = base.vms;
    const [vpg] = base.vpgs;
    if (a === undefined || b === undefined || vm === undefined || vpg === undefined) throw new Error('too small');
    // Required: a new key of a scenario must be said here, and so in the file.
    const full: Required<Scenario> = {
      ...base,
      name: 'full',
      zorgs: ['Z'],
      serviceProfiles: [{ name: 'Gold', rpoSeconds: 300, journalHours: 24, testIntervalMinutes: 60 }],
      sites: [
        {
          ...a,
          generation: 'appliance',
          version: '10.0.60',
          port: 8443,
          platform: 'VCD',
          account: { username: 'one', password: 'p', may: ['test', 'checkpoint'] },
          accounts: [{ username: 'two' }],
          silent: true,
          clients: [{ clientId: 'svc', secret: 's', may: ['test'] }, { clientId: 'other' }],
          peers: ['b'],
          datastoreClusters: ['DC'],
          repositories: ['R'],
          devices: [{ name: 'D', sizeInMb: 1536 }],
          orgVdcs: [{ name: 'V', networks: ['lan'], storagePolicies: ['Gold'] }],
          vApps: ['app'],
        } satisfies Required<SiteSpec>,
        { ...b, platform: 'SCVMM' },
      ],
      vms: [
        {
          ...vm,
          guestTools: false,
          readyAfterMs: 1500,
          volumes: [
            { id: 'scsi:0:0', sizeInMb: 1000 },
            { id: 'scsi:0:1', sizeInMb: 2048, isSwap: true },
          ],
          services: [
            { kind: 'tcp', port: 22 },
            {
              kind: 'http',
              port: 80,
              pages: { '/': { status: 500, json: { a: [1] } }, '/x': { status: 200, text: '' } },
            },
          ],
        } satisfies Required<VmSpec>,
      ],
      vpgs: [
        {
          ...vpg,
          rpoSeconds: 77,
          journalFilledHours: 1.5,
          priority: 'High',
          lastTestDaysAgo: 3.5,
          networks: { failover: 'lan', test: null },
          bootGroups: [{ name: 'G', delaySeconds: 30 }],
          vms: [
            {
              name: 'web',
              bootGroup: 'G',
              nics: [
                {
                  nic: 'Network adapter 1',
                  failover: { network: null },
                  test: { network: 'bubble', address: '10.9.0.1/24', gateway: '10.9.0.254', dns: '10.9.0.53' },
                },
              ],
            },
          ],
          scripts: { preRecovery: { command: 'c', parameters: 'p', fails: true }, postRecovery: { command: 'd' } },
          state: { kind: 'syncing', subStatus: 'DeltaSync', seconds: 90 },
          appConsistentEveryMinutes: 15,
        } satisfies Required<VpgSpec>,
      ],
      alerts: [{ vpg: 'web', level: 'Warning', help: 'VPG0003', description: 'low' }],
      durations: { ...defaultDurations },
      choices: { ...defaultChoices },
    };
    expect(readScenario(stringify(scenarioText(full)), 'f.yaml')).toEqual(full);
  });

  it('writes durations that read the same', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000_000), ms => {
        const text = `${small}durations: { failover: ${writeDuration(ms)} }\n`;
        expect(readScenario(text, 'f.yaml').durations.failover).toBe(ms);
      }),
    );
  });
});

describe.each(shippedScenarios)('the scenario %s', name => {
  it('is a whole one, in which every VPG can be looked at', () => {
    const scenario = shippedScenario(name);
    expect(scenario.name).toBe(name);
    const world = createWorld(scenario, steppedClock());
    expect(world.vpgs).toHaveLength(scenario.vpgs.length);
    world.close();
    expect(new Set(scenario.vpgs.map(vpg => vpg.name)).size).toBe(scenario.vpgs.length);
  });

  it('is written in its file as it is', () => {
    const scenario = shippedScenario(name);
    expect(readScenario(stringify(scenarioText(scenario)), name)).toEqual(scenario);
  });
});

describe('the shipped scenarios', () => {
  it('have a hundred VPGs where they say so', async () => {
    const simulator = await simulate({ scenario: shippedScenario('hundred-vpgs'), clock: steppedClock() });
    const client = await signIn(simulator);
    const vpgs = (await client.get('vpgs')).items();
    expect(vpgs).toHaveLength(100);
    expect(new Set(vpgs.map(vpg => vpg.at('Status').json))).toEqual(new Set([1]));
    expect(vpgs[41]?.json).toMatchObject({ VpgName: 'app-042', VmsCount: 2 });
  });

  it('lose the protected site in site-lost', async () => {
    const simulator = await simulate({ scenario: shippedScenario('site-lost'), clock: steppedClock() });
    const client = await signIn(simulator);
    const id = await client.vpg('payments-db');
    const start = await client.post(`vpgs/${id}/Failover`, { CommitPolicy: 2 });
    expect(start.status).toBe(200);
    simulator.clock.advance(10_000);
    expect((await client.get(`vpgs/${id}`)).json).toMatchObject({ SubStatus: 15 });
    const lost = simulator.fetchFor('site-a')('https://x/v1/', { signal: AbortSignal.timeout(20) });
    await expect(lost).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it.each([
    ['hyperv', 'SCVMM', /^[0-9a-f-]{36}\.[0-9a-f-]{36}$/],
    ['vcd', 'VCD', /^[0-9a-f-]{36}\.[0-9a-f-]{36}$/],
    ['payments', 'VCenter', /^[0-9a-f-]{36}\.network-20$/],
  ] as const)('have the platform of %s', async (name, kind, id) => {
    const simulator = await simulate({ scenario: shippedScenario(name), clock: steppedClock() });
    const client = await signIn(simulator);
    const local = await client.get('localsite');
    expect(local.at('SiteType').json).toBe(kind);
    const networks = await client.get(`virtualizationsites/${local.at('SiteIdentifier').word()}/networks`);
    expect(networks.at(0, 'NetworkIdentifier').word()).toMatch(id);
    const vpg = await client.vpg('payments-db');
    expect((await client.post(`vpgs/${vpg}/FailoverTest`)).status).toBe(200);
  });
});
