import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  configNames,
  findConfig,
  loadConfig,
  parseConfig,
  readConfig,
  resolveSecret,
  resolveSecrets,
} from '../../control/config/config.ts';
import { targetOf } from '../../control/config/targets.ts';

const good = `apiVersion: drillbook-config/v1
organisation: Example Bank
secrets:
  zvm-a: { env: DRILLBOOK_TEST_PASSWORD }
  zvm-b: { file: secrets/zvm-b }
  signing: { files: [secrets/new, secrets/old] }
sites:
  site-a:
    url: https://10.10.0.5:9669
    zerto-name: London
    generation: windows
    account: { kind: windows, username: 'DR\\svc-drillbook', password: zvm-a }
    tls: { fingerprint: "sha256:1ce237ac064f80a4d1c63643141ffff04c4dbfeba6a8833816203dd394607e01" }
    peer: site-b
    test-networks: [A-Bubble-120]
  site-b:
    url: https://10.20.0.5
    zerto-name: Slough
    account: { kind: hypervisor, username: admin, password: zvm-b }
    tls: { ca: certs/zvm-b.pem }
    peer: site-a
    overlapping-networks: true
    allowed-scripts: ['C:\\scripts\\post.ps1']
probes:
  bubble-b: { proxy: "socks5://127.0.0.1:1080" }
people:
  ana: { name: Ana Ruiz, email: ana@example.com }
  bo: { name: Bo Lind }
groups:
  dr-managers: [ana, bo]
  everybody: [dr-managers]
  change-board: { oidc-group: change-board }
targets:
  dr-drills: { file: { path: notifications.jsonl }, fallback: dr-bridge }
  dr-bridge: { slack: { url: signing } }
endpoints:
  dns: { url: https://10.20.0.53/api }
  lb: { url: https://10.20.0.9/api, methods: [POST], effect: reversible }
commands:
  newest: { run: [/bin/newest], args: 1, effect: read, via: [bubble-b] }
  purge: { run: [/bin/purge] }
calendars:
  freeze: { file: freeze.ics }
triggers:
  ci: { kind: hmac, secret: signing, may: [{ runbooks: ['*-drill'], modes: [drill] }] }
identity: { unverified: allow }
`;

describe('a good file', () => {
  test('is read with its defaults', () => {
    const { config, diagnostics } = parseConfig(good, 'drillbook.yaml');
    expect(diagnostics).toEqual([]);
    expect(config?.sites['site-b']).toEqual({
      url: 'https://10.20.0.5',
      'zerto-name': 'Slough',
      generation: 'auto',
      account: { kind: 'hypervisor', username: 'admin', password: 'zvm-b' },
      tls: { ca: 'certs/zvm-b.pem' },
      peer: 'site-a',
      'test-networks': [],
      'overlapping-networks': true,
      'allowed-scripts': ['C:\\scripts\\post.ps1'],
      'max-open-tests': 10,
      'requests-per-second': 5,
      'request-timeout': 30_000,
      'clock-skew': 5_000,
    });
    expect(config?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(config?.identity).toEqual({ unverified: 'allow', keys: [], tokens: [] });
  });

  test('gives the names that runbooks may use', () => {
    const { config } = parseConfig(good, 'drillbook.yaml');
    expect(configNames(config)).toEqual({
      file: 'drillbook.yaml',
      sites: ['site-a', 'site-b'],
      people: ['ana', 'bo'],
      groups: ['dr-managers', 'everybody', 'change-board'],
      members: { 'dr-managers': ['ana', 'bo'], everybody: ['dr-managers'] },
      targets: ['dr-drills', 'dr-bridge'],
      probes: ['bubble-b'],
      secrets: ['zvm-a', 'zvm-b', 'signing'],
      endpoints: {
        dns: { methods: ['GET'] },
        lb: { methods: ['POST'], effect: 'reversible' },
      },
      commands: {
        newest: { effect: 'read', args: 1, via: ['bubble-b'] },
        purge: { effect: 'irreversible', args: 0, via: [] },
      },
      calendars: ['freeze'],
      triggers: { ci: { kind: 'hmac', may: [{ runbooks: ['*-drill'], modes: ['drill'] }] } },
      overlapping: ['site-b'],
      approvalFor: ['failover', 'move'],
    });
    expect(configNames(undefined)).toBeUndefined();
  });

  test('names a method that stands twice', () => {
    const { diagnostics } = parseConfig(
      good.replace(/^endpoints:\n/m, `$&  twice: { url: "https://a", methods: [GET, GET] }\n`),
      'x',
    );
    expect(diagnostics.map(d => [d.code, d.message])).toEqual([['DB8001', expect.stringContaining('stands twice')]]);
  });

  test('needs no more than apiVersion and sites', () => {
    const { config } = parseConfig(
      'apiVersion: drillbook-config/v1\nsecrets: { a: { env: A } }\nsites: { s: { url: "https://a", zerto-name: A, account: { kind: windows, username: u, password: a } } }\n',
      'x',
    );
    expect(config?.identity.unverified).toBe('drills');
    expect(config?.organisation).toBe('');
  });
});

describe('files', () => {
  let dir = '';
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'drillbook-config-'));
    mkdirSync(join(dir, 'a/b/secrets'), { recursive: true });
    mkdirSync(join(dir, 'a/secrets'));
    writeFileSync(join(dir, 'a/drillbook.yaml'), good);
    writeFileSync(join(dir, 'a/secrets/zvm-b'), 'p4ss word\n', { mode: 0o600 });
    writeFileSync(join(dir, 'a/secrets/new'), 'new key', { mode: 0o600 });
    writeFileSync(join(dir, 'a/secrets/old'), 'old key\n', { mode: 0o600 });
  });
  afterAll(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  test('the nearest one upward, or the one asked for', () => {
    const path = join(dir, 'a/drillbook.yaml');
    const before = process.env['DRILLBOOK_CONFIG'];
    delete process.env['DRILLBOOK_CONFIG'];
    expect(findConfig(join(dir, 'a/b'))).toBe(path);
    expect(findConfig(join(dir, 'a'))).toBe(path);
    expect(findConfig(join(dir, 'a/b'), join(dir, 'other.yaml'))).toBe(join(dir, 'other.yaml'));
    process.env['DRILLBOOK_CONFIG'] = join(dir, 'env.yaml');
    expect(findConfig(join(dir, 'a/b'))).toBe(join(dir, 'env.yaml'));
    if (before === undefined) delete process.env['DRILLBOOK_CONFIG'];
    else process.env['DRILLBOOK_CONFIG'] = before;
  });

  test('secrets come from the environment and from files that others may not read', async () => {
    const base = join(dir, 'a');
    const config = await loadConfig(join(base, 'drillbook.yaml'));
    expect(await resolveSecret(config, 'zvm-b', base)).toBe('p4ss word');
    await expect(resolveSecret(config, 'zvm-a', base)).rejects.toThrow(
      'the secret "zvm-a": the environment variable DRILLBOOK_TEST_PASSWORD is not set',
    );
    process.env['DRILLBOOK_TEST_PASSWORD'] = 'from env';
    expect(await resolveSecret(config, 'zvm-a', base)).toBe('from env');
    delete process.env['DRILLBOOK_TEST_PASSWORD'];
    await expect(resolveSecret(config, 'other', base)).rejects.toThrow('drillbook.yaml names no secret "other"');
    const file = join(base, 'secrets/zvm-b');
    chmodSync(file, 0o640);
    await expect(resolveSecret(config, 'zvm-b', base)).rejects.toThrow(/others may read .*chmod 600/);
    rmSync(file);
    await expect(resolveSecret(config, 'zvm-b', base)).rejects.toThrow(/cannot be read \(ENOENT\)/);
  });

  test('of a secret that is rotated the first is used, and all are known', async () => {
    const base = join(dir, 'a');
    const config = await loadConfig(join(base, 'drillbook.yaml'));
    expect(await resolveSecret(config, 'signing', base)).toBe('new key');
    expect(await resolveSecrets(config, 'signing', base)).toEqual(['new key', 'old key']);
    chmodSync(join(base, 'secrets/old'), 0o644);
    expect(await resolveSecret(config, 'signing', base)).toBe('new key');
    await expect(resolveSecrets(config, 'signing', base)).rejects.toThrow(/others may read .*old/);
    await expect(resolveSecrets(config, 'other', base)).rejects.toThrow('drillbook.yaml names no secret "other"');
  });

  test('targets are files beside drillbook.yaml', async () => {
    const { config } = await readConfig(join(dir, 'a/drillbook.yaml'));
    if (config === undefined) throw new Error('unreadable');
    expect(targetOf(config, 'dr-drills', join(dir, 'a'), resolveSecret)).toEqual({
      kind: 'file',
      path: join(dir, 'a/notifications.jsonl'),
      fallback: 'dr-bridge',
    });
    const bridge = targetOf(config, 'dr-bridge', dir, resolveSecret);
    // Its address is a secret, read by whoever uses it.
    expect(bridge).toEqual({ kind: 'slack', url: expect.any(Function) as unknown });
    expect(targetOf(config, 'constructor', dir, resolveSecret)).toBeUndefined();
  });

  test('whoever cannot go on without it gets all mistakes in one error', async () => {
    writeFileSync(join(dir, 'bad.yaml'), 'apiVersion: drillbook-config/v1\nprobes: []\n');
    await expect(loadConfig(join(dir, 'bad.yaml'))).rejects.toThrow(
      /DB8001 "sites" is missing[^]*DB8001 probes: a map is wanted, this is a list/,
    );
  });

  test('what is no UTF-8 is a diagnostic at its place', async () => {
    const path = join(dir, 'latin-1.yaml');
    writeFileSync(path, Buffer.from('apiVersion: drillbook-config/v1\norganisation: M\xfcller\n', 'latin1'));
    const { config, diagnostics } = await readConfig(path);
    expect(config).toBeUndefined();
    expect(diagnostics.map(d => `${d.range.start.line}:${d.range.start.column} ${d.code}`)).toEqual(['2:16 DB1030']);
    await expect(loadConfig(path)).rejects.toThrow('2:16 error DB1030');
  });

  test('a codec server beyond loopback needs a token', () => {
    const say = (server: string) =>
      parseConfig(`${good}payloads: { encrypt: true, keys: signing, codec-server: ${server} }\n`, 'x');
    const { config, diagnostics } = say('{ listen: "10.1.1.1:8234" }');
    expect(config).toBeUndefined();
    expect(diagnostics.map(d => d.message).join()).toContain('beyond loopback `listen` needs `token`');
    expect(say('{ listen: "10.1.1.1:8234", token: signing }').diagnostics).toEqual([]);
    expect(say('{}').config?.payloads['codec-server']).toMatchObject({ listen: '127.0.0.1:8234' });
  });
});
