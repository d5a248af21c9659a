import { expect, it } from 'vitest';
import { warningsAtStart, whyNotStart } from '../../control/start-check.ts';
import { drillbook, type Surroundings } from './command-line.ts';
import { passing, played } from './sample-run.ts';

const line = ['run', 'small.yaml', '--mode', 'failover'];

/** The sample as a live run; `asked`: the modes that need an approval, which it does not have. */
function live(asked: readonly string[] = []) {
  const { outside, calls } = played(passing);
  const prepare: typeof outside.prepare = async () => {
    const prepared = await outside.prepare();
    const notifications = [{ events: ['held'], modes: ['failover'], runbooks: ['sm*'], to: ['duty'] }];
    const nowhere = { file: '/nowhere/drillbook.yaml', library: { dir: 'library' } };
    const policy = { 'approval-for': asked, 'live-needs': { published: false } };
    const config = { identity: { unverified: 'allow' }, policy, roles: [], notifications, ...nowhere };
    return { ...prepared, plan: { ...prepared.plan, mode: 'failover' }, config } as typeof prepared;
  };
  return { outside: { ...outside, prepare }, calls };
}

const run = async (args: readonly string[], surroundings: Surroundings = {}, asked: readonly string[] = []) => {
  const { outside, calls } = live(asked);
  const seen = await drillbook([...line, ...args], { ...surroundings, outside });
  return { ...seen, started: calls.started };
};

it('is warned at the start where nobody would be paged', () => {
  const plan = { name: 'payments', mode: 'failover', steps: [] } as never;
  const asking = { requester: 'ana' };
  const line = { events: ['held', 'waiting'] as const, modes: ['failover'] as const, runbooks: ['pay*'], to: ['duty'] };
  const told = (...lines: object[]) => warningsAtStart(plan, { notifications: lines } as never, asking);
  expect(told(line)).toEqual([]);
  expect(warningsAtStart({ name: 'payments', mode: 'drill', steps: [] } as never, undefined, asking)).toEqual([]);
  for (const lines of [
    [],
    [{ ...line, events: ['waiting'] }],
    [{ ...line, modes: ['move'] }],
    [{ ...line, runbooks: ['x'] }],
  ])
    expect(told(...lines)).toEqual([
      'Nobody is paged when this run is held: no line of notifications in drillbook.yaml names "held" for payments in mode failover. Watch it.',
    ]);
});

it('off a terminal a live mode is confirmed by --confirm, and has its reason and its loss', async () => {
  const loss = ['--loss-at', '2026-11-21T03:10:00+01:00'];
  const { code, started } = await run(['--reason', 'fire', '--confirm', 'small', ...loss]);
  expect(code).toBe(0);
  expect(started).toMatchObject([{ reason: 'fire', lossAt: Date.UTC(2026, 10, 21, 2, 10) }]);
});

it.each(['2026-10-22T02:30Z', '2026-11-20T23:59:59+00:00', '2026-11-21T00:10:00.5-02:00'])(
  'a loss at %s is taken',
  async at => {
    const { code, started } = await run(['--reason', 'fire', '--confirm', 'small', '--loss-at', at]);
    expect([code, started]).toMatchObject([0, [{ lossAt: Date.parse(at) }]]);
  },
);

it.each([
  [[], 'Mode failover touches production: confirm it with --confirm small.'],
  [['--yes'], 'Mode failover touches production: confirm it with --confirm small (--yes is not enough).'],
  [['--confirm', 'smal'], '--confirm smal does not confirm this runbook: its name is small.'],
])('%s confirms nothing: exit 2', async (args, says) => {
  const { code, stderr, started } = await run(['--reason', 'fire', ...args]);
  expect([code, stderr, started]).toEqual([2, `${says}\n`, []]);
});

it('at a terminal the name of the runbook is typed; --yes does not stand for it', async () => {
  const asks = "small runs in mode failover at site-b: this touches production. Type the runbook's name to start it: ";
  const good = await run(['--reason', 'fire'], { typed: 'small ' });
  expect([good.code, good.started.length]).toEqual([0, 1]);
  expect(good.stderr).toContain(asks);
  expect(await run(['--reason', 'fire'], { typed: 'y' })).toMatchObject({
    code: 1,
    stderr: `${asks}\nNothing was started: that is not small.\n`,
    started: [],
  });
  expect(await run(['--reason', 'fire', '--yes'], { typed: 'small' })).toMatchObject({ code: 2, started: [] });
});

it('what policy.approval-for wants an approval for does not start without one', async () => {
  const { code, stderr, started } = await run(['--reason', 'fire', '--confirm', 'small'], {}, ['failover']);
  expect([code, started]).toEqual([1, []]);
  expect(stderr).toBe(
    'small has no approval in mode failover, and policy.approval-for of drillbook.yaml wants one: add an approval to its steps.\n',
  );
});

it('without a drillbook.yaml the live modes need an approval', async () => {
  const { plan } = await played([]).outside.prepare();
  const [first] = plan.steps;
  if (first === undefined) throw new Error('no step');
  const asks = { ...plan, steps: [...plan.steps, { ...first, uses: 'approval' }] };
  expect(whyNotStart(plan, undefined)).toBeUndefined();
  expect(whyNotStart({ ...plan, mode: 'move' }, undefined)).toContain('has no approval in mode move');
  expect(whyNotStart({ ...asks, mode: 'move' }, undefined)).toBeUndefined();
});

it('--without-lock goes with a live run, and is told in the start', async () => {
  const flags = ['--reason', 'fire', '--confirm', 'small', '--without-lock', 'the locks are silent'];
  const { code, stderr, started } = await run(flags);
  expect([code, started]).toMatchObject([0, [{ withoutLock: 'the locks are silent' }]]);
  expect(stderr).toContain('Without locks: nothing keeps another run away from the same VPGs (the locks are silent).');
  const drill = await drillbook(['run', 'small.yaml', '--mode', 'drill', '--without-lock', 'x'], played(passing));
  expect([drill.code, drill.stderr]).toEqual([
    2,
    '--without-lock belongs to a live mode: mode drill waits for its locks.\n',
  ]);
});
