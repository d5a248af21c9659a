import { describe, expect, test } from 'vitest';
import { failureOf, noBaseline, setGuard } from './guard-stage.ts';

const soon = (guard: { context: { clock: () => number } }) => guard.context.clock() + 30_000;

describe('a failover', () => {
  test('is opened to the newest checkpoint, its source shut down, and left uncommitted', async () => {
    const guard = await setGuard();
    const { wait, sent } = await guard.open(guard.call('zerto/failover'));
    expect(wait).toMatchObject({
      up: true,
      outputs: {
        vms: [{ name: 'payments-db', running: true }],
        checkpoint: sent.checkpoint,
        checkpoint_time: sent.checkpointTime,
      },
    });
    expect(await guard.state()).toBe('FailingOverBeforeCommit');
    expect(guard.simulator.vms('site-a').find(vm => vm.name === 'payments-db')?.on).toBe(false);
    // With a policy a timer of the ZVM would have ended it.
    guard.simulator.clock.advance(86_400_000);
    expect(await guard.state()).toBe('FailingOverBeforeCommit');
  });

  test('found by a review: what its outputs take is bounded, as any step’s are', async () => {
    const long = `payments-db-${'x'.repeat(3_000)}`;
    const renamed = <T extends { readonly name: string }>(vm: T): T =>
      vm.name === 'payments-db' ? { ...vm, name: long } : vm;
    const guard = await setGuard(scenario => ({
      ...scenario,
      vms: scenario.vms.map(renamed),
      vpgs: scenario.vpgs.map(vpg => ({ ...vpg, vms: vpg.vms.map(renamed) })),
    }));
    expect((await guard.open(guard.call('zerto/failover'))).wait).toMatchObject({
      up: true,
      outputs: { vms: [{ name: `${long.slice(0, 511)}…`, running: true }] },
    });
  });

  test.each(['WaitingForUserInput', 'Completed'] as const)('its task may end as %s', async waitingTask => {
    const guard = await setGuard(s => ({ ...s, choices: { ...s.choices, waitingTask } }));
    expect((await guard.open(guard.call('zerto/failover'))).wait).toMatchObject({ up: true });
  });

  test('its task may have another name', async () => {
    const guard = await setGuard(s => ({ ...s, choices: { ...s.choices, failoverTask: 'FailoverBeforeCommit' } }));
    guard.simulator.faults.add({ method: 'POST', path: 'vpgs/*/failover', then: { kind: 'drop-after' } });
    const { wait, sent } = await guard.open(guard.call('zerto/failover'));
    expect([sent.adopted, wait.up, guard.posted('failover')]).toEqual([true, true, 1]);
  });

  test('of some VMs only; one that is not protected is named', async () => {
    const guard = await setGuard();
    const given = { vms: ['crm-web-01'] };
    const call = guard.call('zerto/failover', given, 'crm');
    expect(await failureOf(guard.open(call))).toMatchObject({
      type: 'failed',
      message: expect.stringContaining('protects no VM') as string,
    });
    expect(guard.posted('failover')).toBe(0);
  });

  test('without its other site: the source is left alone, and that is told', async () => {
    const guard = await setGuard(undefined, { name: 'site-lost' });
    const call = guard.call('zerto/failover');
    const baseline = await guard.run('baseline', { call });
    const started = await guard.run('start', { call, baseline, notAfter: soon(guard) });
    expect(started.told).toEqual([
      expect.stringMatching(
        /^site-a is not connected since \d{4}-\d\d-\d\d \d\d:\d\d UTC: the VMs of payments-db at site-a are not shut down, they may be up and taking writes; writes after the checkpoint of .+ are lost$/,
      ),
    ]);
    expect((await guard.run('wait', { call, sent: started })).up).toBe(true);
    expect(guard.simulator.vms('site-a').find(vm => vm.name === 'payments-db')?.on).toBe(true);
  });

  test.each(['graceful', 'force'])('shutdown-source: %s fails at once without its other site', async wanted => {
    const guard = await setGuard(undefined, { name: 'site-lost' });
    const failure = await failureOf(
      guard.run('baseline', { call: guard.call('zerto/failover', { 'shutdown-source': wanted }) }),
    );
    expect(failure).toMatchObject({
      type: 'failed',
      message: expect.stringMatching(/^site-a is not connected since /) as string,
    });
  });

  test('shutdown-source: none leaves the source running, and that is told too', async () => {
    const guard = await setGuard();
    const call = guard.call('zerto/failover', { 'shutdown-source': 'none' });
    const baseline = await guard.run('baseline', { call });
    const { told } = await guard.run('start', { call, baseline, notAfter: soon(guard) });
    expect(told).toEqual([expect.stringMatching(/^the VMs of payments-db at site-a are not shut down/)]);
    expect(guard.simulator.vms('site-a').find(vm => vm.name === 'payments-db')?.on).toBe(true);
  });

  test('a running test is ended by it, and that is told', async () => {
    const guard = await setGuard();
    await guard.byHand('FailoverTest');
    const call = guard.call('zerto/failover');
    const baseline = await guard.run('baseline', { call });
    const { told } = await guard.run('start', { call, baseline, notAfter: soon(guard) });
    expect(told).toEqual(['the failover test of payments-db that was running is ended by the failover']);
    expect(guard.simulator.testsRunning()).toEqual([]);
  });

  test('waits while a test is starting', async () => {
    const guard = await setGuard(s => ({ ...s, durations: { ...s.durations, failoverTest: 60_000 } }));
    await guard.byHand('FailoverTest');
    const call = guard.call('zerto/failover');
    expect(await failureOf(guard.run('baseline', { call }))).toMatchObject({
      type: 'unreachable',
      message: 'a failover test of payments-db is starting: waiting until it is not',
    });
    guard.simulator.clock.advance(60_000);
    expect((await guard.open(call)).wait.up).toBe(true);
  });

  test('what recovers elsewhere is refused', async () => {
    const guard = await setGuard();
    const failure = await failureOf(guard.run('baseline', { call: guard.call('zerto/failover', {}, 'files') }));
    expect(failure).toMatchObject({
      type: 'failed',
      message: expect.stringMatching(/^files recovers to site-a, not to site-b/) as string,
    });
  });

  test('a failover that somebody else began is refused, before and after the baseline', async () => {
    const guard = await setGuard();
    const call = guard.call('zerto/failover');
    const baseline = await guard.run('baseline', { call });
    await guard.byHand('Failover', { CommitPolicy: 'None' });
    expect(await failureOf(guard.run('start', { call, baseline, notAfter: soon(guard) }))).toMatchObject({
      type: 'failed',
      message: 'a failover of payments-db was started by admin since this step began',
      record: { happened: 'no' },
    });
    expect(await failureOf(guard.run('baseline', { call }))).toMatchObject({
      type: 'failed',
      message: 'payments-db is in another operation (FailingOverBeforeCommit) already; this run did not start it',
    });
    expect(guard.posted('failover')).toBe(1);
  });

  test('an answer lost after the effect: it is adopted, with the checkpoint that was asked for', async () => {
    const guard = await setGuard();
    guard.simulator.faults.add({ method: 'POST', path: 'vpgs/*/failover', then: { kind: 'drop-after' } });
    const { sent, wait } = await guard.open(guard.call('zerto/failover'));
    expect(sent).toMatchObject({ adopted: true, checkpoint: expect.stringMatching(/^\d+$/) as string });
    expect(wait).toMatchObject({ up: true, outputs: { checkpoint: sent.checkpoint } });
    expect(guard.posted('failover')).toBe(1);
  });

  test('an answer lost before the effect: it is unknown, and then proved that nothing was started', async () => {
    const guard = await setGuard();
    guard.simulator.faults.add({ method: 'POST', path: 'vpgs/*/failover', then: { kind: 'drop-before' } });
    const call = guard.call('zerto/failover');
    const baseline = await guard.run('baseline', { call });
    const failure = await failureOf(guard.run('start', { call, baseline, notAfter: soon(guard) }));
    expect(failure.record).toMatchObject({
      happened: 'unknown',
      sending: { checkpoint: expect.any(String) as string },
    });
    expect(await guard.run('settle', { call, baseline, lateUntil: 0 })).toEqual({ sent: null });
    expect(guard.posted('failover')).toBe(1);
  });

  test('an answer that stays lost: that the source is not shut down is told all the same', async () => {
    const guard = await setGuard(undefined, { name: 'site-lost' });
    const call = guard.call('zerto/failover');
    const baseline = await guard.run('baseline', { call });
    guard.simulator.faults.add({ method: 'POST', path: 'vpgs/*/failover', then: { kind: 'drop-after' } });
    guard.simulator.faults.add({ path: 'tasks', times: 99, then: { kind: 'status', status: 200, body: [] } });
    const { record } = await failureOf(guard.run('start', { call, baseline, notAfter: soon(guard) }));
    expect(record).toMatchObject({
      happened: 'unknown',
      told: [expect.stringMatching(/^site-a is not connected since .*payments-db at site-a are not shut down/)],
    });
  });

  test('its baseline keeps what the VPG showed and its newest checkpoint', async () => {
    const guard = await setGuard();
    const baseline = await guard.run('baseline', { call: guard.call('zerto/failover') });
    expect(baseline).toEqual({
      requestTimeoutMs: 30_000,
      tasks: [],
      reports: [],
      stage: '',
      checkpoint: expect.stringMatching(/^\d+$/) as string,
    });
  });

  test('a lost worker: the next attempt sends nothing and adopts what it finds', async () => {
    const guard = await setGuard();
    const call = guard.call('zerto/failover');
    const baseline = await guard.run('baseline', { call });
    const first = await guard.run('start', { call, baseline, notAfter: soon(guard) });
    const second = await guard.run('start', { call, baseline, notAfter: soon(guard) }, { attempt: 2 });
    expect(second).toMatchObject({ taskId: first.taskId, adopted: true });
    expect(guard.posted('failover')).toBe(1);
  });

  test('nothing is sent too late', async () => {
    const guard = await setGuard();
    const call = guard.call('zerto/failover');
    const failure = await failureOf(
      guard.run('start', { call, baseline: noBaseline, notAfter: guard.context.clock() - 1 }),
    );
    expect(failure).toMatchObject({ type: 'unreachable', record: { happened: 'no' } });
    expect(await guard.state()).not.toMatch(/FailingOver/);
  });

  test('a task that fails leaves nothing open', async () => {
    const guard = await setGuard();
    guard.simulator.faults.add({
      method: 'POST',
      path: 'vpgs/*/failover',
      then: { kind: 'fail-task', reason: 'no space left' },
    });
    expect((await guard.open(guard.call('zerto/failover'))).wait).toEqual({
      up: false,
      error: 'Zerto ended the failover of payments-db as Failed: no space left',
      said: 'no space left',
      nothingOpen: true,
    });
  });

  test.each([
    ['FailoverCommit', /was committed/],
    ['FailoverRollback', /was rolled back/],
  ])('%s by hand before it was waited for', async (action, sentence) => {
    const guard = await setGuard();
    const call = guard.call('zerto/failover');
    const baseline = await guard.run('baseline', { call });
    const sent = await guard.run('start', { call, baseline, notAfter: soon(guard) });
    await guard.byHand(action, action === 'FailoverCommit' ? { IsReverseProtection: false } : undefined);
    const result = await guard.run('wait', { call, sent });
    expect(result).toMatchObject({ up: false, nothingOpen: true, error: expect.stringMatching(sentence) as string });
  });

  test('no client of a drill lets it through', async () => {
    const guard = await setGuard(undefined, { mode: 'drill' });
    expect((await failureOf(guard.open(guard.call('zerto/failover')))).message).toMatch(/drill/);
    expect(guard.posted('failover')).toBe(0);
  });
});

describe('a move', () => {
  test('is opened with its source shut down, and left uncommitted', async () => {
    const guard = await setGuard(undefined, { mode: 'move' });
    const { wait } = await guard.open(guard.call('zerto/move'));
    expect(wait).toMatchObject({
      up: true,
      outputs: { vms: [{ name: 'payments-db' }], checkpoint: expect.stringMatching(/^\d+$/) as string },
    });
    expect(await guard.state()).toBe('MovingBeforeCommit');
    expect(guard.simulator.vms('site-a').find(vm => vm.name === 'payments-db')?.on).toBe(false);
  });

  test('fails at once without its other site', async () => {
    const guard = await setGuard(undefined, { name: 'site-lost', mode: 'move' });
    expect(await failureOf(guard.run('baseline', { call: guard.call('zerto/move') }))).toMatchObject({
      type: 'failed',
      message: expect.stringMatching(/^site-a is not connected since .*: a move needs both sites/) as string,
    });
  });

  test('is refused while a failover test runs', async () => {
    const guard = await setGuard(undefined, { mode: 'move' });
    await guard.byHand('FailoverTest');
    expect((await failureOf(guard.run('baseline', { call: guard.call('zerto/move') }))).message).toMatch(
      /stop it before/,
    );
  });

  test.each([
    [{ 'reverse-protect': true, 'source-vms': 'remove' }, true, 'site-b'],
    [{ 'reverse-protect': false, 'source-vms': 'keep' }, false, 'site-a'],
    [{ 'reverse-protect': false, 'source-vms': 'remove' }, false, ''],
  ])('is committed as %o', async (given, reverse, kept) => {
    const guard = await setGuard(undefined, { mode: 'move' });
    const live = await guard.open(guard.call('zerto/move'));
    expect(await guard.end(guard.call('zerto/commit', given), live)).toMatchObject({
      up: true,
      outputs: { reverse_protected: reverse },
    });
    expect(guard.simulator.vms('site-a').some(vm => vm.name === 'payments-db')).toBe(kept === 'site-a');
    expect(guard.simulator.vms('site-b').some(vm => vm.name === 'payments-db')).toBe(true);
  });

  test('is not committed where nobody said what becomes of its source', async () => {
    const guard = await setGuard(undefined, { mode: 'move' });
    const live = await guard.open(guard.call('zerto/move'));
    const failure = await failureOf(guard.end(guard.call('zerto/commit', { 'reverse-protect': false }), live));
    expect(failure).toMatchObject({ type: 'errored', message: expect.stringContaining('source-vms') as string });
    expect(await guard.state()).toBe('MovingBeforeCommit');
  });

  test('is rolled back', async () => {
    const guard = await setGuard(undefined, { mode: 'move' });
    const live = await guard.open(guard.call('zerto/move'));
    expect(await guard.end(guard.call('zerto/roll-back'), live)).toEqual({ up: true, outputs: {} });
    expect(guard.simulator.vms('site-a').find(vm => vm.name === 'payments-db')?.on).toBe(true);
    expect((await guard.vpg('payments-db')).status).not.toBe('Moving');
  });
});

test('a look sends nothing, whoever asks for it, and what is live needs a live mode', async () => {
  const guard = await setGuard();
  const baseline = { tasks: [], reports: [] };
  const input = (more: object) => ({
    call: { ...guard.call('zerto/failover'), ...more },
    baseline,
    notAfter: Infinity,
  });
  const { run } = guard.call('zerto/failover');
  await expect(guard.run('start', input({ dry: true }))).rejects.toThrow('zerto/failover is not sent by a look');
  for (const mode of ['drill', 'change'] as const)
    await expect(guard.run('start', input({ run: { ...run, mode } }))).rejects.toThrow(`is not sent in mode ${mode}`);
  expect(guard.posted('failover')).toBe(0);
});
