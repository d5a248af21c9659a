import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeText } from '../../compiler/encode.ts';
import {
  configNames,
  findConfig,
  loadConfig,
  parseConfig,
  readConfig,
  resolveSecret,
  targetOf,
} from '../../control/config.ts';

const good = `apiVersion: drillbook-config/v1
organisation: Example Bank
secrets:
  zvm-a: { env: DRILLBOOK_TEST_PASSWORD }
  zvm-b: { file: secrets/zvm-b }
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
  dr-drills: { file: { path: notifications.jsonl } }
identity: { unverified: allow }
`;

const codes = (text: string): string[] =>
  parseConfig(text, 'drillbook.yaml').diagnostics.map(
    d => `${d.range.start.line}:${d.range.start.column}-${d.range.end.column} ${d.code} ${d.message}`,
  );
const withLine = (from: string, to: string): string => {
  expect(good).toContain(from);
  return good.replace(from, to);
};

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
    });
    expect(config?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(config?.identity).toEqual({ unverified: 'allow' });
  });

  test('gives the names that runbooks may use', () => {
    const { config } = parseConfig(good, 'drillbook.yaml');
    expect(configNames(config)).toEqual({
      file: 'drillbook.yaml',
      sites: ['site-a', 'site-b'],
      people: ['ana', 'bo'],
      groups: ['dr-managers', 'everybody', 'change-board'],
      targets: ['dr-drills'],
      probes: ['bubble-b'],
      secrets: ['zvm-a', 'zvm-b'],
      overlapping: ['site-b'],
    });
    expect(configNames(undefined)).toBeUndefined();
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

describe('mistakes, each at its place', () => {
  test.each([
    ['DB8001', withMissing(), '2:1-32 DB8001 "sites" is missing in drillbook.yaml'],
    ['DB8001', withLine('    zerto-name: London\n', ''), '8:5-32 DB8001 "zerto-name" is missing in sites.site-a'],
    [
      'DB8001',
      withLine('https://10.20.0.5\n', 'http://10.20.0.5\n'),
      '16:10-26 DB8001 sites.site-b.url: an https URL is wanted',
    ],
    ['DB8001', withLine('drillbook-config/v1', 'drillbook/v1'), '1:13-25 DB8001 apiVersion: write drillbook-config/v1'],
    [
      'DB8001',
      withLine('unverified: allow', 'unverified: yes'),
      '34:25-28 DB8001 identity.unverified: invalid option: expected one of "refuse"|"drills"|"allow"',
    ],
    ['DB8001', withLine('    peer: site-a\n', '    peer: site-b\n'), undefined],
    [
      'DB8002',
      withLine('zerto-name: Slough', 'zerto-nam: Slough'),
      '17:5-14 DB8002 unknown key "zerto-nam" in sites.site-b: did you mean "zerto-name"?',
    ],
    [
      'DB8002',
      withLine('organisation:', 'organization:'),
      '2:1-13 DB8002 unknown key "organization" in drillbook.yaml: did you mean "organisation"?',
    ],
    ['DB8003', `${good}policy: {}\n`, '35:1-7 DB8003 `policy` is not built yet'],
    [
      'DB8003',
      withLine('generation: windows', 'generation: appliance'),
      '10:17-26 DB8003 `generation: appliance` is not built yet',
    ],
    ['DB8003', withLine('{ file: secrets/zvm-b }', '{ files: [a, b] }'), '5:12-17 DB8003 `files` is not built yet'],
    [
      'DB8003',
      withLine('proxy: "socks5://127.0.0.1:1080"', 'task-queue: probe'),
      '24:15-25 DB8003 `task-queue` is not built yet',
    ],
    [
      'DB8003',
      withLine('{ file: { path: notifications.jsonl } }', '{ slack: { url: hook } }'),
      '33:16-21 DB8003 `slack` is not built yet',
    ],
    [
      'DB8004',
      withLine('[ana, bo]', '[ana, bob]'),
      '29:22-25 DB8004 unknown person or group "bob": did you mean "bo"?',
    ],
    [
      'DB8004',
      withLine('peer: site-b', 'peer: site-c'),
      '13:11-17 DB8004 unknown site "site-c": did you mean "site-a"?',
    ],
    [
      'DB8005',
      withLine('{ env: DRILLBOOK_TEST_PASSWORD }', 'hunter2'),
      '4:10-17 DB8005 a secret’s value stands here: name a secret instead',
    ],
    [
      'DB8005',
      withLine('password: zvm-b', 'password: hunter2'),
      '18:61-68 DB8005 a secret’s value stands here: name a secret instead',
    ],
    [
      'DB8005',
      withLine('https://10.20.0.5\n', 'https://u:hunter2@10.20.0.5\n'),
      '16:10-37 DB8005 a secret’s value stands here: name a secret instead',
    ],
    [
      'DB8006',
      withLine('  everybody:', '  Every_body:'),
      '30:3-13 DB8006 "Every_body" is no name: small letters, digits and "-", a letter first',
    ],
    [
      'DB8007',
      withLine('  everybody:', '  ana:'),
      '30:3-6 DB8007 the name "ana" is taken: names are unique over people and groups',
    ],
    ['DB8008', withLine('[ana, bo]', '[everybody]'), '29:3-14 DB8008 the group "dr-managers" contains itself'],
    ['DB1003', `${good}identity: {}\n`, '35:1-9 DB1003 the key "identity" stands twice in one map'],
  ])('%s', (code, text, expected) => {
    const found = codes(text);
    expect(found.join('\n')).toContain(code);
    if (expected !== undefined) expect(found).toContain(expected);
    expect(parseConfig(text, 'x').config).toBeUndefined();
  });

  test('a secret’s value is in no message and in no code frame', () => {
    for (const text of [
      withLine('{ env: DRILLBOOK_TEST_PASSWORD }', 'hunter2'),
      withLine('password: zvm-b', 'password: hunter2'),
      withLine('https://10.20.0.5\n', 'https://u:hunter2@10.20.0.5\n'),
    ])
      expect(encodeText(parseConfig(text, 'x').diagnostics, { x: text })).not.toContain('hunter2');
  });

  test('all at once', () => {
    expect(codes(withMissing().replace('ana@example.com', '5')).length).toBeGreaterThan(0);
    expect(codes('just text')).toEqual(['1:1-10 DB8001 drillbook.yaml must be a map']);
    expect(codes('')).toEqual(['1:1-1 DB1013 the file is empty']);
  });
});

function withMissing(): string {
  return 'apiVersion: drillbook-config/v1\n'.replace(/^/, '# none\n');
}

describe('files', () => {
  let dir = '';
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'drillbook-config-'));
    mkdirSync(join(dir, 'a/b/secrets'), { recursive: true });
    mkdirSync(join(dir, 'a/secrets'));
    writeFileSync(join(dir, 'a/drillbook.yaml'), good);
    writeFileSync(join(dir, 'a/secrets/zvm-b'), 'p4ss word\n', { mode: 0o600 });
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

  test('targets are files beside drillbook.yaml', async () => {
    const { config } = await readConfig(join(dir, 'a/drillbook.yaml'));
    if (config === undefined) throw new Error('unreadable');
    expect(targetOf(config, 'dr-drills', join(dir, 'a'))).toEqual({
      kind: 'file',
      path: join(dir, 'a/notifications.jsonl'),
    });
    expect(targetOf(config, 'constructor', dir)).toBeUndefined();
  });

  test('whoever cannot go on without it gets all mistakes in one error', async () => {
    writeFileSync(join(dir, 'bad.yaml'), withMissing());
    await expect(loadConfig(join(dir, 'bad.yaml'))).rejects.toThrow('DB8001 "sites" is missing');
  });
});
