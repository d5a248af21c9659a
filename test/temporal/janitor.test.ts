import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { taskQueue } from '../../control/connection.ts';
import { ensureJanitor } from '../../control/janitor-schedule.ts';
import { adoptOpening, endOpening, listLeases } from '../../control/leases.ts';
import { saidAgain } from '../../control/said-again.ts';
import { newKey } from '../../control/signing.ts';
import { shippedScenario } from '../../simulator/scenario-file/shipped.ts';
import type { Heard, RunStart } from '../../workflows/messages.ts';
import { janitorId } from '../../workflows/names.ts';
import { type Harness, startHarness, until } from './harness.ts';
import { janitorPass, startByStranger, withStranger } from './janitor.ts';
import { oneFailover, quick, sentTo, untilAsked } from './live.ts';
import { listedKey, signsWith } from './signs.ts';

/** Run and guard are terminated; a pass of the janitor finds what they left. A VPG for each test. */
let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({
    scenario: withStranger(quick(shippedScenario('hundred-vpgs'))),
    configure: text => text.replace(believing, `$&  keys:\n${listed.join('\n')}\n`),
  });
});
afterAll(() => harness.close());

const keys = { ana: newKey(), cem: newKey() };
const listed = [listedKey('ana', keys.ana), listedKey('cem', keys.cem)];
const believing = /^identity:\n {2}unverified: allow\n/m;

/** From the next word on: drillbook.yaml is read for each. */
function believeOnlySignatures(roles = ''): void {
  const text = readFileSync(harness.configPath, 'utf8');
  writeFileSync(harness.configPath, text.replace(believing, `${roles}identity:\n  unverified: refuse\n`));
}

const drill = (vpg: string): string => `
apiVersion: drillbook/v1
name: one
site: site-b
modes: [drill]
steps:
  - { id: db, uses: zerto/failover-test, with: { vpg: ${vpg} }, timeout: 2m }
  - { id: pause, uses: wait, with: { for: 30m } }
`;
const handle = (id: string) => harness.control.client.workflow.getHandle(id);
const statusOf = async (id: string) => (await handle(id).describe()).status.name;

/** A failover whose run and guard are gone. */
let lost: { readonly guard: string; readonly run: string };

/** The guard first: else it would close in time. */
async function pullThePlug(id: string): Promise<string> {
  const guard = await harness.guardOf(id);
  await Promise.all([handle(guard).terminate('pulled the plug'), handle(id).terminate('pulled the plug')]);
  return guard;
}

it('of a drill: the next guard of its chain stops the test, once', async () => {
  const id = await harness.start(harness.plan(drill('app-001'), 'drill'));
  await until('it is in test', async () => (await harness.progress(id)).includes('db succeeded'));
  const guard = await pullThePlug(id);
  const [one, two] = await Promise.all([janitorPass(harness), janitorPass(harness)]);
  expect([...one.decisions, ...two.decisions].map(each => each.do)).toContain('start-guard');
  expect([...one.strangers, ...two.strangers]).toEqual([]);
  await until('nothing is in test', () => harness.simulator.testsRunning().length === 0);
  await until('its guard has ended', async () => (await statusOf(`${guard}/2`)) === 'COMPLETED');
  expect(await sentTo(harness, /^app-001$/)).toEqual(['FailoverTest app-001', 'FailoverTestStop app-001']);
  expect(await janitorPass(harness)).toMatchObject({ decisions: [], strangers: [], left: [] });
  expect(await harness.journal(id)).toMatchObject({ verdict: 'lost', openings: [{ vpg: 'app-001', state: 'closed' }] });
});

it('of a failover: the next guard holds it, and nothing is undone', async () => {
  const plan = harness.plan(oneFailover(2), 'failover');
  const id = await harness.start(plan, { requester: 'cem', reason: 'site A is lost' });
  await untilAsked(harness, id, 'keep');
  const guard = await pullThePlug(id);
  const { decisions } = await janitorPass(harness);
  expect(decisions).toMatchObject([{ do: 'start-guard', id: `${guard}/2` }]);
  expect((await janitorPass(harness)).decisions).toEqual([]);
  expect(await statusOf(`${guard}/2`)).toBe('RUNNING');
  expect(await sentTo(harness, /^app-002$/)).toEqual(['Failover app-002']);
  lost = { guard: `${guard}/2`, run: id };
});

it('a person’s signed word to that guard ends it, with a name and a reason; nobody else’s does', async () => {
  const word = { site: 'site-b', vpg: 'app-002', how: 'roll-back', by: 'ana', reason: 'site A is back' } as const;
  const before = readFileSync(harness.configPath, 'utf8');
  const { open } = await listLeases(harness.control);
  expect(open).toMatchObject([{ vpg: 'app-002', live: true, run: lost.run, guard: lost.guard, alone: true }]);
  await expect(endOpening(harness.control, { ...word, reason: ' ' })).rejects.toThrow(/name and a reason/);
  await expect(endOpening(harness.control, { ...word, vpg: 'app-009' })).rejects.toThrow(/anything live of app-009/);
  expect(await sentTo(harness, /^app-002$/)).toEqual(['Failover app-002']);
  believeOnlySignatures();
  const ana = signsWith(keys.ana);
  const refused: [Promise<{ counted: boolean; text: string }>, string][] = [
    [endOpening(harness.control, word), 'nothing proves that this is ana'],
    [endOpening(harness.control, word, signsWith(keys.cem)), 'the key cem-1 signs for cem, not for ana'],
    [endOpening(harness.control, word, said => ana({ ...said, step: 'site-b/app-003' })), 'is not of this word'],
    [endOpening(harness.control, word, said => ana({ ...said, to: 'leases commit' })), 'is not of this word'],
    [
      endOpening(harness.control, { ...word, how: 'commit', by: 'cem' }, signsWith(keys.cem)),
      'cem asked for this run and does not commit it alone',
    ],
  ];
  for (const [told, why] of refused)
    expect(await told).toMatchObject({ counted: false, text: expect.stringContaining(why) as string });
  expect(await sentTo(harness, /^app-002$/)).toEqual(['Failover app-002']);
  expect(await endOpening(harness.control, word, ana)).toEqual({
    counted: true,
    text: expect.stringMatching(/app-002 is rolled back by ana/) as string,
  });
  await until('its guard has ended', async () => (await statusOf(lost.guard)) === 'COMPLETED');
  expect(await sentTo(harness, /^app-002$/)).toEqual(['Failover app-002', 'FailoverRollback app-002']);
  writeFileSync(harness.configPath, before);
});

it('a signed word that comes twice to a guard counts once, also after it has gone on with a new history', async () => {
  const { control, simulator } = harness;
  const plan = harness.plan(oneFailover(5), 'failover');
  const run = {
    id: 'said-twice',
    trigger: 'cli',
    requester: 'cem',
    verified: false,
    reason: 'a test',
    url: '',
  } as const;
  const start: RunStart = { plan, run: { ...run, configSha256: harness.config.pinnedSha256 }, continueAfterEvents: 60 };
  await control.client.workflow.start('runbook', { workflowId: run.id, taskQueue, args: [start] });
  await untilAsked(harness, run.id, 'keep');
  const guard = handle(await harness.guardOf(run.id));
  await handle(run.id).terminate('pulled the plug');
  // It would find out by itself, within 15 s.
  await guard.cancel();
  await until('the guard knows that its run is gone', async () =>
    (await harness.histories(run.id)).includes('look whether a person has ended what is open live'),
  );
  const fails = { kind: 'fail-task', reason: 'no space on A-DS-01' } as const;
  simulator.faults.add({ method: 'POST', path: 'vpgs/*/failoverrollback', then: fails });

  const said = { site: 'site-b', vpg: 'app-005', how: 'roll-back', by: 'ana', reason: 'site A is back' } as const;
  const signed = (id: string) => {
    const { by: person, how: choice, reason } = said;
    const word = { person, run: run.id, step: 'site-b/app-005', to: 'leases roll-back', choice, reason, id } as const;
    return { ...said, id, proof: signsWith(keys.ana)(word) };
  };
  const send = (word: object, updateId: string) =>
    saidAgain(() => guard.executeUpdate<Heard, [object]>('end-opening', { args: [word], updateId }));
  const rollBacks = async () =>
    (await sentTo(harness, /^app-005$/)).filter(what => what.startsWith('FailoverRollback'));

  const word = signed('word-1');
  const answers = await Promise.all([send(word, 'word-1'), send(word, 'word-1')]);
  expect(answers).toEqual([answers[0], answers[0]]);
  expect(answers[0]).toMatchObject({ counted: false, text: expect.stringContaining('no space on A-DS-01') as string });
  const heardBefore = { cause: { message: 'it was heard before' } };
  await expect(send(word, 'word-2')).rejects.toMatchObject(heardBefore);
  expect(await rollBacks()).toHaveLength(1);

  const { runId } = await guard.describe();
  for (let n = 1; (await guard.describe()).runId === runId; n++) {
    const forged = await send({ ...signed(`forged-${n}`), reason: 'another' }, `forged-${n}`);
    expect(forged).toMatchObject({ counted: false, text: expect.stringContaining('is not of this word') as string });
  }
  // Temporal has forgotten the update's id; the guard has not.
  for (const id of ['word-1', 'word-3']) await expect(send(word, id)).rejects.toMatchObject(heardBefore);
  expect(await rollBacks()).toHaveLength(1);
  expect(await send(signed('word-4'), 'word-4')).toMatchObject({ counted: true });
  await until('its guard has ended', async () => (await guard.describe()).status.name === 'COMPLETED');
  expect(await rollBacks()).toHaveLength(2);
});

it('of one that had nothing open: no guard is started, and the next run has the VPG', async () => {
  const text = drill('app-003').replace(
    '  - { id: db,',
    '  - { id: first, uses: wait, with: { for: 30m } }\n  - { id: db,',
  );
  const id = await harness.start(harness.plan(text, 'drill'));
  await until('it holds its lock', async () => (await harness.progress(id)).includes('first running'));
  const guard = await pullThePlug(id);
  await janitorPass(harness);
  await expect(statusOf(`${guard}/2`)).rejects.toThrow(/not found/i);
  const next = await harness.start(harness.plan(drill('app-003'), 'drill'));
  await until('the next is in test', async () => (await harness.progress(next)).includes('db succeeded'));
  // Of a run that lives with its guard there is nothing to tell.
  expect(await janitorPass(harness)).toMatchObject({ decisions: [], strangers: [], left: [] });
});

it('a stranger’s test is told with who began it, and left alone', async () => {
  await startByStranger(harness, 'app-004');
  const { strangers, decisions } = await janitorPass(harness);
  expect(strangers).toMatchObject([{ site: 'site-b', vpg: 'app-004', by: 'admin' }]);
  expect(decisions).toEqual([]);
  expect(await sentTo(harness, /^app-004$/)).toEqual(['FailoverTest app-004']);
});

it('adopted, with a reason, it is stopped once; what is a run’s cannot be adopted', async () => {
  const word = { site: 'site-b', vpg: 'app-004', by: 'ana', reason: 'the tester has gone home' };
  expect(await adoptOpening(harness.control, { ...word, vpg: 'app-003' })).toMatchObject({
    counted: false,
    text: expect.stringMatching(/a run’s of drillbook/) as string,
  });
  expect(await adoptOpening(harness.control, { ...word, reason: '' })).toMatchObject({ counted: false });
  believeOnlySignatures('roles: [{ role: admin, to: [ana, cem], runbooks: ["*"] }, { role: operator, to: [bo] }]\n');
  const ana = signsWith(keys.ana);
  const refused: [Promise<{ counted: boolean; text: string }>, string][] = [
    [adoptOpening(harness.control, word), 'nothing proves that this is ana'],
    [adoptOpening(harness.control, word, said => ana({ ...said, run: 'another' })), 'is not of this word'],
    [adoptOpening(harness.control, { ...word, site: 'site-z' }, ana), 'names no site "site-z"'],
  ];
  for (const [told, why] of refused)
    expect(await told).toMatchObject({ counted: false, text: expect.stringContaining(why) as string });
  expect(harness.simulator.testsRunning()).toContain('app-004');
  expect(await adoptOpening(harness.control, word, ana)).toMatchObject({ counted: true });
  await until('it is stopped', () => !harness.simulator.testsRunning().includes('app-004'));
  expect(await sentTo(harness, /^app-004$/)).toEqual(['FailoverTest app-004', 'FailoverTestStop app-004']);
  expect(await adoptOpening(harness.control, word, ana)).toMatchObject({ counted: false });
});

it('its schedule is made once; an operator’s pause is kept, and told', async () => {
  const { client } = harness.control;
  expect(await ensureJanitor(client)).toBeUndefined();
  expect(await ensureJanitor(client)).toBeUndefined();
  const schedule = client.schedule.getHandle(janitorId);
  const { spec, policies } = await schedule.describe();
  expect(spec.intervals).toMatchObject([{ every: 60_000 }]);
  expect(policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 60_000 });
  await schedule.pause('storage is being moved');
  expect(await ensureJanitor(client)).toMatch(/janitor is paused \(storage is being moved\)/);
  expect((await schedule.describe()).state.paused).toBe(true);
  await schedule.unpause();
  await schedule.trigger();
  await until('it has looked', async () => {
    const [last] = (await schedule.describe()).info.recentActions;
    return last !== undefined && (await statusOf(last.action.workflow.workflowId)) === 'COMPLETED';
  });
});
