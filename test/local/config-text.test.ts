import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { compile } from '../../compiler/compile.ts';
import { configNames, parseConfig } from '../../control/config/config.ts';
import { warningsAtStart } from '../../control/start-check.ts';
import { devStaff, type Staff, writeConfigText } from '../../local/config-text.ts';
import { readSimulatorLine, type StackSite } from '../../local/simulator-line.ts';

function site(name: string, more: Partial<StackSite> = {}): StackSite {
  return {
    name,
    url: 'https://127.0.0.1:1',
    generation: 'windows',
    ca: '/x/ca.pem',
    username: 'DR\\svc: "drill"',
    password: 'canary-password',
    zertoName: name.toUpperCase(),
    testNetworks: [`${name} bubble: 1`],
    doors: { bubble: 'socks5://127.0.0.1:2', lan: 'socks5://127.0.0.1:3' },
    ...more,
  };
}

test('drillbook.yaml names the sites, their doors as probes, and no password', () => {
  const text = writeConfigText([site('site-a'), site('site-b')], {
    'site-a-password': '/x/a',
    'site-b-password': '/x/b',
  });
  expect(text).not.toContain('canary-password');
  expect(parse(text)).toMatchObject({
    apiVersion: 'drillbook-config/v1',
    secrets: { 'site-a-password': { file: '/x/a' }, 'site-b-password': { file: '/x/b' } },
    sites: {
      'site-a': { peer: 'site-b' },
      'site-b': {
        url: 'https://127.0.0.1:1',
        'zerto-name': 'SITE-B',
        generation: 'windows',
        account: { kind: 'windows', username: 'DR\\svc: "drill"', password: 'site-b-password' },
        tls: { ca: '/x/ca.pem' },
        peer: 'site-a',
        'test-networks': ['site-b bubble: 1'],
      },
    },
    probes: {
      'bubble-a': { proxy: 'socks5://127.0.0.1:2' },
      'lan-a': { proxy: 'socks5://127.0.0.1:3' },
      'bubble-b': { proxy: 'socks5://127.0.0.1:2' },
      'lan-b': { proxy: 'socks5://127.0.0.1:3' },
    },
    targets: { 'dr-drills': { file: { path: 'notifications.jsonl' } } },
    identity: { unverified: 'allow' },
  });
});

test('every group names people that are there', () => {
  const { people, groups } = parse(writeConfigText([site('site-a')], {})) as {
    people: Record<string, unknown>;
    groups: Record<string, string[]>;
  };
  expect(Object.keys(groups)).toEqual(expect.arrayContaining(['dr-managers', 'dr-duty']));
  expect(
    Object.values(groups)
      .flat()
      .filter(person => !(person in people)),
  ).toEqual([]);
});

/** What it says to whoever starts the shipped failover as ana. */
function toldAna(staff: Staff): readonly string[] {
  const text = writeConfigText([site('site-a'), site('site-b')], secrets, staff);
  const { config, diagnostics } = parseConfig(text, 'drillbook.yaml');
  if (config === undefined) throw new Error(JSON.stringify(diagnostics));
  const file = fileURLToPath(new URL('../../runbooks/payments.yaml', import.meta.url));
  const compiled = compile({ file, text: readFileSync(file, 'utf8') }, { names: configNames(config) });
  const planned = compiled.plan('failover', {});
  if (!('plan' in planned)) throw new Error(JSON.stringify([compiled.diagnostics, planned]));
  return warningsAtStart(planned.plan, config, { requester: 'ana' });
}
const secrets = { 'site-a-password': '/x/a', 'site-b-password': '/x/b', pagerduty: '/x/p' };

test('beside drillbook dev a failover that a manager starts has two others to vote, and its run pages somebody', () => {
  expect(toldAna(devStaff)).toEqual([]);
  // Without these people and lines she is told both.
  expect(toldAna({})).toEqual([
    expect.stringContaining('Nobody is paged when this run is held'),
    expect.stringContaining('The approval go needs 2 votes of dr-managers, and where ana asks for the run only bo'),
    expect.stringContaining('The approval keep needs 2 votes'),
  ]);
});

test('a site without a peer gets none', () => {
  expect(writeConfigText([site('site-a')], {})).not.toContain('peer');
});

test("the simulator's line without its estate is refused", () => {
  expect(() => readSimulatorLine('{"sites":[]}')).toThrow('estate');
});
