import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { writeConfigText } from '../../local/config-text.ts';
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

test('a site without a peer gets none', () => {
  expect(writeConfigText([site('site-a')], {})).not.toContain('peer');
});

test("the simulator's line without its estate is refused", () => {
  expect(() => readSimulatorLine('{"sites":[]}')).toThrow('estate');
});
