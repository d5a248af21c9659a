import { describe, expect, it } from 'vitest';
import { ownerOf } from '../../engine/lock-owner.ts';
import { bothSeen } from '../../engine/janitor-looks.ts';
import { tellJanitor } from '../../engine/janitor-told.ts';
import { decide } from '../../engine/janitor.ts';
import type { SiteSeen, TemporalSeen } from '../../engine/janitor-types.ts';
import { handed, lease, lost, now, open, site, startOf, task, temporal, written } from './janitor-world.ts';

const pass = (seen: SiteSeen | readonly SiteSeen[], known: TemporalSeen, at = now) => {
  const report = decide([seen].flat(), known, at);
  const did = report.decisions.map(decision => `${decision.do} ${'id' in decision ? decision.id : decision.owner}`);
  return { ...report, did };
};

it('nothing open, nothing to do', () => {
  expect(pass(site(), temporal())).toMatchObject({ did: [], strangers: [], left: [] });
  expect(tellJanitor(pass(site(), temporal()))).toBe('nothing is open that nobody takes care of');
});

describe('a guard that was lost', () => {
  it('with its run: the next one of the chain takes over what is left, as an orphan', () => {
    const { decisions } = pass(site({ open: [open('db', [task('t1')])] }), temporal({ lost: [lost([handed('db')])] }));
    expect(decisions).toEqual([
      expect.objectContaining({
        do: 'start-guard',
        id: 'guard/1/2',
        start: {
          ...startOf(),
          generation: 2,
          handed: [handed('db')],
          holds: { db: 'id-db' },
          orphan: true,
          lasts: true,
        },
      }),
    ]);
  });

  it('of a run that lives: the run goes on by itself, until its deadline', () => {
    const known = temporal({ lost: [lost([handed('db')], { runGone: false })] });
    expect(pass(site(), known)).toMatchObject({ did: [], left: [expect.stringMatching(/run-1 lives/)] });
    expect(pass(site(), known, now + 2).did).toEqual(['start-guard guard/1/2']);
  });

  it('a live change has no deadline: its run that lives is never overtaken', () => {
    const { deadline: _none, ...start } = startOf();
    const known = temporal({ lost: [lost([handed('db', 'zerto/failover')], { runGone: false, start })] });
    expect(pass(site(), known, now * 1_000).did).toEqual([]);
  });

  it('with nothing open: its locks are let go, whatever a stranger does there', () => {
    const known = temporal({ lost: [lost([])], leases: [lease('db', 'lost')] });
    const seen = site({ open: [open('db', [task('t1', 'admin')])] });
    expect(pass(seen, known)).toMatchObject({
      did: [`release ${ownerOf('token-1')}`],
      strangers: [{ vpg: 'db', by: 'admin' }],
    });
  });

  it('with something open: its locks stay for the next one', () => {
    const known = temporal({ lost: [lost([handed('db')])], leases: [lease('db', 'lost'), lease('front', 'lost')] });
    expect(pass(site(), known).did).toEqual(['start-guard guard/1/2']);
  });

  it('without a history: its locks go once every site shows that nothing is open', () => {
    const known = temporal({ leases: [lease('db', 'unknown')] });
    expect(pass(site(), known).did).toEqual([`release ${ownerOf('token-1')}`]);
    expect(pass(site({ error: 'no answer' }), known).did).toEqual([]);
    expect(pass(site({ open: [open('db', [task('t1', 'admin')])] }), known)).toMatchObject({
      did: [],
      left: [expect.stringMatching(/what it left is not known: db/)],
    });
    expect(pass(site({ written: [written('db', { lateUntil: now })] }), known).did).toEqual([]);
  });
});

describe('a guard that lives', () => {
  const running = { id: 'guard/1', run: 'run-1' };
  it('and has it open: nothing is done, and it is no stranger', () => {
    const known = temporal({ running: [{ ...running, open: ['id-db'] }], guards: { 'guard/1': 'running' } });
    const seen = site({ open: [open('db', [task('t1')])], written: [written('db', { task: 't1' })] });
    expect(pass(seen, known)).toMatchObject({ did: [], strangers: [] });
  });

  it('and holds its lease without an answer: may have it open', () => {
    const known = temporal({ running: [running], leases: [lease('db', 'running')] });
    expect(pass(site({ open: [open('db', [task('t1')])] }), known)).toMatchObject({ did: [], strangers: [] });
  });

  it('and has written it down, without an answer: may have it open', () => {
    const known = temporal({ running: [running], guards: { 'guard/1': 'running' } });
    const seen = site({ open: [open('db', [task('t1')])], written: [written('db', { task: 't1' })] });
    expect(pass(seen, known)).toMatchObject({ did: [], strangers: [] });
  });

  it('and holds its lease, and says that it has nothing open: then it is a stranger’s', () => {
    const known = temporal({ running: [{ ...running, open: [] }], leases: [lease('db', 'running')] });
    const seen = site({ open: [open('db', [task('t1', 'admin')])] });
    expect(pass(seen, known)).toMatchObject({ did: [], strangers: [{ vpg: 'db' }] });
  });

  it('is woken where its run ended a minute ago and it has not seen it', () => {
    expect(pass(site(), temporal({ running: [{ ...running, runGoneMs: 30_000 }] })).did).toEqual([]);
    expect(pass(site(), temporal({ running: [{ ...running, runGoneMs: 61_000 }] })).did).toEqual([
      'wake-guard guard/1',
    ]);
  });
});

describe('what only the write-ahead file knows', () => {
  const recovered = 'start-guard guard/recovered/site-b/id-db/t1';
  it('by its task: a guard takes it over', () => {
    const seen = site({ open: [open('db', [task('old'), task('t1')])], written: [written('db', { task: 't1' })] });
    const { did, strangers, decisions } = pass(seen, temporal());
    expect([did, strangers]).toEqual([[recovered], []]);
    expect(decisions[0]).toMatchObject({
      start: { run: { id: 'run-1' }, holds: { db: 'id-db' }, orphan: true, handed: [{ sent: { taskId: 't1' } }] },
    });
  });

  it('by the one new task since its baseline, of our account', () => {
    const seen = site({ open: [open('db', [task('old'), task('t1')])], written: [written('db')] });
    const { did, decisions } = pass(seen, temporal());
    expect(did).toEqual([recovered]);
    expect(decisions[0]).toMatchObject({ start: { handed: [{ sent: { taskId: 't1', adopted: true } }] } });
  });

  it.each([
    ['somebody else’s account', [task('old'), task('t1', 'admin')]],
    ['two new tasks', [task('t1'), task('t2')]],
    ['no new task', [task('old')]],
  ])('%s: it is nobody’s, and told with the run that may have begun it', (_what, tasks) => {
    const seen = site({ open: [open('db', tasks)], written: [written('db')] });
    expect(pass(seen, temporal())).toMatchObject({
      did: [],
      strangers: [{ vpg: 'db', note: expect.stringMatching(/run-1 may have begun it/) as string }],
      left: [expect.stringMatching(/^db at site-b/)],
    });
  });

  it('a later test than ours is a stranger’s, and ours is over', () => {
    const seen = site({
      open: [open('db', [task('t1'), task('t2', 'admin')])],
      written: [written('db', { task: 't1' })],
    });
    expect(pass(seen, temporal())).toMatchObject({ did: ['forget written-db'], strangers: [{ by: 'admin' }] });
  });

  it('taken over before, by a guard that lives: not again', () => {
    const seen = site({ open: [open('db', [task('t1')])], written: [written('db', { task: 't1' })] });
    const id = 'guard/recovered/site-b/id-db/t1';
    for (const running of [
      { id, run: 'run-1' },
      { id: `${id}/2`, run: 'run-1' },
    ])
      expect(pass(seen, temporal({ running: [running] }))).toMatchObject({ did: [], strangers: [] });
  });

  it('a failover is not a test: each is looked for by its kind', () => {
    const opening = handed('db', 'zerto/failover');
    const seen = site({
      open: [open('db', [task('t1')], 'failover')],
      written: [written('db', { opening, task: 't1' })],
    });
    expect(pass(seen, temporal()).did).toEqual([recovered]);
    expect(pass({ ...seen, open: [open('db', [task('t1')])] }, temporal()).did).toEqual(['forget written-db']);
  });

  it('not shown: it may still begin until nothing can arrive any more, then it is over', () => {
    const seen = site({ written: [written('db', { lateUntil: now })] });
    expect(pass(seen, temporal()).did).toEqual([]);
    expect(pass(seen, temporal(), now + 1).did).toEqual(['forget written-db']);
    expect(pass({ ...seen, error: 'no answer' }, temporal(), now + 1).did).toEqual([]);
  });

  it('a pause is not seen in a list: its guard looks', () => {
    const seen = site({ written: [written('db', { opening: handed('db', 'zerto/pause'), task: 't1' })] });
    expect(pass(seen, temporal()).did).toEqual([recovered]);
  });

  it('of a run of another Temporal: told, never taken over', () => {
    const seen = site({
      open: [open('db', [task('t1')])],
      written: [written('db', { temporal: 'there', task: 't1' })],
    });
    expect(pass(seen, temporal())).toMatchObject({
      did: [],
      strangers: [{ note: expect.stringMatching(/another Temporal \(there\)/) as string }],
    });
  });

  it('whose guard has ended while another run’s guard has it open is left to that', () => {
    const known = temporal({
      running: [{ id: 'guard/2', run: 'run-2', open: ['id-db'] }],
      guards: { 'guard/1': 'ended' },
    });
    const seen = site({ open: [open('db', [task('t1')])], written: [written('db', { task: 't1' })] });
    expect(pass(seen, known).did).toEqual([]);
  });
});

it('a stranger’s test is told once, by the site that it runs at, with who, since when', () => {
  const seen = open('db', [task('t1', 'CORP\\admin')]);
  const report = pass([site({ open: [seen] }), site({ site: 'site-a', open: [seen] })], temporal());
  expect(report.did).toEqual([]);
  expect(tellJanitor(report)).toBe(
    'db at site-b: a test (InTest) since 2026-11-21T02:00:00Z, begun by CORP\\admin; drillbook did not begin it and leaves it alone',
  );
});

it('only what two looks agree on counts', () => {
  const before = site({ open: [open('db', []), open('front', [])], written: [written('db')] });
  const after = site({ open: [open('db', []), open('app', [])], written: [written('db'), written('app')] });
  const [seen] = bothSeen([before], [after]);
  expect(seen?.open.map(({ vpg }) => vpg)).toEqual(['db']);
  expect(seen?.written.map(({ vpg }) => vpg)).toEqual(['db']);
  expect(bothSeen([before], [])).toEqual([before]);
  expect(bothSeen([before], [site({ error: 'gone' })])).toEqual([site({ error: 'gone' })]);
});
