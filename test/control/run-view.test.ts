import { describe, expect, test } from 'vitest';
import { type RunView, viewRun, type WatchedRun } from '../../control/run-view.ts';
import { opening, step, waiting } from '../report/sample.ts';
import { approval, call, peers, planOf, start, watched } from './watched.ts';

const minute = 60_000;
const at = start + 10 * minute;
const view = (run: WatchedRun, when = at): RunView => viewRun(run, { peers }, when);
const line = (seq: number, key: string, place: number, status: 'running' | 'succeeded' | 'asking', after: number) => ({
  seq,
  at: start + after,
  key,
  place,
  status,
});
const placeOf = (mode: 'drill' | 'failover', id: string): number => planOf(mode).steps.findIndex(s => s.id === id);

const openDb = (state = 'open', action = 'zerto/failover') =>
  opening('payments-db', 3 * minute, 0, {
    state,
    action,
    ...(state === 'open' ? {} : { closedAt: start + 9 * minute }),
  });
const withoutEnd = ({ closedAt: _, ...rest }: ReturnType<typeof opening>) => rest;
const liveOpen = withoutEnd(openDb());

describe('a drill', () => {
  const running = watched({
    journal: {
      steps: [step('sign-in', 0, 800, { phase: 'sign-in' }), waiting('db', 'running')],
      openings: [withoutEnd(openDb('open', 'zerto/failover-test'))],
    },
    progress: [
      line(1, 'sign-in', 0, 'succeeded', 800),
      line(2, 'ready', 1, 'succeeded', 900),
      line(3, 'db', placeOf('drill', 'db'), 'running', 3 * minute),
    ],
    clock: { begunAt: start + 3 * minute, humanMs: 0, stage: 'main' },
    openings: [
      {
        key: 'db',
        site: 'site-b',
        vpg: 'payments-db',
        id: 'x',
        action: 'zerto/failover-test',
        live: false,
        stage: 'waiting',
        since: start + 3 * minute,
        deadline: start + 60 * minute,
      },
    ],
  });

  test('says what it is, what happens, since when and what is next', () => {
    const { banner, live, now } = view(running);
    expect({ banner, live }).toEqual({ banner: 'DRILL', live: false });
    expect(now).toEqual({
      sentence: 'Recover the database: payments-db.',
      since: start + 3 * minute,
      next: 'db_up, proves that a TCP port answers: 10.99.1.10:5432',
      tone: 'info',
    });
  });

  test('has a clock against its objective, and tells what is open until when', () => {
    const { clocks, open, vpgs } = view(running);
    expect(clocks.rto).toMatchObject({
      machineMs: 7 * minute,
      humanMs: 0,
      counts: 'machine',
      objectiveMs: 30 * minute,
    });
    expect(open).toEqual([
      {
        vpg: 'payments-db',
        site: 'site-b',
        what: 'failover test',
        live: false,
        since: start + 3 * minute,
        until: start + 60 * minute,
      },
    ]);
    expect(vpgs.map(vpg => [vpg.name, vpg.direction, vpg.state.word])).toEqual([
      ['payments-db', 'site-a → site-b', 'being opened'],
      ['payments-app', 'site-a → site-b', 'not touched'],
    ]);
  });

  test('that has ended with something open tells of the residue', () => {
    const run = watched({
      ended: start + 9 * minute,
      journal: {
        verdict: 'failed',
        reasons: ['payments-db may still be open'],
        openings: [withoutEnd(openDb('stuck', 'zerto/failover-test'))],
      },
    });
    const { now, warnings, open, hand } = view(run);
    expect(now).toMatchObject({ tone: 'bad', since: start + 9 * minute });
    expect(now.sentence).toContain('Ended: failed.');
    expect(warnings[0]).toMatch(/^payments-db is still open at site-b: no guard has it in hand\. .* at the ZVM\.$/);
    expect(open).toHaveLength(1);
    expect(hand.goesOn).toBe(false);
  });

  test('defect: beside a guard that gave no answer it said that no guard has the residue in hand', () => {
    const run = watched({
      ended: start + 9 * minute,
      journal: { verdict: 'failed', openings: [withoutEnd(openDb('stuck', 'zerto/failover-test'))] },
      guardUnheard: true,
    });
    const [warning] = view(run).warnings;
    expect(warning).toMatch(/^payments-db is still open at site-b: whether its guard has it in hand is not known: no/);
    expect(warning).not.toContain('no guard has it');
  });
});

describe('a failover', () => {
  const asked = watched({ mode: 'failover', pending: [approval('go', { breakGlass: ['dr-duty'] })] });

  test('waits for whom, since when, and says what each answer does', () => {
    const { banner, now, decisions } = view({
      ...asked,
      progress: [line(1, 'go', placeOf('failover', 'go'), 'running', minute)],
    });
    expect(banner).toBe('LIVE');
    expect(now).toMatchObject({
      sentence: 'Waits for dr-managers to vote on “go” (0 of 2).',
      since: start + minute,
      tone: 'warn',
    });
    const [decision] = decisions;
    expect(decision).toMatchObject({ whom: '2 different people of dr-managers', breakGlass: ['dr-duty'] });
    expect(decision?.choices).toEqual([
      {
        choice: 'approve',
        label: 'Approve',
        means:
          'Fails over payments-db to site-b: production. The source VMs are shut down where their site is connected; else they may go on taking writes.',
        destroys: true,
        needsReason: true,
      },
      {
        choice: 'reject',
        label: 'Reject',
        means: 'One is enough. The run ends; nothing has been failed over.',
        destroys: false,
        needsReason: true,
      },
    ]);
  });

  test('tells what a roll-back discards, to the second, and what a commit gives up', () => {
    const run = watched({
      mode: 'failover',
      journal: { openings: [liveOpen] },
      pending: [approval('keep', { choices: ['commit', 'roll-back', 'reject'] })],
    });
    const choices = view(run).decisions[0]?.choices.map(({ choice, means, destroys }) => [choice, means, destroys]);
    expect(choices).toEqual([
      [
        'commit',
        'Keeps payments-db where it is: after this there is no roll-back, only a failback. The volumes at the other site are overwritten by reverse protection.',
        true,
      ],
      ['roll-back', 'Discards everything written at site-b since 02:13:00Z (payments-db).', true],
      ['reject', 'One is enough. The run is held with what is open.', false],
    ]);
    expect(view(run).hand).toMatchObject({
      rollBack: 'Discards everything written at site-b since 02:13:00Z (payments-db).',
      mayExtend: false,
    });
  });

  test('that is held says so, and for whom', () => {
    const run = watched({
      mode: 'failover',
      journal: { openings: [liveOpen] },
      pending: [
        approval('', {
          kind: 'held',
          message: 'held: nobody voted',
          choices: ['commit', 'roll-back'],
          from: ['dr-managers', 'dr-duty'],
          breakGlass: ['dr-duty'],
        }),
      ],
    });
    const { now, decisions } = view(run);
    expect(now).toMatchObject({
      sentence: 'Held: nothing more starts until a person decides about payments-db at site-b, open and not committed.',
      tone: 'bad',
    });
    const whom = 'dr-managers, dr-duty; a commit needs 2 different people';
    expect(decisions[0]).toMatchObject({ title: 'The run is held', whom, breakGlass: ['dr-duty'] });
    expect(decisions[0]?.choices.every(({ destroys, needsReason }) => destroys && needsReason)).toBe(true);
  });

  test('counts the time of people apart', () => {
    const clock = { begunAt: start, humanMs: 2 * minute, humanSince: start + 7 * minute, stage: 'main' } as const;
    expect(view({ ...asked, clock }).clocks.rto).toMatchObject({
      machineMs: 5 * minute,
      humanMs: 5 * minute,
      counts: 'people',
    });
  });

  test('turns the direction round once it is committed with reverse protection', () => {
    const committed = opening('payments-db', 3 * minute, 5 * minute, {
      action: 'zerto/failover',
      state: 'committed',
      ending: { step: 'commit', by: ['ana'], reason: '', reverseProtected: true },
    });
    const [vpg] = view(watched({ mode: 'failover', journal: { openings: [committed] } })).vpgs;
    expect(vpg).toMatchObject({ direction: 'site-b → site-a', state: { word: 'committed' } });
  });

  test('warns of a source that was left running', () => {
    const warnings = ['the VMs of payments-db at site-a are not shut down'];
    const run = watched({ mode: 'failover', journal: { openings: [{ ...liveOpen, warnings }] } });
    expect(view(run).warnings).toEqual(warnings);
  });
});

describe('when something is away', () => {
  test('a step that is tried again tells its error, since when, and when it gives up', () => {
    const zvm = { site: 'site-b', operation: 'GET vpgs', answered: false };
    const error = 'Site "site-b" at https://10.20.0.5 did not answer GET vpgs';
    const run = watched({
      calls: [call('sign-in', 0, { activity: 'zerto/sign-in' }), call('ready', minute, { status: 'running' })].map(
        ({ endedAt, ...rest }) =>
          rest.status === 'running' ? rest : { ...rest, ...(endedAt === undefined ? {} : { endedAt }) },
      ),
      trying: [{ key: 'ready', attempt: 4, error, zvm, givesUpAt: start + 20 * minute }],
    });
    const { trying, sites } = view(run);
    expect(trying).toEqual([
      { key: 'ready', attempt: 4, error, zvm, givesUpAt: start + 20 * minute, since: start + minute },
    ]);
    expect(sites).toEqual([
      { name: 'site-b', state: 'unreachable', since: start + minute, why: error },
      { name: 'site-a', state: 'not asked', why: 'site-b tells of nothing amiss.' },
    ]);
  });

  test('a check that looks again and again by itself was shown as running, without what it saw', () => {
    const looks = { tries: 14, began: start + 2 * minute };
    const error = '10.99.1.10:5432 refused the connection';
    const givesUpAt = start + 7 * minute;
    const run = watched({
      calls: [call('db_up', minute, { activity: 'check/tcp', status: 'running' })],
      trying: [{ key: 'db_up', attempt: 1, looks, error, givesUpAt }],
    });
    expect(view(run).trying).toEqual([{ key: 'db_up', attempt: 1, looks, error, givesUpAt, since: looks.began }]);
    // That no site failed is no news of one.
    expect(view(run).sites.every(({ state }) => state !== 'unreachable')).toBe(true);
  });

  test('a site without a worker left the page calm: one line for each whose workers are missing', () => {
    const site = [{ what: 'site', name: 'site-b' }] as const;
    const both = [...site, { what: 'probe', name: 'lan-b' }] as const;
    const idle = [
      { key: 'db', taken: false, since: start + 2 * minute, of: both },
      { key: 'app', taken: false, since: start + minute, of: both },
      { key: 'web', taken: true, since: start + 3 * minute, of: site },
      ...['a', 'b', 'c', 'd', 'e', 'f'].map(key => ({ key, taken: false, since: start, of: [] })),
    ];
    const mendOf = (command: string) => `Start one (${command}), or see why it ended; a busy one comes to it in time.`;
    expect(view(watched({ idle })).idle).toEqual([
      {
        sentence: 'No worker of site-b, lan-b has taken db, app',
        since: start + minute,
        mend: mendOf('drillbook worker --site site-b --probe lan-b'),
      },
      {
        sentence: 'No news from the worker of site-b that has web',
        since: start + 3 * minute,
        mend: mendOf('drillbook worker --site site-b'),
      },
      { sentence: 'No worker has taken a, b, c, d and 2 more', since: start, mend: mendOf('drillbook worker') },
    ]);
    expect(view(watched({ idle, ended: at })).idle).toEqual([]);
  });

  test('a site is reachable since its last answer; the other one as the first tells', () => {
    const told = [
      'site-a is not connected since 2026-11-21 02:08 UTC: the VMs of payments-db at site-a are not shut down',
    ];
    const run = watched({
      calls: [call('sign-in', 0, { activity: 'zerto/sign-in' })],
      journal: { steps: [step('db', 0, 0, { told })] },
    });
    expect(view(run).sites).toEqual([
      { name: 'site-b', state: 'reachable', since: start + 500, why: '' },
      { name: 'site-a', state: 'unreachable', sinceText: '2026-11-21 02:08 UTC', why: told[0] },
    ]);
  });

  test('no worker: since when nobody answers', () => {
    const { silence, now } = view(watched({ silentSince: start + 9 * minute, progress: [] }));
    expect(silence).toEqual({ since: start + 9 * minute });
    expect(now.sentence).toBe('Waits for a worker to begin.');
  });

  test('a run that was terminated is lost, and says so', () => {
    const run = watched({ ended: at, journal: { verdict: 'lost', reasons: ['the run was terminated: by hand'] } });
    expect(view(run)).toMatchObject({ now: { tone: 'bad' }, verdict: { word: 'lost' }, ended: true });
  });
});

describe('what Zerto said last', () => {
  test('stands word for word, with its task', () => {
    const sent = { taskId: 'task-17', checkpoint: '1', checkpointTime: '', adopted: false };
    const failed = call('db', 2 * minute, {
      activity: 'guard/wait',
      input: { call: { site: 'site-b', step: 'db' }, sent },
      result: { up: false, error: 'Zerto ended the test', said: 'No space left on B-DS-07' },
    });
    expect(view(watched({ calls: [call('db', minute, { result: { taskId: 'task-16' } }), failed] })).vendor).toEqual({
      said: 'No space left on B-DS-07',
      task: 'task-17',
      site: 'site-b',
      step: 'db',
      at: start + 2 * minute + 500,
    });
  });

  test('defect: what is tried again hid each newer answer, and had no task', () => {
    const sent = { taskId: 'task-17', checkpoint: '1', checkpointTime: '', adopted: false };
    const wait = { activity: 'guard/wait', input: { call: { site: 'site-b', step: 'db' }, sent } };
    const { endedAt: _, ...running } = call('db', minute, wait);
    const zvm = (said: string) => ({ site: 'site-b', operation: 'GET tasks', answered: true, said });
    const tried = { key: 'db', attempt: 3, error: 'refused', zvm: zvm('Busy'), guard: true as const };
    const other = call('ready', 3 * minute, { record: { zvm: zvm('Not licensed') } });
    const vendor = (failedAt: number) =>
      view(watched({ calls: [running, other], trying: [{ ...tried, failedAt }] })).vendor;
    expect(vendor(start + 2 * minute)).toMatchObject({ said: 'Not licensed', step: 'ready' });
    const newer = { said: 'Busy', task: 'task-17', site: 'site-b', step: 'db', at: start + 4 * minute };
    expect(vendor(start + 4 * minute)).toEqual(newer);
    const later = { ...tried, key: 'db_up', zvm: zvm('Later'), failedAt: start + 5 * minute };
    const both = [{ ...tried, failedAt: start + 4 * minute }, later];
    expect(view(watched({ calls: [running], trying: both })).vendor?.said).toBe('Later');
  });

  test('is the last task where it has said nothing', () => {
    const begun = call('db', minute, { activity: 'guard/start', result: { taskId: 'task-16' } });
    expect(view(watched({ calls: [begun] })).vendor).toMatchObject({ said: '', task: 'task-16' });
    expect(view(watched()).vendor).toBeUndefined();
  });
});

test('the graph has the state of every step', () => {
  const progress = [line(1, 'sign-in', 0, 'succeeded', 100), line(2, 'ready', 1, 'running', 200)];
  const { nodes } = view(watched({ progress })).graph;
  const states = nodes.flatMap(node => (node.kind === 'step' ? [[node.id, node.state]] : []));
  expect(states.slice(0, 3)).toEqual([
    ['sign-in', 'succeeded'],
    ['ready', 'running'],
    ['db', 'pending'],
  ]);
});
