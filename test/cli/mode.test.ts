import { expect, it } from 'vitest';
import { drillbook } from './command-line.ts';
import { makeFolder } from './folder.ts';
import { passing, played, runbook } from './sample-run.ts';

const withModes = (modes: string) => ({
  cwd: makeFolder({ 'a.yaml': runbook.replace('[drill]', modes) }),
  ...played(passing),
});

it('the only mode need not be named', async () => {
  const surroundings = withModes('[drill]');
  expect((await drillbook(['run', 'a.yaml'], surroundings)).code).toBe(0);
  expect(surroundings.calls.started).toMatchObject([{ mode: 'drill' }]);
});

it('of several modes none is chosen', async () => {
  const seen = await drillbook(['run', 'a.yaml'], withModes('[drill, failover]'));
  expect(seen).toEqual({ code: 2, stdout: '', stderr: '--mode is needed; this runbook has drill, failover.\n' });
});

it('a live mode is never chosen, even if it is the only one', async () => {
  const surroundings = withModes('[failover]');
  const seen = await drillbook(['run', 'a.yaml'], surroundings);
  expect(seen).toEqual({
    code: 2,
    stdout: '',
    stderr: '--mode failover is needed: a live mode is never chosen for you.\n',
  });
  expect(surroundings.calls.started).toEqual([]);
});

it.each([
  ['refuse', 'drill', 1],
  ['refuse', 'failover', 1],
  ['drills', 'drill', 0],
  ['drills', 'change', 0],
  ['drills', 'failover', 1],
  ['drills', 'move', 1],
  ['allow', 'failover', 0],
])('identity.unverified: %s lets mode %s end with %i', async (unverified, mode, code) => {
  const { outside, calls } = played(passing);
  const prepare: typeof outside.prepare = async () => {
    const prepared = await outside.prepare();
    const nowhere = { file: '/nowhere/drillbook.yaml', library: { dir: 'library' } };
    const policy = { 'approval-for': [], 'live-needs': { published: false } };
    return { ...prepared, config: { identity: { unverified }, policy, ...nowhere } } as typeof prepared;
  };
  const seen = await drillbook(['run', 'a.yaml', '--mode', mode, '--reason', 'x'], {
    outside: { ...outside, prepare },
  });
  expect(seen.code).toBe(code);
  expect(calls.started).toHaveLength(code === 0 ? 1 : 0);
  if (code === 1)
    expect(seen.stderr).toMatch(/^Nothing proves that you are ana.*identity\.unverified: (refuse|drills).*\n$/);
});
