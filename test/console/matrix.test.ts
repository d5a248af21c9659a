import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Pending } from '../../engine/pending.ts';
import { deeds as allDeeds } from '../../actions/roles.ts';
import { baseConfig, fakeSchedule, key, listedToken, type Stage, startStage, tokenOf } from './stage.ts';

const everybody = ['vi', 'op', 'ap', 'ad', 'none'] as const;
type Person = (typeof everybody)[number];

const config = `${baseConfig}people: { ana: { name: Ana }, vi: { name: Vi }, op: { name: Op }, ap: { name: Ap }, ad: { name: Ad }, none: { name: None } }
groups: { seers: [vi], hands: [op] }
roles:
  - { role: viewer, to: [seers], runbooks: ["pay*"] }
  - { role: operator, to: [hands], runbooks: ["pay*"] }
  - { role: approver, to: [ap], runbooks: ["pay*"], modes: [drill, failover, move] }
  - { role: admin, to: [ad] }
policy: { live-needs: { published: false } }
identity:
  decision-key: decision
  keys: [ { id: console, public: "${key.publicKey}" } ]
  tokens: [${everybody.map(person => listedToken(person)).join(', ')}]
`;

const heldFor = (breakGlass: readonly string[]): Pending => ({
  ...{
    key: '',
    kind: 'held',
    since: 0,
    message: 'held',
    from: ['ap', ...breakGlass],
    choices: ['commit', 'roll-back'],
  },
  ...{ count: 2, votes: [], breakGlass },
});

const runs = {
  'run-drill': { runbook: 'payments', mode: 'drill' },
  'run-failover': { runbook: 'payments', mode: 'failover' },
  'run-move': { runbook: 'payments', mode: 'move' },
  'run-change': { runbook: 'payments', mode: 'change' },
  'run-held': { runbook: 'payments', mode: 'failover', pending: [heldFor(['op'])] },
  'run-ledger': { runbook: 'ledger', mode: 'drill' },
};

let stage: Stage;
beforeAll(async () => {
  stage = await startStage(config, {
    runs,
    schedules: [fakeSchedule('ledger/weekly'), fakeSchedule('payments/weekly')],
  });
});
beforeEach(() => {
  stage.said.length = 0;
  stage.started.length = 0;
});
afterAll(() => {
  stage.close();
});

const reason = { reason: 'looked at it' };

/** As config.md has it: who may, in a drill (or a change) and in a live mode. `word`: what reaches the run. */
const matrix: readonly {
  readonly call: string;
  readonly drill: string;
  readonly live: string;
  readonly method?: 'GET';
  readonly path: string;
  readonly body?: object;
  readonly word?: string;
  readonly deed: (typeof allDeeds)[number] | 'see';
}[] = [
  { call: 'see a run', deed: 'see', drill: 'vi op ap ad', live: 'vi op ap ad', method: 'GET', path: '' },
  { call: 'vote', deed: 'vote', drill: 'ap', live: 'ap', path: '/votes', body: { step: 'go' }, word: 'approve' },
  {
    call: 'reject',
    deed: 'vote',
    drill: 'ap',
    live: 'ap',
    path: '/votes',
    body: { step: 'go', choice: 'reject' },
    word: 'reject',
  },
  {
    call: 'break the glass',
    deed: 'break the glass',
    drill: 'op ap',
    live: 'op ap',
    path: '/votes',
    body: { step: 'go', breakGlass: true, ...reason },
    word: 'approve',
  },
  {
    call: 'report',
    deed: 'report',
    drill: 'op',
    live: 'op',
    path: '/reports',
    body: { step: 'look', outcome: 'done' },
    word: 'report',
  },
  {
    call: 'retry',
    deed: 'retry',
    drill: 'op',
    live: 'op',
    path: '/answers',
    body: { step: 'db', choice: 'retry' },
    word: 'answer',
  },
  {
    call: 'skip',
    deed: 'skip',
    drill: 'op',
    live: 'ap',
    path: '/answers',
    body: { step: 'db', choice: 'skip', ...reason },
    word: 'answer',
  },
  {
    call: 'answer roll-back',
    deed: 'roll-back',
    drill: 'op',
    live: 'ap',
    path: '/answers',
    body: { step: 'db', choice: 'roll-back', ...reason },
    word: 'answer',
  },
  {
    call: 'answer abort',
    deed: 'abort',
    drill: 'op',
    live: 'op ap',
    path: '/answers',
    body: { step: 'db', choice: 'abort', ...reason },
    word: 'answer',
  },
  { call: 'cancel', deed: 'cancel', drill: 'op', live: 'op ap', path: '/cancel', body: reason, word: 'cancel' },
  {
    call: 'cancel --now',
    deed: 'cancel',
    drill: 'op',
    live: 'op ap',
    path: '/cancel',
    body: { ...reason, now: true },
    word: 'cancel',
  },
  { call: 'abort', deed: 'abort', drill: 'op', live: 'op ap', path: '/abort', body: reason, word: 'abort' },
  { call: 'pause', deed: 'pause', drill: 'op', live: 'op', path: '/pause', body: {}, word: 'pause' },
  { call: 'resume', deed: 'resume', drill: 'op', live: 'op', path: '/resume', body: {}, word: 'resume' },
  {
    call: 'extend',
    deed: 'extend',
    drill: 'op',
    live: 'op',
    path: '/extend',
    body: { by: '30m', ...reason },
    word: 'extend',
  },
  {
    call: 'roll back',
    deed: 'roll-back',
    drill: 'op',
    live: 'ap',
    path: '/roll-back',
    body: reason,
    word: 'roll-back',
  },
  {
    call: 'commit what is held',
    deed: 'decide',
    drill: 'ap',
    live: 'ap',
    path: '/decisions',
    body: { choice: 'commit', ...reason },
    word: 'decide',
  },
  {
    call: 'commit alone what is held',
    deed: 'break the glass',
    drill: 'op ap',
    live: 'op ap',
    path: '/decisions',
    body: { choice: 'commit', breakGlass: true, ...reason },
    word: 'decide',
  },
  {
    call: 'go on with what is held',
    deed: 'decide',
    drill: 'op ap',
    live: 'op ap',
    path: '/decisions',
    body: { choice: 'go-on', ...reason },
    word: 'decide',
  },
];

/** A change gives nothing up that a live mode does: it is as in a drill. The approvers' entry does not name it. */
const hasModes = (person: Person, mode: string): boolean => person !== 'ap' || mode !== 'change';

const cases = matrix.flatMap(row =>
  everybody.flatMap(person =>
    (['drill', 'failover', 'move', 'change'] as const).map(mode => {
      const isLive = mode === 'failover' || mode === 'move';
      const may = (isLive ? row.live : row.drill).split(' ').includes(person) && hasModes(person, mode);
      return { ...row, person, mode, may, verb: may ? 'may' : 'may not' };
    }),
  ),
);

const send = (
  person: Person,
  run: string,
  { method, path, body }: Pick<(typeof matrix)[number], 'method' | 'path' | 'body'>,
) => stage.call(method ?? 'POST', `/api/v1/runs/${run}${path}`, tokenOf(person), body);

describe('role × call', () => {
  it.each(cases)('$person $verb $call in mode $mode', async ({ person, mode, may, word, ...row }) => {
    const run = `run-${mode}`;
    const before = (await stage.audit()).length;
    const answer = await send(person, run, row);
    const lines = (await stage.audit()).slice(before);
    expect(answer.status).toBe(may ? 200 : 403);
    if (!may) {
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      const { detail } = (await answer.json()) as { detail: string };
      const where = row.deed === 'see' ? '' : ` in mode ${mode} of payments`;
      expect(detail).toMatch(new RegExp(`^${person} may not .*${where}: the roles of drillbook.yaml let `));
      expect(stage.said).toEqual([]);
    } else if (word !== undefined) {
      expect(stage.said.map(({ run: to, update, word: said }) => [to, update, said['by']])).toEqual([
        [run, word, person],
      ]);
      // Signed by the console, for the one who says it.
      expect(stage.said[0]?.word['proof']).toMatchObject({ key: key.publicKey });
    }
    // A look is no decision.
    if (row.deed === 'see') expect(lines).toEqual([]);
    else expect(lines).toMatchObject([{ person, how: 'token', run, call: row.deed, counted: may }]);
  });

  const starts = everybody.flatMap(person =>
    (['drill', 'failover', 'move', 'change'] as const).map(mode => ({ person, mode, may: person === 'op' })),
  );
  it.each(starts)('$person starts in mode $mode: $may', async ({ person, mode, may }) => {
    const live = mode === 'failover' || mode === 'move';
    const more = live ? { ...reason, confirm: 'payments' } : {};
    const answer = await stage.call('POST', '/api/v1/runs', tokenOf(person), { runbook: 'payments', mode, ...more });
    expect(answer.status).toBe(may ? 201 : 403);
    expect(stage.started.map(({ info, proof }) => [info['requester'], info['trigger'], typeof proof])).toEqual(
      may ? [[person, 'api', 'object']] : [],
    );
    expect((await stage.audit()).at(-1)).toMatchObject({
      person,
      call: 'start',
      step: 'payments',
      choice: mode,
      counted: may,
    });
  });

  it.each(everybody)('%s and what another runbook does', async person => {
    const may = person === 'ad';
    expect((await stage.call('GET', '/api/v1/runs/run-ledger', tokenOf(person))).status).toBe(may ? 200 : 403);
    expect((await stage.call('POST', '/api/v1/runs/run-ledger/cancel', tokenOf(person), reason)).status).toBe(403);
    const start = await stage.call('POST', '/api/v1/runs', tokenOf(person), { runbook: 'ledger', mode: 'drill' });
    expect(start.status).toBe(403);
    expect([stage.said, stage.started]).toEqual([[], []]);
  });

  it('whom the last approval lets break the glass may roll back what is held, and no other operator', async () => {
    const decide = (run: string, choice: string) =>
      stage.call('POST', `/api/v1/runs/${run}/decisions`, tokenOf('op'), { choice, ...reason });
    expect((await decide('run-failover', 'roll-back')).status).toBe(403);
    expect(stage.said).toEqual([]);
    expect((await decide('run-held', 'roll-back')).status).toBe(200);
    expect(stage.said).toMatchObject([{ run: 'run-held', update: 'decide', word: { choice: 'roll-back', by: 'op' } }]);
  });

  it('only a commit breaks the glass of what is held', async () => {
    const body = { choice: 'roll-back', breakGlass: true, ...reason };
    const answer = await stage.call('POST', '/api/v1/runs/run-held/decisions', tokenOf('ap'), body);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('only a commit breaks the glass');
    expect(stage.said).toEqual([]);
  });

  it.each(everybody)('%s sees in lists what he may see', async person => {
    const answer = await stage.call('GET', '/api/v1/runs', tokenOf(person));
    if (person === 'none') {
      expect(answer.status).toBe(403);
      return;
    }
    const seen = ((await answer.json()) as { run: string }[]).map(({ run }) => run);
    const own = ['run-drill', 'run-failover', 'run-move'];
    const held = 'run-held';
    const all = {
      vi: [...own, 'run-change', held],
      op: [...own, 'run-change', held],
      ap: [...own, held],
      ad: Object.keys(runs),
    };
    expect(seen).toEqual(all[person]);
  });

  it.each(everybody)('%s sees the schedules of what he may see', async person => {
    const answer = await stage.call('GET', '/api/v1/schedules', tokenOf(person));
    if (person === 'none') {
      expect(answer.status).toBe(403);
      return;
    }
    const seen = (await answer.json()) as { id: string }[];
    const own = ['payments/weekly'];
    expect(seen.map(({ id }) => id)).toEqual(person === 'ad' ? ['ledger/weekly', ...own] : own);
  });

  it.each([
    ['pause', 'ad', 'pause'],
    ['resume', 'ad', 'unpause'],
    ['trigger', 'op', ''],
  ])('schedules %s: %s', async (how, who, word) => {
    for (const person of everybody) {
      stage.said.length = 0;
      stage.started.length = 0;
      const answer = await stage.call('POST', `/api/v1/schedules/payments/weekly/${how}`, tokenOf(person), reason);
      expect([person, answer.status]).toEqual([person, person === who ? 200 : 403]);
      const notes = stage.said.map(({ run, update, word: { note } }) => [run, update, note]);
      const by = how === 'pause' ? 'paused' : 'resumed';
      expect(notes).toEqual(
        person === who && word !== '' ? [['payments/weekly', word, `${by} by ${who}: looked at it`]] : [],
      );
      // A run at somebody's word: signed, and the worker judges it.
      expect(
        stage.started.map(({ info, proof }) => [info['requester'], info['trigger'], info['reason'], typeof proof]),
      ).toEqual(
        person === who && word === ''
          ? [[who, 'api', 'schedule payments/weekly, by hand: looked at it', 'object']]
          : [],
      );
      expect((await stage.audit()).at(-1)).toMatchObject({
        ...{
          person,
          call: `schedule ${how}`,
          step: 'payments/weekly',
          reason: 'looked at it',
          counted: person === who,
        },
      });
    }
  });

  it.each([
    ['adopt', 'ad'],
    ['commit', 'ap'],
    ['roll-back', 'ap'],
  ])('leases %s: %s', async (how, who) => {
    for (const person of everybody) {
      const opening = { site: 'site-b', vpg: 'db', ...reason };
      const { status } = await stage.call('POST', `/api/v1/leases/${how}`, tokenOf(person), opening);
      // Nothing is open here: whoever may is told so, or that nobody answers.
      expect([person, status === 403]).toEqual([person, person !== who]);
    }
  });
});

it('past the locks goes an operator who is an admin as well, and nobody else', async () => {
  const asked = {
    runbook: 'payments',
    mode: 'failover',
    ...reason,
    confirm: 'payments',
    withoutLock: 'locks are silent',
  };
  const start = () => stage.call('POST', '/api/v1/runs', tokenOf('op'), asked);
  const refused = await start();
  expect([refused.status, ((await refused.json()) as { detail: string }).detail]).toEqual([
    403,
    expect.stringContaining('op may not go without the locks in mode failover of payments') as string,
  ]);
  stage.configure(config.replace('to: [ad] }', 'to: [ad, op] }'));
  expect((await start()).status).toBe(201);
  stage.configure(config);
});

it('each deed of the table is among the calls', () => {
  // Schedules are applied from the command line: test/activities/schedule.test.ts.
  const others = [
    'schedule',
    'start',
    'go without the locks',
    'start unpublished',
    'leases adopt',
    'leases commit',
    'leases roll-back',
  ];
  const walked = new Set<string>([...matrix.map(({ deed }) => deed), ...others]);
  expect(allDeeds.filter(deed => !walked.has(deed))).toEqual([]);
});
