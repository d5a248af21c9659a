import { describe, expect, it } from 'vitest';
import { accounts, type Invariant, type SeedFacts } from './facts.ts';
import { apart } from './invariants/apart.ts';
import { approved } from './invariants/approved.ts';
import { atRest } from './invariants/at-rest.ts';
import { drills } from './invariants/drills.ts';
import { judge } from './invariants/index.ts';
import { liveWord } from './invariants/live-word.ts';
import { once } from './invariants/once.ts';
import { openTests } from './invariants/open-tests.ts';
import { report } from './invariants/report.ts';
import { settings } from './invariants/settings.ts';
import { strangers } from './invariants/strangers.ts';
import { facts, journal, opening, request, task, vpg, word } from './made-up.ts';

/** Each invariant on logs that hold it and on logs that break it: one that cannot fail proves nothing. */
const broken = (invariant: Invariant, of: SeedFacts): readonly string[] => invariant(of).map(({ text }) => text);

const db = 'payments-db';
const test = (started: number, more = {}) => task(started, 'FailOverTest', db, more);
const stop = (started: number, more = {}) => task(started, 'StopFailOverTest', db, more);

describe('executed once', () => {
  it('one test and its stop are fine, and two tests of two VPGs', () => {
    const tasks = [test(1_000), task(1_100, 'FailOverTest', 'crm'), stop(2_000)];
    expect(broken(once, facts('payments drill', { seen: { tasks } }))).toEqual([]);
  });

  it('a second test of a VPG is seen, also where the first was stopped meanwhile', () => {
    for (const tasks of [
      [test(1_000), test(3_000)],
      [test(1_000), stop(2_000), test(3_000)],
    ])
      expect(broken(once, facts('payments drill', { seen: { tasks } }))[0]).toMatch(/^FailOverTest of payments-db/);
  });

  it('a second commit is seen, a word for a retry before the first does not make it good', () => {
    const tasks = [task(5_000, 'FailoverCommit', db), task(9_000, 'FailoverCommit', db)];
    const words = [word(1_000, 'db', 'bo', 'retry')];
    expect(broken(once, facts('payments failover', { seen: { tasks }, words }))).toHaveLength(1);
  });

  it('what failed may be tried again, and what a person asked for anew', () => {
    const failed = [test(1_000, { state: 'failed' }), test(3_000)];
    expect(broken(once, facts('payments drill', { seen: { tasks: failed } }))).toEqual([]);
    const tasks = [test(1_000), stop(2_000), test(4_000)];
    const words = [word(3_000, 'db', 'bo', 'retry')];
    expect(broken(once, facts('payments drill', { seen: { tasks }, words }))).toEqual([]);
    const refused = [word(3_000, 'db', 'bo', 'retry', { counted: 'no' })];
    expect(broken(once, facts('payments drill', { seen: { tasks }, words: refused }))).toHaveLength(1);
    const deeds = [{ at: 3_000, what: 'reset', text: '' }];
    expect(broken(once, facts('payments drill', { seen: { tasks }, deeds }))).toEqual([]);
  });

  it('a word excuses the step that it is for, and no other', () => {
    const app = 'payments-app';
    const twice = [task(1_000, 'FailOver', app), task(4_000, 'FailOver', app)];
    const of = (tasks: typeof twice, said: ReturnType<typeof word>) =>
      broken(once, facts('payments failover', { seen: { tasks }, words: [said] }));
    expect(of(twice, word(3_000, `front[${app}]`, 'bo', 'retry'))).toEqual([]);
    const others = [`front[payments-web]`, 'db', 'db_up', 'commit'].map(step => word(3_000, step, 'bo', 'retry'));
    const about = [
      word(3_000, '', 'ana', 'commit'),
      word(3_000, '', 'ana', 'go-on'),
      word(3_000, 'keep', 'ana', 'commit'),
    ];
    for (const said of [...others, ...about]) expect(of(twice, said)).toHaveLength(1);
    const commits = [task(5_000, 'FailoverCommit', db), task(9_000, 'FailoverCommit', db)];
    expect(of(commits, word(6_000, 'commit', 'bo', 'retry'))).toEqual([]);
    expect(of(commits, word(6_000, '', 'ana', 'commit'))).toEqual([]);
    expect(of(commits, word(6_000, '', 'ana', 'roll-back'))).toHaveLength(1);
    expect(of(commits, word(6_000, 'db', 'bo', 'retry'))).toHaveLength(1);
    const anew = [
      task(1_000, 'FailoverRollback', db),
      task(2_000, 'FailOver', db),
      task(3_000, 'FailoverRollback', db),
    ];
    expect(of(anew, word(500, '', 'ana', 'roll-back'))).toEqual([]);
  });

  it('what strangers do twice is their business', () => {
    const tasks = [test(1_000, { by: accounts.stranger }), test(3_000, { by: accounts.stranger })];
    expect(broken(once, facts('payments drill', { seen: { tasks } }))).toEqual([]);
  });
});

describe('open tests', () => {
  const inTest = (by: string) => vpg(db, { test: { by, stage: 'InTest', started: 1_000 } });

  it('one that was stopped in time is fine, and one that failed', () => {
    const tasks = [test(1_000, { state: 'failed' }), test(2_000), stop(5_000)];
    expect(broken(openTests, facts('payments drill', { seen: { tasks, vpgs: [vpg(db)] } }))).toEqual([]);
  });

  it('one that is left open is seen, a stranger’s is not ours to close', () => {
    const seen = { tasks: [test(1_000)], vpgs: [inTest(accounts.drills)] };
    expect(broken(openTests, facts('payments drill', { seen }))).toEqual([
      'the test of payments-db is still open (InTest)',
    ]);
    const tasks = [test(1_000, { by: accounts.stranger })];
    expect(broken(openTests, facts('payments drill', { seen: { tasks, vpgs: [inTest(accounts.stranger)] } }))).toEqual(
      [],
    );
  });

  it('one that was closed after its deadline is seen; a stop that failed closed nothing', () => {
    const late = { tasks: [test(1_000), stop(70_000)] };
    expect(broken(openTests, facts('payments drill', { seen: late }))[0]).toMatch(/was open until .*01:10\.300Z/);
    const again = { tasks: [test(1_000), stop(5_000, { state: 'failed' }), stop(70_000)] };
    expect(broken(openTests, facts('payments drill', { seen: again }))).toHaveLength(1);
  });
});

describe('a recorded person', () => {
  const commit = { tasks: [task(1_000, 'FailOver', db), task(9_000, 'FailoverCommit', db)] };
  const said = [word(8_000, 'keep', 'ana', 'commit')];

  it('somebody said so before, and the report names him', () => {
    const ending = { step: 'commit', by: ['ana'], reason: '' };
    const run = { journal: journal('passed', [opening(db, 'committed', { ending })]) };
    expect(broken(liveWord, facts('payments failover', { seen: commit, words: said, run }))).toEqual([]);
  });

  it.each([
    ['nobody', []],
    ['somebody afterwards', [word(9_500, 'keep', 'ana', 'commit')]],
    ['somebody who did not count', [word(8_000, 'keep', 'cem', 'commit', { counted: 'no' })]],
    ['somebody something else', [word(8_000, 'keep', 'ana', 'roll-back')]],
  ])('%s said so: seen', (_, words) => {
    expect(broken(liveWord, facts('payments failover', { seen: commit, words }))).toHaveLength(1);
  });

  it('a roll-back needs one too, and a report without a name is seen', () => {
    const back = { tasks: [task(9_000, 'MoveRollback', db)] };
    expect(broken(liveWord, facts('move', { seen: back }))).toHaveLength(1);
    const ending = { step: 'commit', by: [], reason: '' };
    const run = { journal: journal('passed', [opening(db, 'committed', { ending })]) };
    expect(broken(liveWord, facts('payments failover', { seen: commit, words: said, run }))).toEqual([
      'FailoverCommit of payments-db: the report names nobody',
    ]);
  });
});

describe('the approvals', () => {
  const goes = [word(500, 'go', 'ana', 'approve'), word(600, 'go', 'bo', 'approve')];
  const began = task(1_000, 'FailOver', db);
  const commit = task(9_000, 'FailoverCommit', db);
  const of = (tasks: readonly ReturnType<typeof task>[], words: SeedFacts['words'], name = 'payments failover') =>
    broken(approved, facts(name, { seen: { tasks }, words }));

  it('two managers for each are enough, or one glass that may be broken', () => {
    const keeps = [word(7_000, 'keep', 'ana', 'commit'), word(8_000, 'keep', 'bo', 'commit')];
    expect(of([began, commit], [...goes, ...keeps])).toEqual([]);
    expect(of([began], [word(500, 'go', 'cem', 'approve', { glass: true })])).toEqual([]);
    const held = [word(8_000, '', 'ana', 'commit'), word(8_100, '', 'bo', 'commit')];
    expect(of([began, commit], [...goes, ...held])).toEqual([]);
    expect(of([began, commit], [...goes, word(8_000, '', 'cem', 'commit', { glass: true })])).toEqual([]);
    // Whether it was heard nobody knows: it may have been.
    const perhaps = word(7_500, 'keep', 'ana', 'roll-back', { counted: 'unknown' });
    expect(of([began, commit], [...goes, keeps[0], perhaps, keeps[1]] as SeedFacts['words'])).toEqual([]);
  });

  it.each([
    ['keep', 'of which one was of another mind before the other agreed', word(7_500, 'keep', 'ana', 'roll-back')],
    ['keep', 'and it was refused before the other agreed', word(7_500, 'keep', 'ana', 'reject')],
    ['', 'and the run went on before the other agreed', word(7_500, '', 'ana', 'go-on')],
    ['', 'of whom one is the requester', word(7_500, '', 'mallory', 'commit')],
  ])('a commit of two at "%s" %s is seen', (step, why, between) => {
    const other = why.includes('requester') ? 'cem' : 'bo';
    const words = [word(7_000, step, 'ana', 'commit'), between, word(8_000, step, other, 'commit')];
    expect(of([began, commit], [...goes, ...words])).toHaveLength(1);
  });

  it('a roll-back that one of two managers chose is seen, one that he said to the run is not', () => {
    const back = task(9_000, 'FailoverRollback', db);
    expect(of([began, back], [...goes, word(8_000, 'keep', 'ana', 'roll-back')])).toHaveLength(1);
    expect(of([began, back], [...goes, word(8_000, '', 'ana', 'roll-back')])).toEqual([]);
    const both = [word(8_000, 'keep', 'ana', 'roll-back'), word(8_100, 'keep', 'bo', 'roll-back')];
    expect(of([began, back], [...goes, ...both])).toEqual([]);
  });

  it('one manager alone does not commit what is held, and neither does who broke no glass', () => {
    for (const by of ['ana', 'cem'])
      expect(of([began, commit], [...goes, word(8_000, '', by, 'commit')])).toHaveLength(1);
  });

  it.each([
    ['one manager', [word(500, 'go', 'ana', 'approve')]],
    ['one manager twice', [word(500, 'go', 'ana', 'approve'), word(600, 'go', 'ana', 'approve')]],
    ['the requester', [word(500, 'go', 'ana', 'approve'), word(600, 'go', 'cem', 'approve')]],
    ['a stranger', [word(500, 'go', 'ana', 'approve'), word(600, 'go', 'mallory', 'approve')]],
    ['a glass without a reason', [word(500, 'go', 'cem', 'approve', { glass: true, reason: '' })]],
    ['two, one too late', [word(500, 'go', 'ana', 'approve'), word(1_500, 'go', 'bo', 'approve')]],
  ])('a failover after %s is seen', (_, words) => {
    expect(of([began], words)).toHaveLength(1);
  });

  it('a commit that one manager wanted is seen, and one that the requester decided while it was held', () => {
    expect(of([began, commit], [...goes, word(8_000, 'keep', 'ana', 'commit')])).toHaveLength(1);
    expect(of([began, commit], [...goes, word(8_000, '', 'cem', 'commit')])).toHaveLength(1);
  });

  it('a glass that the runbook does not offer breaks nothing', () => {
    const glass = [word(500, 'go', 'cem', 'approve', { glass: true })];
    expect(of([task(1_000, 'Move', db)], glass, 'move')).toHaveLength(1);
  });
});

describe('drills', () => {
  const path = '/v1/vpgs/x/';

  it('a drill tests, reads and stops', () => {
    const requests = ['FailoverTest', 'FailoverTestStop'].map(each => request('POST', path + each, accounts.drills));
    expect(broken(drills, facts('payments drill', { seen: { requests } }))).toEqual([]);
  });

  it.each(['Failover', 'FailoverCommit', 'failoverrollback', 'Move', 'MoveCommit', 'MoveRollback'])(
    'a %s is seen, also one that was refused, by whichever account',
    what => {
      for (const by of [accounts.drills, accounts.ours]) {
        const requests = [request('POST', path + what, by, 403)];
        expect(broken(drills, facts('payments drill', { seen: { requests } }))).toHaveLength(1);
      }
    },
  );

  it('a removal is seen; a failover’s own calls and a stranger’s are not meant', () => {
    const removal = [request('DELETE', '/v1/vpgs/x', accounts.drills)];
    expect(broken(drills, facts('payments drill', { seen: { requests: removal } }))).toHaveLength(1);
    const live = [request('POST', `${path}Failover`, accounts.ours)];
    expect(broken(drills, facts('payments failover', { seen: { requests: live } }))).toEqual([]);
    const strange = [request('POST', `${path}Failover`, accounts.stranger)];
    expect(broken(drills, facts('payments drill', { seen: { requests: strange } }))).toEqual([]);
  });
});

describe('the report', () => {
  const done = (name: string, ...types: readonly Parameters<typeof task>[1][]) =>
    types.map((type, n) => task(1_000 * (n + 1), type, name));
  const crm = done('crm', 'FailOverTest', 'StopFailOverTest');
  const drill = (verdict: string, state: string, more: Parameters<typeof facts>[1] = {}) =>
    facts('drill of one VPG', {
      ...more,
      seen: { tasks: crm, vpgs: [vpg('crm')], ...more.seen },
      run: { journal: journal(verdict, [opening('crm', state)]), ...more.run },
    });

  it('agrees', () => {
    expect(broken(report, drill('passed', 'closed'))).toEqual([]);
    const run = { status: 'terminated', journal: journal('lost', [opening('crm', 'closed')]) };
    expect(broken(report, drill('', '', { run }))).toEqual([]);
  });

  it('is seen where it is missing, or has no verdict', () => {
    expect(broken(report, facts('drill of one VPG', { run: { noReport: 'it threw' } }))).toEqual([
      'there is no report: it threw',
    ]);
    expect(broken(report, drill('running', 'closed'))).toEqual(['the verdict is "running"']);
    expect(
      broken(report, drill('passed', 'closed', { run: { status: 'terminated', journal: journal('passed') } }))[0],
    ).toBe('the run was terminated, and its report says passed');
  });

  it('is seen where it passed without having done it', () => {
    const seen = { tasks: crm.slice(0, 1), vpgs: [vpg('crm')] };
    expect(broken(report, drill('passed', 'closed', { seen }))).toEqual([
      'it passed, and the simulator did not see all of crm done',
    ]);
    const rolled = [...done(db, 'FailOver', 'FailoverRollback')];
    const run = { journal: journal('passed', [opening(db, 'rolled-back')]) };
    expect(broken(report, facts('payments failover', { seen: { tasks: rolled }, run }))[0]).toMatch(/did not see all/);
  });

  it('is seen where nothing was done to it and it did not pass', () => {
    expect(broken(report, drill('failed', 'closed', { calm: true }))).toHaveLength(1);
    expect(broken(report, drill('failed', 'closed'))).toEqual([]);
  });

  it('is seen where it tells of an opening what is not so', () => {
    const open = [vpg('crm', { test: { by: accounts.drills, stage: 'InTest', started: 1 } })];
    expect(broken(report, drill('failed', 'closed', { seen: { vpgs: open } }))).toHaveLength(1);
    expect(broken(report, drill('failed', 'did-not-happen', { seen: { vpgs: open } }))[0]).toMatch(/and it is open/);
    expect(broken(report, drill('failed', 'open'))[0]).toMatch(/and nothing of it is open/);
    expect(broken(report, drill('failed', 'open', { seen: { vpgs: open } }))).toEqual([]);
    expect(broken(report, drill('failed', 'gone'))[0]).toMatch(/which is no word for it/);
  });

  it('is seen where it confuses a commit and a roll-back', () => {
    const run = { journal: journal('failed', [opening(db, 'committed')]) };
    const seen = { tasks: done(db, 'FailOver', 'FailoverRollback'), vpgs: [vpg(db)] };
    expect(broken(report, facts('payments failover', { seen, run }))[0]).toMatch(/saw no commit/);
    const other = { tasks: done(db, 'FailOver', 'FailoverCommit'), vpgs: [vpg(db)] };
    expect(broken(report, facts('payments failover', { seen: other, run }))).toEqual([]);
  });

  it('is seen where it does not know of what was begun', () => {
    const run = { journal: journal('failed') };
    expect(broken(report, drill('', '', { run }))).toEqual(['FailOverTest of crm is not in the report']);
    const denied = { journal: journal('failed', [opening('crm', 'did-not-happen')]) };
    expect(broken(report, drill('', '', { run: denied }))).toHaveLength(1);
  });
});

describe('settings objects', () => {
  const left = (by: string, lastUsed = 5_000) => ({ settings: [{ id: 's1', by, lastUsed }] });

  it('one of ours that is left is seen, one of somebody else is not ours', () => {
    expect(broken(settings, facts('settings', { seen: left(accounts.ours) }))).toHaveLength(1);
    expect(broken(settings, facts('settings', { seen: left(accounts.drills) }))).toHaveLength(1);
    expect(broken(settings, facts('settings', { seen: left(accounts.stranger) }))).toEqual([]);
    expect(broken(settings, facts('settings', {}))).toEqual([]);
  });

  it('what a killed worker had in its hand is excused, what it had left long before is not', () => {
    const deeds = [{ at: 6_000, what: 'kill-worker', text: '' }];
    expect(broken(settings, facts('settings', { seen: left(accounts.ours), deeds }))).toEqual([]);
    expect(broken(settings, facts('settings', { seen: left(accounts.ours, 500), deeds }))).toHaveLength(1);
    expect(broken(settings, facts('settings', { seen: left(accounts.ours, 8_000), deeds }))).toHaveLength(1);
  });
});

describe('settings objects of which nobody was told', () => {
  const left = { settings: [{ id: 's1', by: accounts.ours, lastUsed: 1_010 }] };
  const post = request('POST', '/v1/vpgSettings', accounts.ours);

  it.each([
    ['whose answer was lost', { ...post, status: 0 }],
    ['that came twice', { ...post, fault: 'twice' }],
  ])('a POST %s leaves one until its session ends', (_, each) => {
    expect(broken(settings, facts('settings', { seen: { ...left, requests: [each] } }))).toEqual([]);
    const long = { settings: [{ id: 's1', by: accounts.ours, lastUsed: 30_000 }] };
    expect(broken(settings, facts('settings', { seen: { ...long, requests: [each] } }))).toHaveLength(1);
  });

  it('one that was answered, or that somebody has named since, is ours to delete', () => {
    expect(broken(settings, facts('settings', { seen: { ...left, requests: [post] } }))).toHaveLength(1);
    const named = [{ ...post, status: 0 }, request('GET', '/v1/vpgSettings/S1', accounts.ours)];
    expect(broken(settings, facts('settings', { seen: { ...left, requests: named } }))).toHaveLength(1);
  });
});

describe('a failover beside a drill', () => {
  const call = (path: string, by: string) => request('POST', `/v1/vpgs/id of ${db}/${path}`, by);
  const beside = facts('payments failover').run;
  const of = (requests: readonly ReturnType<typeof call>[]) =>
    broken(apart, { ...facts('payments drill', { seen: { requests, vpgs: [vpg(db)] } }), beside });

  it('the drill has done with a VPG before the failover begins', () => {
    const calls = [call('failovertest', accounts.drills), call('failoverteststop', accounts.drills)];
    expect(of([...calls, call('Failover', accounts.ours), call('FailoverCommit', accounts.ours)])).toEqual([]);
  });

  it('a call of the drill after one of the failover is seen, a stranger’s is his own', () => {
    const begun = call('Failover', accounts.ours);
    expect(of([begun, call('failoverteststop', accounts.drills)])).toHaveLength(1);
    expect(of([begun, call('failoverteststop', accounts.stranger)])).toEqual([]);
  });
});

describe('strangers', () => {
  const theirs = test(1_000, { by: accounts.stranger });

  it('they start and stop their own', () => {
    const tasks = [theirs, stop(5_000, { by: accounts.stranger }), test(6_000), stop(7_000)];
    expect(broken(strangers, facts('payments drill', { seen: { tasks } }))).toEqual([]);
  });

  it('one of theirs that we stop, or fail over, is seen', () => {
    expect(broken(strangers, facts('payments drill', { seen: { tasks: [theirs, stop(5_000)] } }))).toHaveLength(1);
    const over = [theirs, task(5_000, 'FailOver', db)];
    expect(broken(strangers, facts('payments failover', { seen: { tasks: over } }))).toHaveLength(1);
  });

  it('one of theirs that a failover ends is told in its report', () => {
    const seen = { tasks: [theirs, task(5_000, 'FailOver', db)] };
    const warnings = ['the failover test of payments-db that was running is ended by the failover'];
    const told = journal('passed', [opening(db, 'committed', { warnings })]);
    const silent = journal('passed', [opening(db, 'committed')]);
    expect(broken(strangers, facts('payments failover', { seen, run: { journal: told } }))).toEqual([]);
    expect(broken(strangers, facts('payments failover', { seen, run: { journal: silent } }))).toHaveLength(1);
  });

  it('one of theirs that failed is none', () => {
    const tasks = [test(1_000, { by: accounts.stranger, state: 'failed' }), test(2_000), stop(5_000)];
    expect(broken(strangers, facts('payments drill', { seen: { tasks } }))).toEqual([]);
  });
});

describe('at rest', () => {
  it('a run and its guard have ended', () => {
    expect(broken(atRest, facts('payments drill'))).toEqual([]);
    expect(broken(atRest, facts('payments drill', { run: { status: 'running' } }))).toEqual(['the run did not end']);
    expect(broken(atRest, facts('payments drill', { run: { guardStatus: 'running' } }))).toHaveLength(1);
    expect(broken(atRest, facts('payments drill', { run: { guardStatus: 'failed' } }))).toHaveLength(1);
    expect(broken(atRest, facts('payments drill', { run: { status: 'failed' } }))).toHaveLength(1);
  });

  it('a guard stays with what is live, and with nothing else', () => {
    const vpgs = [vpg(db, { live: { kind: 'Failover', by: accounts.ours, stage: 'BeforeCommit', started: 1 } })];
    const run = { status: 'terminated', guardStatus: 'running', guarded: [`id of ${db}`] };
    expect(broken(atRest, facts('payments failover', { run, seen: { vpgs } }))).toEqual([]);
    expect(broken(atRest, facts('payments failover', { run }))).toHaveLength(1);
    const alone = { ...run, guarded: [] };
    expect(broken(atRest, facts('payments failover', { run: alone, seen: { vpgs } }))).toHaveLength(1);
  });

  it('no lease outlives its guard', () => {
    expect(broken(atRest, facts('payments drill', { run: { leases: [db] } }))).toEqual([`it still has ${db}`]);
  });

  it('after the loss of the database nobody knows of the run, and somebody holds what is live', () => {
    const vpgs = [vpg(db, { live: { kind: 'Failover', by: accounts.ours, stage: 'BeforeCommit', started: 1 } })];
    const deeds = [{ at: 6_000, what: 'lose-database', text: '' }];
    const run = { status: 'none', guardStatus: 'none', noReport: 'there is no such run' };
    const held = { ...run, guarded: [`id of ${db}`] };
    expect(judge(facts('payments failover', { run: held, deeds, seen: { vpgs } }))).toEqual([]);
    expect(broken(atRest, facts('payments failover', { run, deeds, seen: { vpgs } }))).toHaveLength(1);
    expect(broken(report, facts('payments failover', { run }))).toHaveLength(1);
  });
});
