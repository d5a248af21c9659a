import { expect, it } from 'vitest';
import type { Outside } from '../../cli/outside.ts';
import type { Held, Leases } from '../../control/leases.ts';
import { control, drillbook, render } from './command-line.ts';

const at = Date.UTC(2026, 10, 21, 2, 30);
const none: Leases = { open: [], leases: [], strangers: [], left: [], silent: [], lookedAt: at, paused: false };
const test: Held = {
  ...{ key: 'db', site: 'site-b', vpg: 'db', id: '1', action: 'zerto/failover-test', live: false, stage: 'open' },
  ...{ since: at, deadline: at + 3_600_000, guard: 'guard/1', run: 'payments-1', alone: false },
};
const failover: Held = {
  ...{ key: 'app', site: 'site-b', vpg: 'app', id: '2', action: 'zerto/failover', live: true, stage: 'open' },
  ...{ since: at, guard: 'guard/2/2', run: 'payments-2', alone: true },
};
const lease = { guard: 'guard/1', owner: 'owner-1', live: false, since: at, run: 'payments-1' };

function answering(leases: Leases) {
  const said: unknown[] = [];
  const hear = (name: string) => (_control: unknown, word: unknown, sign?: unknown) => {
    said.push([name, word, ...(sign === undefined ? [] : ['signed'])]);
    return Promise.resolve({ counted: true, text: 'it is being stopped' });
  };
  const outside = {
    connect: () => Promise.resolve(control),
    listLeases: () => Promise.resolve(leases),
    adoptOpening: hear('adopt'),
    endOpening: hear('end'),
  } satisfies Partial<Outside>;
  return { outside, said };
}

const listed = async (leases: Leases, ...more: string[]) =>
  render(await drillbook(['leases', ...more], answering(leases)));

it('nothing is open: exit 0', async () => {
  expect(await listed(none)).toBe(
    'out: Nothing is open.\nout: The janitor looked last at 2026-11-21 02:30 UTC.\nexit 0',
  );
});

it('what is open, locked, a stranger’s, or left: who, since when, until when, and what to type', async () => {
  const stranger = {
    ...{ site: 'site-b', kind: 'test' as const, vpg: 'crm', vpgId: '3', stage: 'InTest', taskId: 't3' },
    ...{ by: 'CORP\\admin', since: '2026-11-21T02:00:00Z' },
  };
  const { lookedAt: _never, ...rest } = none;
  const leases: Leases = {
    ...rest,
    open: [test, failover, { ...failover, vpg: 'web', commits: { by: ['ana'], of: 2 } }],
    leases: [
      { ...lease, id: '1', vpg: 'db', state: 'held' },
      { ...lease, id: '4', vpg: 'files', state: 'lost' },
    ],
    strangers: [stranger],
    left: ['site-a could not be looked at: no answer'],
    silent: ['guard/9'],
    paused: true,
  };
  expect(await listed(leases)).toBe(
    [
      'out: site-b/db: zerto/failover-test (open), since 2026-11-21 02:30 UTC, until 2026-11-21 03:30 UTC, by payments-1',
      'out: site-b/app: zerto/failover (open), since 2026-11-21 02:30 UTC, by payments-2, which is gone; drillbook leases commit|roll-back site-b/app --reason TEXT',
      'out: site-b/web: zerto/failover (open), since 2026-11-21 02:30 UTC, by payments-2, which is gone, 1 of 2 to commit: ana; drillbook leases commit|roll-back site-b/web --reason TEXT',
      'out: files: locked by a guard that is lost since 2026-11-21 02:30 UTC, by payments-1, nothing open',
      'out: site-b/crm: test (InTest), since 2026-11-21T02:00:00Z, begun by CORP\\admin, not by drillbook; drillbook leases adopt site-b/crm --reason TEXT',
      'out: site-a could not be looked at: no answer',
      'out: guard/9 does not answer: what it has open is not known',
      'out: The janitor has not looked yet.',
      'out: The janitor is paused: what a lost guard leaves open is not looked for.',
      'exit 0',
    ].join('\n'),
  );
  const { stdout } = await drillbook(['leases', '--json'], answering(leases));
  expect(JSON.parse(stdout)).toEqual(leases);
});

it.each<[line: string, word: unknown]>([
  ['leases adopt site-b/crm --reason ours', ['adopt', { site: 'site-b', vpg: 'crm', by: 'ana', reason: 'ours' }]],
  [
    'leases commit site-b/a/b --reason ok',
    ['end', { site: 'site-b', vpg: 'a/b', how: 'commit', by: 'ana', reason: 'ok' }],
  ],
  [
    'leases roll-back site-b/app --reason no',
    ['end', { site: 'site-b', vpg: 'app', how: 'roll-back', by: 'ana', reason: 'no' }],
  ],
])('drillbook %s', async (line, word) => {
  const { outside, said } = answering(none);
  expect(render(await drillbook(line.split(' '), { outside }))).toBe('out: counted: it is being stopped\nexit 0');
  expect(said).toEqual([word]);
});

it.each([
  ['leases adopt site-b/crm', /--reason is needed/],
  ['leases adopt --reason x', /SITE\/VPG/],
  ['leases commit crm --reason x', /SITE\/VPG/],
  ['leases commit site-b/crm --reason x --json', /--json is for the list alone/],
  ['leases stop site-b/crm --reason x', /adopt, commit or roll-back/],
])('%s is wrong usage', async (line, why) => {
  const { code, stderr } = await drillbook(line.split(' '), answering(none));
  expect([code, stderr]).toEqual([2, expect.stringMatching(why)]);
});

it('what a stranger is called cannot steer the terminal', async () => {
  const left = ['x\r\u001b[2Jall is well'];
  expect(await listed({ ...none, left })).not.toMatch(/[\r\u001b]/);
});
