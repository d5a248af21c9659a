import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { abortRun, decide, extendRun, pauseRun, resumeRun, rollBackRun, vote } from '../../control/decisions.ts';
import { startRun } from '../../control/runs.ts';
import type { Sign } from '../../control/say.ts';
import { newKey } from '../../control/signing.ts';
import { shippedScenario } from '../../simulator/scenario-file/shipped.ts';
import type { Mode } from '../../actions/contract.ts';
import { type Harness, startHarness, until } from './harness.ts';
import { oneFailover, quick, sentTo, untilAsked } from './live.ts';
import { signsWith, withKeys } from './signs.ts';

/** Nobody is believed without a signature, and everybody has a role: a failover by three people with keys, a drill by one. */
const keys = { ana: newKey(), bo: newKey(), cem: newKey(), eve: newKey() };
const signs = (name: keyof typeof keys): Sign => signsWith(keys[name]);

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({
    scenario: quick(shippedScenario('hundred-vpgs')),
    configure: withKeys(
      'refuse',
      { ana: keys.ana, bo: keys.bo, cem: keys.cem },
      `roles:
  - { role: operator, to: [cem], runbooks: ["o*"] }
  - { role: approver, to: [dr-managers] }
  - { role: admin, to: [cem], runbooks: [only-a] }
notifications:
  - { events: [waiting, held], modes: [failover], to: [dr-drills] }
`,
    ),
  });
});
afterAll(() => harness.close());

const twice = (n: number): string => oneFailover(n).replace('from: [dr-managers],', 'from: [dr-managers], count: 2,');
const start = (text: string, mode: Mode, requester: keyof typeof keys, by?: Sign, more = {}): Promise<string> => {
  const info = { trigger: 'cli', verified: false, reason: 'site A is lost', url: '', configSha256: '' } as const;
  return startRun(harness.control, harness.plan(text, mode), { ...info, requester, ...more }, undefined, by);
};
const sent = (n: number) => sentTo(harness, new RegExp(`^app-00${n}$`));
const said = (by: string) => ({ by, reason: 'looked at it' });

it('what is not signed, by another key, or without the role starts nothing', async () => {
  const runs = await Promise.all([
    start(twice(1), 'failover', 'cem'),
    start(twice(1), 'failover', 'cem', signs('eve')),
    start(twice(1), 'failover', 'ana', signs('ana')),
  ]);
  const results = await Promise.all(runs.map(id => harness.result(id)));
  expect(results.map(({ verdict, ended }) => [verdict, ended])).toEqual(runs.map(() => ['inconclusive', 'stopped']));
  expect(results.map(({ reasons }) => reasons[0])).toEqual([
    expect.stringContaining('not started: nothing proves that this is cem') as string,
    'not started: the key that signed it is not listed in drillbook.yaml (identity.keys)',
    expect.stringContaining('not started: ana may not start here: the roles of drillbook.yaml let operator') as string,
  ]);
  expect(await sent(1)).toEqual([]);
});

it('a failover that is paused, resumed and committed by signed votes of two people', async () => {
  const { control } = harness;
  const id = await start(twice(1), 'failover', 'cem', signs('cem'));
  await until('it runs', async () => (await harness.progress(id)).some(line => line.startsWith('db ')));
  const pause = await pauseRun(control, id, said('cem'), signs('cem'));
  expect(pause).toEqual({ counted: true, text: 'paused by cem: looked at it' });
  await expect(pauseRun(control, id, said('cem'), signs('cem'))).rejects.toThrow('the run is paused already, by cem');
  expect(await untilAsked(harness, id, '')).toMatchObject({ kind: 'paused', choices: ['resume'] });
  await until('the VPG is up', async () => (await harness.progress(id)).includes('db succeeded'));
  expect(await harness.progress(id)).not.toContain('db_up running');
  // Bo approves, and operates nothing.
  expect((await resumeRun(control, id, said('bo'), signs('bo'))).text).toContain('let operator do that');
  expect(await resumeRun(control, id, said('cem'), signs('cem'))).toMatchObject({ counted: true });
  const asked = await untilAsked(harness, id, 'keep');

  const ballot = (by: string) => ({ key: 'keep', choice: 'commit', by, reason: 'all green' });
  const refused: [Promise<{ counted: boolean; text: string }>, string][] = [
    [vote(control, id, ballot('ana')), 'nothing proves that this is ana'],
    [vote(control, id, ballot('ana'), signs('eve')), 'is not listed'],
    [vote(control, id, ballot('ana'), signs('bo')), 'the key bo-1 signs for bo, not for ana'],
    [vote(control, id, ballot('cem'), signs('cem')), 'let approver do that'],
    [vote(control, id, ballot('ana'), word => signs('ana')({ ...word, run: 'another' })), 'is not of this word'],
    [vote(control, id, ballot('ana'), word => signs('ana')({ ...word, choice: 'roll-back' })), 'is not of this word'],
  ];
  for (const [told, why] of refused)
    expect(await told).toMatchObject({ counted: false, text: expect.stringContaining(why) as string });

  const own = {
    run: id,
    step: 'keep',
    to: 'vote',
    choice: 'commit',
    reason: 'all green',
    person: 'ana',
    id: randomUUID(),
  };
  const word = { key: 'keep', choice: 'commit', by: 'ana', reason: 'all green', id: own.id, proof: signs('ana')(own) };
  const send = () =>
    control.client.workflow.getHandle(id).executeUpdate<{ counted: boolean }, [object]>('approve', { args: [word] });
  expect(await send()).toMatchObject({ counted: true, text: 'ana voted commit (1 of 2): all green' });
  // The same signature once more, in an update of its own.
  expect(await send()).toMatchObject({ counted: false });
  expect((await untilAsked(harness, id, 'keep')).votes).toEqual([
    { by: 'ana', choice: 'commit', at: expect.any(Number) as number, verified: true },
  ]);
  expect(await vote(control, id, ballot('bo'), signs('bo'))).toMatchObject({ counted: true });

  const result = await harness.result(id);
  expect(result.reasons).toEqual([]);
  expect(result.approvals).toMatchObject([{ key: 'keep', decision: { choice: 'commit', by: ['ana', 'bo'] } }]);
  expect(await sent(1)).toEqual(['Failover app-001', 'FailoverCommit app-001']);
  const { run, decisions } = await harness.journal(id);
  expect(run.verified).toBe(true);
  expect(decisions.filter(({ counted }) => counted).map(({ by, word: w, verified }) => [by, w, verified])).toEqual([
    ['cem', 'pause', true],
    ['cem', 'resume', true],
    ['ana', 'commit', true],
    ['bo', 'commit', true],
  ]);
  // Of those that did not count, only the signature that came twice was his.
  expect(decisions.filter(({ counted, verified }) => !counted && verified === true).map(({ by }) => by)).toEqual([
    'ana',
  ]);
  const pages = readFileSync(join(harness.dir, 'notifications.jsonl'), 'utf8').trim().split('\n');
  expect(pages.map(line => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({ run: id, step: 'keep', event: 'waiting' }),
  ]);
  expect(asked.kind).toBe('approval');
});

it('one of two managers rejects, and does not commit alone what is held', async () => {
  const { control } = harness;
  const id = await start(twice(5), 'failover', 'cem', signs('cem'));
  await untilAsked(harness, id, 'keep');
  await vote(control, id, { key: 'keep', choice: 'reject', by: 'bo', reason: 'no' }, signs('bo'));
  await untilAsked(harness, id, '');
  const commit = (by: keyof typeof keys, sign = signs(by)) =>
    decide(control, id, { choice: 'commit', by, reason: 'it works' }, sign);
  expect(await commit('bo')).toEqual({ counted: true, text: 'bo wants to commit (1 of 2): it works' });
  expect(await untilAsked(harness, id, '')).toMatchObject({
    ...{ kind: 'held', from: ['dr-managers'], count: 2 },
    votes: [{ by: 'bo', choice: 'commit', verified: true }],
  });
  const refused: [Promise<{ counted: boolean; text: string }>, string][] = [
    [commit('bo'), 'bo has said so already'],
    [commit('cem'), 'let approver do that'],
    [commit('ana', signs('bo')), 'the key bo-1 signs for bo, not for ana'],
  ];
  for (const [told, why] of refused)
    expect(await told).toMatchObject({ counted: false, text: expect.stringContaining(why) as string });
  await expect(decide(control, id, { choice: 'commit', by: 'bo', reason: 'x', breakGlass: true })).rejects.toThrow(
    'nobody may break the glass here',
  );
  expect(await sent(5)).toEqual(['Failover app-005']);
  expect(await commit('ana')).toMatchObject({ counted: true });
  expect((await harness.result(id)).reasons.join()).toContain('committed by bo, ana, while the run was held');
  expect(await sent(5)).toEqual(['Failover app-005', 'FailoverCommit app-005']);
  expect((await harness.journal(id)).openings).toMatchObject([{ state: 'committed', ending: { by: ['bo', 'ana'] } }]);
});

it('roll-back at any time: what is on its way up is awaited, then given up', async () => {
  const id = await start(oneFailover(2), 'failover', 'cem', signs('cem'));
  await until('it is sent', async () => (await sent(2)).length > 0);
  expect((await rollBackRun(harness.control, id, said('cem'), signs('cem'))).text).toContain('let approver do that');
  expect(await rollBackRun(harness.control, id, said('ana'), signs('ana'))).toMatchObject({ counted: true });
  expect(await harness.result(id)).toMatchObject({ ended: 'by-person' });
  expect(await sent(2)).toEqual(['Failover app-002', 'FailoverRollback app-002']);
});

it('a drill that is given more time, and aborted: its guard is told, and closes', async () => {
  const drill = `
apiVersion: drillbook/v1
name: one-drill
site: site-b
modes: { drill: { via: bubble-b } }
steps:
  - { id: db, uses: zerto/failover-test, with: { vpg: app-003 }, hold: 1h }
  - { id: look, uses: manual, with: { instructions: Look. }, timeout: 2h }
`;
  const { control } = harness;
  const id = await start(drill, 'drill', 'cem', signs('cem'));
  await untilAsked(harness, id, 'look');
  const more = { ...said('cem'), byMs: 3_600_000 };
  await expect(extendRun(control, id, { ...more, byMs: 86_400_000 }, signs('cem'))).rejects.toThrow('limits.max-hold');
  expect((await extendRun(control, id, more, signs('ana'))).counted).toBe(false);
  expect((await extendRun(control, id, more, signs('cem'))).text).toMatch(
    /^1h more time by cem: looked at it; closing/,
  );
  expect(await abortRun(control, id, said('cem'), signs('cem'))).toMatchObject({ counted: true });
  expect(await harness.result(id)).toMatchObject({ verdict: 'inconclusive', ended: 'by-person' });
  expect(await sent(3)).toEqual(['FailoverTest app-003', 'FailoverTestStop app-003']);
  const histories = await harness.histories(id);
  expect(histories).toMatch(/"kind":"extend","key":"db","deadline":\d+/);
  expect((await harness.journal(id)).decisions.map(({ word }) => word)).toEqual(['extend 1h', 'extend 1h', 'abort']);
});

it('without the locks goes only a live run, at an admin’s signed word', async () => {
  const withoutLock = 'the locks are silent';
  const own = twice(4).replace(/^name: .*$/m, 'name: only-a');
  const drill = `
apiVersion: drillbook/v1
name: one-drill
site: site-b
modes: [drill]
steps: [{ id: db, uses: zerto/failover-test, with: { vpg: app-004 } }]
`;
  const cem = signs('cem');
  const wrong: Sign = word => cem(word.to === 'start' ? word : { ...word, reason: 'another' });
  const runs = await Promise.all([
    start(twice(4), 'failover', 'cem', cem, { withoutLock }),
    start(own, 'failover', 'cem', wrong, { withoutLock }),
    start(own, 'failover', 'cem', cem, { withoutLock: ' ' }),
    start(drill, 'drill', 'cem', cem, { withoutLock }),
  ]);
  const results = await Promise.all(runs.map(id => harness.result(id)));
  expect(results.map(({ ended, reasons }) => [ended, reasons[0]])).toEqual([
    ['stopped', expect.stringContaining('not started: cem may not go without the locks here') as string],
    ['stopped', 'not started: the signature by the key cem-1 is not of this word'],
    ['stopped', 'not started: to go without the locks needs a reason'],
    ['stopped', 'not started: mode drill waits for its locks: only a live run goes on without them'],
  ]);
  expect(await sent(4)).toEqual([]);
  const id = await start(own, 'failover', 'cem', cem, { withoutLock });
  await until('it is sent', async () => (await sent(4)).length > 0);
  expect((await harness.journal(id)).run).toMatchObject({ verified: true, withoutLock });
});
