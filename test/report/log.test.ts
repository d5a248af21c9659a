import { expect, it } from 'vitest';
import { tellLog } from '../../report/log.ts';
import { failedDrill, opening, passedDrill, start, step } from './sample.ts';

const texts = (journal: Parameters<typeof tellLog>[0]): string[] =>
  tellLog(journal).map(line => `${(line.at - start) / 1_000} ${line.step === '' ? '' : `${line.step}: `}${line.text}`);

it('a drill reads as what happened: steps, tries that did not hold, what was opened and closed', () => {
  const named = passedDrill();
  const steps = named.steps.map(one => (one.key.startsWith('front[') ? { ...one, name: 'front' } : one));
  expect(texts({ ...named, steps })).toEqual(
    expect.arrayContaining([
      '6 db: begins: Recover the database',
      '6.2 db: failover test of payments-db is open at site-b, from the checkpoint of 2026-11-21T02:09:51.000Z',
      '50.3 db: succeeded after 44s',
      '50.45 db_up: try 1 did not hold: connection refused by 10.99.1.10:5432',
      '188.4 db_up: succeeded after 2m18s',
      '336.2 db: failover test of payments-db closed',
      '189.5 front[payments-app]: begins: brings payments-app up in its isolated test network',
      '3.04 ready: payments-web: the journal still fills (HistoryNotMeetingSLA).',
    ]),
  );
  const at = tellLog(passedDrill()).map(line => line.at);
  expect(at).toEqual(at.toSorted((a, b) => a - b));
});

it('what went wrong carries its sentence and its tone', () => {
  const lines = tellLog(failedDrill());
  expect(lines.find(({ text }) => text.startsWith('failed after 5m'))).toMatchObject({
    step: 'db_up',
    tone: 'bad',
    text: expect.stringContaining('Is PostgreSQL set to start at boot?') as string,
  });
});

it('of the entries it tells attempts, guards and ends, never the calls and messages of the engine', () => {
  const journal = passedDrill();
  const entry = (kind: string, text: string, from = 'run', of = '') => ({
    seq: 1,
    at: start,
    from,
    kind,
    step: of,
    text,
  });
  const entries = [
    entry('begin', 'the run begins'),
    entry('call', 'guard/wait', 'guard', 'db'),
    entry('done', '', 'guard', 'db'),
    entry('message', 'to-guard'),
    entry('person', 'approve {"id":"v"}'),
    entry('again', 'attempt 2: no answer within 30 s', 'guard', 'db'),
    entry('failed', 'a step has told this', 'run', 'db'),
    entry('failed', 'Zerto refused the stop', 'guard', 'db'),
    entry('lost', 'terminated: by hand'),
  ];
  expect(texts({ ...journal, steps: [], openings: [], entries })).toEqual([
    '0 the run begins',
    '0 db: attempt 2: no answer within 30 s',
    '0 db: Zerto refused the stop',
    '0 terminated: by hand',
  ]);
});

it('what people said stands in it, counted or not, with how a live change ended', () => {
  const vote = { at: start + 5, step: 'keep', by: 'ana', word: 'commit', reason: 'it runs', brokeGlass: false };
  const journal = {
    ...passedDrill(),
    steps: [step('keep', 0, 10)],
    entries: [],
    decisions: [
      { ...vote, counted: true, verified: true as const, text: 'ana voted commit (1 of 2)' },
      { ...vote, by: 'cem', counted: false, text: 'cem has started the run' },
    ],
    openings: [opening('db', 1, 20, { action: 'zerto/failover', state: 'rolled-back', closedWhy: 'told by ana' })],
  };
  expect(texts(journal)).toEqual([
    '0 keep: begins',
    '0.001 front[db]: failover of db is open at site-b, from the checkpoint of 2026-11-21T02:09:51.000Z',
    '0.005 keep: ana: commit, “it runs”: ana voted commit (1 of 2)',
    '0.005 keep: cem (unverified name): commit, “it runs”: not counted, cem has started the run',
    '0.01 keep: succeeded after 10ms',
    '0.021 front[db]: failover of db rolled back: told by ana',
  ]);
});
