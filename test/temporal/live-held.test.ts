import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decide as decideRun } from '../../control/decisions.ts';
import { cancelRun } from '../../control/runs.ts';
import { renderHtml } from '../../report/html.ts';
import { renderText } from '../../report/text.ts';
import { withSession } from '../../local/site-call.ts';
import { shippedScenario } from '../../simulator/scenario-file/shipped.ts';
import { sectionOf, textOf } from '../report/page.ts';
import { type Harness, startHarness, until } from './harness.ts';
import { approve, decide, directions, oneFailover, quick, reject, sentTo, untilAsked } from './live.ts';

/** A live run with something uncommitted is held, and only a person's word ends what is open. A VPG for each test. */
let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ scenario: quick(shippedScenario('hundred-vpgs')) });
});
afterAll(() => harness.close());

const start = (n: number, keepWithin?: string): Promise<string> =>
  harness.start(harness.plan(oneFailover(n, keepWithin), 'failover'), { requester: 'cem', reason: 'site A is lost' });
const sent = (n: number) => sentTo(harness, nameOf(n));
const nameOf = (n: number): RegExp => new RegExp(`^app-00${n}$`);

/** A run that is gone, its guard, and the run that waits for its VPG. The last test looks at them again. */
let lost: { readonly run: string; readonly guard: string; readonly next: string };
/** Another that is gone, whose failover a person commits at the ZVM. */
let kept: { readonly run: string; readonly guard: string };

it('terminated while it is held: its guard stays, ends nothing, and keeps the VPG', async () => {
  const id = await start(1);
  await untilAsked(harness, id, 'keep');
  await reject(harness, id, 'keep', 'ana');
  await untilAsked(harness, id, '');
  lost = { run: id, guard: await harness.guardOf(id), next: await start(1) };
  await harness.control.client.workflow.getHandle(id).terminate('pulled the plug');
  const guard = harness.control.client.workflow.getHandle(lost.guard);
  // It would find out by itself, within 15 s.
  await guard.cancel();
  await until('the guard knows that its run is gone', async () =>
    (await harness.histories(id)).includes('look whether a person has ended what is open live'),
  );
  expect((await guard.describe()).status.name).toBe('RUNNING');
  expect(await harness.journal(id)).toMatchObject({ verdict: 'lost', openings: [{ state: 'open' }] });
  expect(await harness.progress(lost.next)).not.toContain('db running');
  expect(await sent(1)).toEqual(['Failover app-001']);
  await byHand(1, 'FailoverRollback');
});

it('terminated before anybody has decided, and committed by hand', async () => {
  const run = await start(5);
  await untilAsked(harness, run, 'keep');
  kept = { run, guard: await harness.guardOf(run) };
  const { workflow } = harness.control.client;
  await workflow.getHandle(run).terminate('pulled the plug');
  await workflow.getHandle(kept.guard).cancel();
  await byHand(5, 'FailoverCommit');
});

it('by a refusal: all ways out are offered; a commit by hand protects back as the runbook’s own does', async () => {
  const id = await start(2);
  await untilAsked(harness, id, 'keep');
  await reject(harness, id, 'keep', 'ana');
  const held = await untilAsked(harness, id, '');
  expect(held).toMatchObject({ kind: 'held', choices: ['commit', 'roll-back', 'go-on'] });
  expect(held.message).toMatch(/"keep" failed: refused by ana: not like this/);
  expect((await harness.progress(id)).at(-1)).toBe(' asking');
  expect(await sent(2)).toEqual(['Failover app-002']);
  await decide(harness, id, 'commit');
  const result = await harness.result(id);
  expect(result.reasons.join('; ')).toMatch(/committed by bo, while the run was held .*we have talked about it/);
  expect(await sent(2)).toEqual(['Failover app-002', 'FailoverCommit app-002']);
  expect(await directions(harness, nameOf(2))).toEqual({ 'app-002': 'Slough -> London' });
});

it('by an approval that expires: no clock decides; go on asks anew', async () => {
  const id = await start(3, '2s');
  const held = await untilAsked(harness, id, '');
  expect(held.message).toMatch(/"keep" timed out: expired: no decision within 2s/);
  expect(await sent(3)).toEqual(['Failover app-003']);
  await decide(harness, id, 'go-on');
  await untilAsked(harness, id, 'keep');
  await approve(harness, id, 'keep', ['bo'], 'roll-back');
  expect((await harness.result(id)).verdict).toBe('passed_with_exceptions');
  expect(await sent(3)).toEqual(['Failover app-003', 'FailoverRollback app-003']);
});

it('by a cancel: it rolls nothing back; a person does, once', async () => {
  const id = await start(4);
  await untilAsked(harness, id, 'keep');
  await cancelRun(harness.control, id, 'ana', 'enough');
  await untilAsked(harness, id, '');
  await sleep(1_000);
  expect(await sent(4)).toEqual(['Failover app-004']);
  await decide(harness, id, 'roll-back');
  const result = await harness.result(id);
  expect(result.ended).toBe('by-person');
  expect(result.reasons.join('; ')).toMatch(/rolled back by bo, while the run was held/);
  expect(await sent(4)).toEqual(['Failover app-004', 'FailoverRollback app-004']);
});

it('before any approval was asked: the requester commits nothing, and another only with a second one', async () => {
  const text = oneFailover(6)
    .replace('from: [dr-managers],', 'from: [dr-managers], count: 2, break-glass: [dr-duty],')
    .replace('- { id: db_up', '- { id: soon, uses: wait, with: { for: 60s } }\n  - { id: db_up');
  const id = await harness.start(harness.plan(text, 'failover'), { requester: 'ana', reason: 'site A is lost' });
  await until('it is up', async () => (await harness.progress(id)).includes('db succeeded'));
  await cancelRun(harness.control, id, 'ana', 'enough');
  await untilAsked(harness, id, '');
  const commit = async (by: string, breakGlass = false) =>
    await decideRun(harness.control, id, { choice: 'commit', by, reason: 'it works', breakGlass });
  expect(await commit('ana')).toEqual({ counted: false, text: 'ana asked for this run and does not commit it alone' });
  expect((await commit('cem')).text).toMatch(/^cem may not decide here: only dr-managers; who may break the glass/);
  expect(await commit('bo')).toEqual({ counted: true, text: 'bo wants to commit (1 of 2): it works' });
  expect((await commit('ana', true)).text).toContain('ana may not break the glass here: only dr-duty');
  expect(await sent(6)).toEqual(['Failover app-006']);
  expect(await commit('cem', true)).toMatchObject({ counted: true });
  expect((await harness.result(id)).reasons.join()).toContain('committed by cem alone, who broke the glass');
  expect(await sent(6)).toEqual(['Failover app-006', 'FailoverCommit app-006']);
});

it('what was ended by hand: the guard sees it, ends, and the next run has the VPG', async () => {
  const guard = harness.control.client.workflow.getHandle(lost.guard);
  await until('the guard has ended', async () => (await guard.describe()).status.name === 'COMPLETED', 90_000);
  const other = harness.control.client.workflow.getHandle(kept.guard);
  await until('that of the other, too', async () => (await other.describe()).status.name === 'COMPLETED', 90_000);
  const ends = [
    [lost, 'app-001', 'the failover of app-001 was rolled back'],
    [kept, 'app-005', 'the failover of app-005 was committed'],
  ] as const;
  for (const [{ run, guard: closedBy }, vpg, reason] of ends) {
    const journal = await harness.journal(run);
    expect(journal).toMatchObject({
      verdict: 'lost',
      openings: [{ vpg, closedBy, state: 'ended-by-hand', ending: { step: '', by: [], reason, found: true } }],
    });
    expect(textOf(sectionOf(renderHtml(journal), 'openings'))).toMatch(new RegExp(`ended by hand.*${reason}`));
    expect(renderText(journal)).not.toContain('Still open');
  }
  expect(await sent(5)).toEqual(['Failover app-005', 'FailoverCommit app-005']);
  await untilAsked(harness, lost.next, 'keep');
  await approve(harness, lost.next, 'keep', ['bo'], 'commit');
  expect((await harness.result(lost.next)).verdict).toBe('passed');
  expect(await sent(1)).toEqual([
    'Failover app-001',
    'FailoverRollback app-001',
    'Failover app-001',
    'FailoverCommit app-001',
  ]);
});

/** As a person would, in Zerto's own user interface. */
async function byHand(n: number, what: 'FailoverRollback' | 'FailoverCommit'): Promise<void> {
  const site = harness.simulator.sites.find(({ name }) => name === 'site-b');
  if (site === undefined) throw new Error('no site-b');
  await withSession(site, async call => {
    const vpgs = (await call('GET', '/v1/vpgs')) as { VpgName: string; VpgIdentifier: string }[];
    const id = vpgs.find(({ VpgName }) => nameOf(n).test(VpgName))?.VpgIdentifier ?? '';
    await call('POST', `/v1/vpgs/${id}/${what}`);
  });
}
