import { describe, expect, test } from 'vitest';
import { steppedClock } from '../../simulator/clock.ts';
import type { Scenario } from '../../simulator/scenario.ts';
import type { Simulator } from '../../simulator/server.ts';
import type { Applied } from '../../zerto/settings/apply.ts';
import type { Desired } from '../../zerto/settings/desired.ts';
import { rejection } from './scripted-zvm.ts';
import { type Mishap, simulated, type Simulated } from './simulated.ts';

const changed: Desired = { vpg: 'crm', rpoSeconds: 900, bootGroups: [{ name: 'Web', delaySeconds: 60 }] };
const made: Desired = {
  vpg: 'crm-web',
  rpoSeconds: 600,
  journalHours: 48,
  recovery: { hostCluster: 'B-Prod', datastore: 'B-DS-07', folder: 'Recovered' },
  networks: { failover: 'B-VLAN130', test: 'B-Bubble-130' },
  bootGroups: [{ name: 'web', delaySeconds: 180 }],
  vms: [{ name: 'crm-web-01', bootGroup: 'web' }],
};

const hours = 3_600_000;
const apply = ({ zvm, simulator }: Simulated, desired: Desired): Promise<Applied> =>
  zvm.vpgSettings.apply(desired, {
    notAfter: simulator.clock.now() + 12 * hours,
    pace: { readBackMs: 1, settleMs: 1 },
  });

interface Loss {
  /** Whether it can make a difference to this request. */
  readonly matters: (path: string) => boolean;
  readonly befall: (simulator: Simulator, request: Request) => Promise<void> | void;
}

const namesAnObject = (path: string) => path.startsWith('/v1/vpgSettings/');

/** How a settings object vanishes (docs/zerto.md §3), besides by its commit. */
const losses: Readonly<Record<string, Loss>> = {
  'with its session': {
    matters: () => true,
    befall: simulator => {
      simulator.endSessions('site-b');
    },
  },
  'after 30 unused minutes': {
    matters: namesAnObject,
    befall: async (simulator, request) => {
      simulator.clock.advance(29 * 60_000);
      // The session is used meanwhile, and outlives it.
      await simulator.fetchFor('site-b')('https://zvm.invalid/v1/localsite', { headers: [...request.headers] });
      simulator.clock.advance(2 * 60_000);
    },
  },
  'as the ZVM starts again': {
    matters: namesAnObject,
    befall: simulator => {
      simulator.restart('site-b');
    },
  },
};

const stage = () => simulated(undefined, { clock: steppedClock() });

/** Paths of the requests of an apply that nothing befalls, signed in already. */
async function requestsOf(desired: Desired): Promise<string[]> {
  const calm = await stage();
  await calm.zvm.signIn();
  const paths: string[] = [];
  calm.beforeEach((_number, request) => {
    paths.push(new URL(request.url).pathname);
  });
  await apply(calm, desired);
  return paths;
}

describe.each([
  ['a changed VPG', changed],
  ['a new VPG', made],
])('the settings object of %s', (_, desired) => {
  test.each(Object.entries(losses))('may vanish %s before any request', { timeout: 60_000 }, async (_way, loss) => {
    const paths = await requestsOf(desired);
    const numbers = paths.flatMap((path, index) => (loss.matters(path) ? [index + 1] : []));
    expect(numbers.length).toBeGreaterThan(6);
    for (const k of numbers) {
      const before = `before request ${k} of ${paths.length}, ${paths[k - 1] ?? ''}`;
      const lossy = await stage();
      const { zvm, simulator, beforeEach } = lossy;
      await zvm.signIn();
      let lost = false;
      beforeEach(async (number, request) => {
        if (number !== k) return;
        lost = true;
        await loss.befall(simulator, request);
      });
      const { changed: done, vpgId } = await apply(lossy, desired).catch((error: unknown) => {
        throw new Error(before, { cause: error });
      });
      const commits = simulator.commits();
      expect({ before, lost, done, commits }).toEqual({ before, lost: true, done: true, commits: 1 });
      const vpgs = await zvm.vpgs.list({ name: desired.vpg });
      expect(vpgs.map(vpg => [vpg.id, vpg.configuredRpoSeconds])).toEqual([[vpgId, desired.rpoSeconds]]);
      expect(await zvm.vpgSettings.list()).toEqual([]);
    }
  });

  test.each<[string, Mishap]>([
    ['whose answer is lost', { kind: 'after' }],
    ['that arrives twice, and is told that there is none', { kind: 'doubled', answer: 'second' }],
    ['that arrives twice, and is not told', { kind: 'doubled', answer: 'none' }],
    ['that never arrives', { kind: 'before' }],
  ])('may vanish by its commit, %s', async (_way, mishap) => {
    const lossy = await stage();
    const { zvm, simulator, meet } = lossy;
    meet('POST', /\/commit$/, mishap);
    expect((await apply(lossy, desired)).changed).toBe(true);
    expect((await zvm.vpgSettings.plan(desired)).missing).toEqual([]);
    expect(simulator.commits()).toBe(1);
    expect(await zvm.vpgSettings.list()).toEqual([]);
  });

  test('is made once where a doubled commit is told that there is none while its task still works', async () => {
    const working = (from: Scenario): Scenario => ({ ...from, durations: { ...from.durations, commitSettings: 120 } });
    const { zvm, simulator, meet } = await simulated(undefined, { tasks: working });
    meet('POST', /\/commit$/, { kind: 'doubled', answer: 'second' });
    const pace = { readBackMs: 20, settleMs: 5 };
    const applied = await zvm.vpgSettings.apply(desired, { notAfter: Date.now() + 60_000, pace });
    expect(applied.changed).toBe(true);
    expect(simulator.commits()).toBe(1);
    expect((await zvm.vpgSettings.plan(desired)).missing).toEqual([]);
    expect(await zvm.vpgSettings.list()).toEqual([]);
  });

  test('that vanishes every time is given up, with nothing changed', async () => {
    const lossy = await stage();
    const { zvm, simulator, beforeEach } = lossy;
    beforeEach((_number, { method, url }) => {
      if (method === 'POST' && url.endsWith('/commit')) simulator.dropSettings();
    });
    const error = await rejection(apply(lossy, desired));
    expect(error).toMatchObject({ name: 'SettingsLost', happened: 'no' });
    expect(simulator.commits()).toBe(0);
    expect(await zvm.vpgSettings.list()).toEqual([]);
  });
});
