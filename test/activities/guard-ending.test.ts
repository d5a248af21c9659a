import { describe, expect, test, vi } from 'vitest';
import type { LiveChange } from '../../engine/guard-activities.ts';
import { lookAtOpenLive } from '../../zerto/effects/open-live.ts';
import { Refused } from '../../zerto/errors.ts';
import { failureOf, type GuardStage, setGuard } from './guard-stage.ts';

async function opened(...stage: Parameters<typeof setGuard>): Promise<GuardStage & { live: LiveChange }> {
  const guard = await setGuard(...stage);
  const { opened: call, baseline, sent } = await guard.open(guard.call('zerto/failover'));
  return { ...guard, live: { opened: call, baseline, sent } };
}

/** Opened where the other site is lost; an alert tells so from the moment that the first commit was posted, or never. */
async function unseen(shown: 'late' | 'never'): Promise<GuardStage & { live: LiveChange }> {
  const guard = await setGuard(undefined, { name: 'site-lost' });
  const { alerts } = await guard.sites.zvm('site-b', 'failover');
  const list = alerts.list.bind(alerts);
  vi.spyOn(alerts, 'list').mockImplementation(async (...asked) =>
    shown === 'late' && guard.posted('failovercommit') > 0 ? await list(...asked) : [],
  );
  const { opened: call, baseline, sent } = await guard.open(guard.call('zerto/failover'));
  return { ...guard, live: { opened: call, baseline, sent } };
}

const soon = (guard: GuardStage) => guard.context.clock() + 30_000;
const siteOf = async (guard: GuardStage) => (await guard.vpg('payments-db')).recoverySite.name;

describe('a commit', () => {
  test.each([
    [true, 'London'],
    ['if-possible', 'London'],
    [false, 'Slough'],
  ])('with reverse-protect %s', async (wanted, site) => {
    const guard = await opened();
    const result = await guard.end(guard.call('zerto/commit', { 'reverse-protect': wanted }), guard.live);
    expect(result).toEqual({ up: true, outputs: { reverse_protected: wanted !== false } });
    expect(await siteOf(guard)).toBe(site);
    expect(guard.posted('failovercommit')).toBe(1);
  });

  test('if possible, without the other site: it is not protected back, and that is told', async () => {
    const guard = await opened(undefined, { name: 'site-lost' });
    const call = guard.call('zerto/commit', { 'reverse-protect': 'if-possible' });
    const { live } = guard;
    const baseline = await guard.run('baseline', { call, live });
    const sent = await guard.run('start', { call, live, baseline, notAfter: soon(guard) });
    expect(sent.told).toEqual([
      expect.stringMatching(/^site-a is not connected since .*: payments-db is committed without reverse protection/),
    ]);
    expect(await guard.run('wait', { call, live, sent })).toEqual({ up: true, outputs: { reverse_protected: false } });
    expect(await guard.state()).toBe('NeedsConfiguration');
  });

  test('if possible: a ZVM that is busy is not a lost site, and nothing is sent a second time on other terms', async () => {
    const guard = await opened();
    const { live } = guard;
    guard.simulator.faults.add({
      method: 'POST',
      path: 'vpgs/*/failovercommit',
      then: { kind: 'status', status: 500, body: { Message: 'The ZVM is busy.' } },
    });
    const call = guard.call('zerto/commit', { 'reverse-protect': 'if-possible' });
    const failure = await failureOf(guard.end(call, live));
    expect(failure).toMatchObject({
      type: 'failed',
      message: expect.stringMatching(
        /^payments-db is not committed: .*The ZVM is busy.*with reverse-protect: false, which/,
      ) as string,
      record: { happened: 'no' },
    });
    expect(guard.posted('failovercommit')).toBe(1);
    expect(await guard.state()).toBe('FailingOverBeforeCommit');
    expect(await guard.end(call, live)).toEqual({ up: true, outputs: { reverse_protected: true } });
  });

  test('if possible, where nothing tells that the other site is away: a refusal leaves it to a person', async () => {
    const guard = await unseen('never');
    const call = guard.call('zerto/commit', { 'reverse-protect': 'if-possible' });
    expect(await failureOf(guard.end(call, guard.live))).toMatchObject({
      type: 'failed',
      message: expect.stringMatching(/^payments-db is not committed: .*not connected/) as string,
    });
    expect(guard.posted('failovercommit')).toBe(1);
    expect(await guard.state()).toBe('FailingOverBeforeCommit');
  });

  test('if possible: a site that is seen away only when the ZVM has refused is committed without, and that is told', async () => {
    const guard = await unseen('late');
    const { live } = guard;
    const call = guard.call('zerto/commit', { 'reverse-protect': 'if-possible' });
    const baseline = await guard.run('baseline', { call, live });
    const sent = await guard.run('start', { call, live, baseline, notAfter: soon(guard) });
    expect(sent.told).toEqual([
      expect.stringMatching(/^site-a is not connected since .*: payments-db is committed without reverse protection/),
    ]);
    expect(await guard.run('wait', { call, live, sent })).toEqual({ up: true, outputs: { reverse_protected: false } });
    expect(guard.posted('failovercommit')).toBe(2);
  });

  test('if possible: a right that the account lacks never gives the protection up', async () => {
    const guard = await unseen('late');
    guard.simulator.faults.add({
      method: 'POST',
      path: 'vpgs/*/failovercommit',
      times: 9,
      then: { kind: 'status', status: 403, body: { Message: 'no right' } },
    });
    const call = guard.call('zerto/commit', { 'reverse-protect': 'if-possible' });
    expect(await failureOf(guard.end(call, guard.live))).toMatchObject({
      type: 'failed',
      message: expect.stringContaining('no right') as string,
    });
    expect(guard.posted('failovercommit')).toBe(1);
    expect(await guard.state()).toBe('FailingOverBeforeCommit');
  });

  test('if possible: what a refusal began all the same is adopted, however late it is shown', async () => {
    const guard = await unseen('late');
    const { live } = guard;
    const call = guard.call('zerto/commit', { 'reverse-protect': 'if-possible' });
    const baseline = await guard.run('baseline', { call, live });
    const { vpgs } = await guard.sites.zvm('site-b', 'failover');
    const commit = vpgs.commitFailover.bind(vpgs);
    vi.spyOn(vpgs, 'commitFailover').mockImplementationOnce(async (id, _terms, time) => {
      await commit(id, { reverseProtection: false }, time);
      guard.simulator.faults.add({ path: 'tasks', times: 3, then: { kind: 'status', status: 200, body: [] } });
      const facts = { operation: 'POST', site: 'site-b', status: 500, retryable: false, happened: 'no' } as const;
      throw new Refused('It fell over.', facts);
    });
    const sent = await guard.run('start', { call, live, baseline, notAfter: soon(guard) });
    expect(sent.adopted).toBe(true);
    expect(guard.posted('failovercommit')).toBe(1);
  });

  test('reverse-protect: true fails at once without the other site', async () => {
    const guard = await opened(undefined, { name: 'site-lost' });
    const call = guard.call('zerto/commit', { 'reverse-protect': true });
    expect(await failureOf(guard.run('baseline', { call, live: guard.live }))).toMatchObject({
      type: 'failed',
      message: expect.stringMatching(/^site-a is not connected since .*it is not committed$/) as string,
    });
    expect(await guard.state()).toBe('FailingOverBeforeCommit');
  });

  test('an answer lost after the effect is adopted; one lost before it is proved not to have happened', async () => {
    const guard = await opened();
    const { live } = guard;
    const call = guard.call('zerto/commit', { 'reverse-protect': true });
    guard.simulator.faults.add({ method: 'POST', path: 'vpgs/*/failovercommit', then: { kind: 'drop-before' } });
    const baseline = await guard.run('baseline', { call, live });
    const failure = await failureOf(guard.run('start', { call, live, baseline, notAfter: soon(guard) }));
    expect(failure.record.happened).toBe('unknown');
    expect(await guard.run('settle', { call, live, baseline, lateUntil: 0 })).toEqual({ sent: null });
    guard.simulator.faults.add({ method: 'POST', path: 'vpgs/*/failovercommit', then: { kind: 'drop-after' } });
    const sent = await guard.run('start', { call, live, baseline, notAfter: soon(guard) });
    expect(sent.adopted).toBe(true);
    expect(await guard.run('settle', { call, live, baseline, lateUntil: 0 })).toMatchObject({
      sent: { taskId: sent.taskId },
    });
    expect(await guard.run('wait', { call, live, sent })).toEqual({ up: true, outputs: { reverse_protected: true } });
  });

  test.each([true, false])('made by hand before is told as such (reverse %s)', async reverse => {
    const guard = await opened();
    await guard.byHand('FailoverCommit', { IsReverseProtection: reverse });
    const call = guard.call('zerto/commit', { 'reverse-protect': true });
    const { already } = await guard.run('baseline', { call, live: guard.live });
    expect(already).toEqual({
      outputs: { reverse_protected: reverse },
      told: [
        ...(reverse ? [] : ['payments-db is committed, and NOT protected back']),
        expect.stringMatching(/^the failover of payments-db was committed.* at the ZVM, not by this step$/),
      ],
    });
    expect(guard.posted('failovercommit')).toBe(1);
  });

  test('made by hand at the other site, where its task is listed', async () => {
    const guard = await opened();
    await guard.byHand('FailoverCommit', { IsReverseProtection: true });
    guard.simulator.faults.add({ path: 'tasks', after: 1, times: 2, then: { kind: 'status', status: 200, body: [] } });
    const { already } = await guard.run('baseline', {
      call: guard.call('zerto/commit', { 'reverse-protect': true }),
      live: guard.live,
    });
    expect(already?.outputs).toEqual({ reverse_protected: true });
  });

  test('of what somebody rolled back is refused', async () => {
    const guard = await opened();
    await guard.byHand('FailoverRollback');
    const call = guard.call('zerto/commit', { 'reverse-protect': true });
    expect(await failureOf(guard.run('baseline', { call, live: guard.live }))).toMatchObject({
      type: 'failed',
      message: 'the failover of payments-db was rolled back: it cannot be committed',
    });
  });

  test('of a failover that somebody began after ours had ended is refused', async () => {
    const guard = await opened();
    await guard.byHand('FailoverRollback');
    guard.simulator.clock.advance(5_000);
    await guard.byHand('Failover', { CommitPolicy: 'None' });
    const call = guard.call('zerto/commit', { 'reverse-protect': true });
    expect(await failureOf(guard.run('baseline', { call, live: guard.live }))).toMatchObject({
      type: 'failed',
      message: expect.stringMatching(
        /that this run began has ended; the one that is there now was begun by admin/,
      ) as string,
    });
    expect(guard.posted('failovercommit')).toBe(0);
  });

  test('waits for one that is under way, and then finds it made', async () => {
    const guard = await opened(s => ({ ...s, durations: { ...s.durations, commit: 60_000 } }));
    await guard.byHand('FailoverCommit', { IsReverseProtection: false });
    const call = guard.call('zerto/commit', { 'reverse-protect': false });
    expect((await failureOf(guard.run('baseline', { call, live: guard.live }))).type).toBe('unreachable');
    const back = guard.call('zerto/roll-back');
    expect(await failureOf(guard.run('baseline', { call: back, live: guard.live }))).toMatchObject({
      type: 'failed',
      message: 'the failover of payments-db is being committed: it cannot be rolled back any more',
    });
    guard.simulator.clock.advance(60_000);
    expect((await guard.run('baseline', { call, live: guard.live })).already).toBeDefined();
  });

  test('whose task fails leaves the failover open', async () => {
    const guard = await opened();
    guard.simulator.faults.add({
      method: 'POST',
      path: 'vpgs/*/failovercommit',
      then: { kind: 'fail-task', reason: 'disk' },
    });
    const result = await guard.end(guard.call('zerto/commit', { 'reverse-protect': true }), guard.live);
    expect(result).toEqual({
      up: false,
      error: 'Zerto did not get the failover of payments-db committed: Failed, disk',
      said: 'disk',
    });
    expect(await guard.state()).toBe('FailingOverBeforeCommit');
  });

  test('of a VPG that is gone is told so', async () => {
    const guard = await opened();
    const zvm = await guard.sites.zvm('site-b', 'failover');
    await zvm.vpgs.delete(
      guard.vpgs['payments-db'] ?? '',
      { keepRecoveryVolumes: true, force: true },
      { notAfter: soon(guard) },
    );
    await vi.waitFor(async () => {
      await expect(guard.vpg('payments-db')).rejects.toThrow();
    });
    const call = guard.call('zerto/commit', { 'reverse-protect': false });
    const { already } = await guard.run('baseline', { call, live: guard.live });
    expect(already?.told).toEqual([expect.stringMatching(/does not exist at the ZVM any more/)]);
  });

  test('of an adopted failover tells where it went to another point than was asked for', async () => {
    const guard = await opened();
    const { sent } = guard.live;
    if (sent === undefined) throw new Error('not sent');
    const asked = { ...sent, adopted: true, checkpointTime: '2020-01-01T00:00:00Z' };
    const result = await guard.end(guard.call('zerto/commit', { 'reverse-protect': false }), {
      ...guard.live,
      sent: asked,
    });
    expect(result).toMatchObject({ up: true, told: [expect.stringMatching(/this run asked for 2020-01-01/)] });
  });
});

describe('a roll-back', () => {
  test('protects as before', async () => {
    const guard = await opened();
    expect(await guard.end(guard.call('zerto/roll-back'), guard.live)).toEqual({ up: true, outputs: {} });
    expect(await siteOf(guard)).toBe('Slough');
    expect((await guard.vpg('payments-db')).status).not.toBe('FailingOver');
    expect(guard.simulator.vms('site-a').find(vm => vm.name === 'payments-db')?.on).toBe(true);
  });

  test('made by hand before is told as such; after a commit there is none', async () => {
    const rolled = await opened();
    await rolled.byHand('FailoverRollback');
    const call = rolled.call('zerto/roll-back');
    expect((await rolled.run('baseline', { call, live: rolled.live })).already).toEqual({
      outputs: {},
      told: ['the failover of payments-db was rolled back at the ZVM, not by this step'],
    });
    const committed = await opened();
    await committed.byHand('FailoverCommit', { IsReverseProtection: false });
    expect(
      await failureOf(committed.run('baseline', { call: committed.call('zerto/roll-back'), live: committed.live })),
    ).toMatchObject({
      type: 'failed',
      message: 'the failover of payments-db was committed: it cannot be rolled back',
    });
  });

  test('of what never came about has nothing to do', async () => {
    const guard = await setGuard();
    const call = guard.call('zerto/failover');
    const live = { opened: call, baseline: await guard.run('baseline', { call }) };
    const { already } = await guard.run('baseline', { call: guard.call('zerto/roll-back'), live });
    expect(already?.told).toEqual(['no failover of payments-db by this run is open']);
  });
});

describe('a failover whose SubStatus tells of the lost site', () => {
  async function hidden(subStatus = 'DisconnectedFromPeer') {
    const guard = await opened(undefined, { name: 'site-lost' });
    const { vpgs } = await guard.sites.zvm('site-b', 'failover');
    const get = vpgs.get.bind(vpgs);
    vi.spyOn(vpgs, 'get').mockImplementation(async (...asked) => {
      const vpg = await get(...asked);
      return vpg.status === 'FailingOver' ? { ...vpg, subStatus } : vpg;
    });
    return guard;
  }
  const look = async (guard: GuardStage & { live: LiveChange }, known: { taskId?: string }) =>
    await lookAtOpenLive(
      await guard.sites.zvm('site-b', 'failover'),
      guard.vpgs['payments-db'] ?? '',
      { how: 'failover', baseline: guard.live.baseline, ...known },
      { signal: AbortSignal.timeout(5_000) },
    );

  test('is not read as starting for ever once its task has ended', async () => {
    const guard = await hidden();
    expect((await look(guard, { taskId: guard.live.sent?.taskId ?? '' })).kind).toBe('before-commit');
    expect((await look(guard, {})).kind).toBe('before-commit');
    const call = guard.call('zerto/commit', { 'reverse-protect': false });
    expect(await guard.end(call, guard.live)).toMatchObject({ up: true });
  });

  test('is starting while its task runs, and ending while the roll-back runs', async () => {
    const guard = await setGuard(s => ({ ...s, durations: { ...s.durations, failover: 60_000, rollBack: 60_000 } }), {
      name: 'site-lost',
    });
    const call = guard.call('zerto/failover');
    const baseline = await guard.run('baseline', { call });
    const sent = await guard.run('start', { call, baseline, notAfter: soon(guard) });
    const live = { ...guard, live: { opened: call, baseline, sent } };
    expect(await look(live, { taskId: sent.taskId })).toMatchObject({ kind: 'busy', doing: 'starting' });
    guard.simulator.clock.advance(60_000);
    const { vpgs } = await guard.sites.zvm('site-b', 'failover');
    const get = vpgs.get.bind(vpgs);
    vi.spyOn(vpgs, 'get').mockImplementation(async (...asked) => ({
      ...(await get(...asked)),
      subStatus: 'DisconnectedFromPeer',
    }));
    expect((await look(live, {})).kind).toBe('before-commit');
    await guard.byHand('FailoverRollback');
    expect(await look(live, {})).toMatchObject({ kind: 'busy', doing: 'rolling-back' });
  });

  test.each([
    ['FailingOverCommitting', 'committing'],
    ['RollingBack', 'rolling-back'],
  ])('%s is its own word', async (subStatus, doing) => {
    expect(await look(await hidden(subStatus), {})).toMatchObject({ kind: 'busy', doing });
  });
});

describe('a look at what a lost run has left', () => {
  test('tells what is open, and how it ended', async () => {
    const guard = await opened();
    const look = () => guard.run('lookLive', { live: guard.live });
    expect(await look()).toEqual({ open: true });
    await guard.byHand('FailoverRollback');
    expect(await look()).toEqual({ open: false, over: 'the failover of payments-db was rolled back' });
  });

  test('sees its own where the answer was lost, and not a stranger’s', async () => {
    const guard = await opened();
    const { opened: call, baseline } = guard.live;
    expect(await guard.run('lookLive', { live: { opened: call, baseline } })).toEqual({ open: true });
    await guard.byHand('FailoverRollback');
    await guard.byHand('Failover', { CommitPolicy: 'None' });
    const both = await guard.run('lookLive', { live: { opened: call, baseline } });
    expect(both).toMatchObject({
      open: false,
      over: expect.stringMatching(/2 failovers of payments-db were begun/) as string,
    });
  });

  test('is of reads only, and sends nothing', async () => {
    const guard = await opened();
    const before = guard.simulator.requests.filter(({ method }) => method !== 'GET').length;
    await guard.run('lookLive', { live: guard.live });
    expect(guard.simulator.requests.filter(({ method }) => method !== 'GET')).toHaveLength(before);
  });

  test('nothing but a person’s word ends it', async () => {
    const guard = await opened();
    const { opened: call, baseline } = guard.live;
    const failure = await failureOf(guard.run('stop', { call, baseline, success: true, summary: '' }));
    expect(failure).toMatchObject({
      type: 'errored',
      message: 'zerto/failover is never ended without a person’s word',
    });
  });
});
