import { describe, expect, it } from 'vitest';
import { siteOf, through } from './harness.ts';
import { minute, refusal, second, stage, withVm, withVpg } from './stage.ts';

const none = { CommitPolicy: 2 };

describe('a move', () => {
  it('shuts the source down, loses nothing, and its commit removes the source', async () => {
    const { simulator, clock, b, act, done, state } = await stage();
    await act('Move', none);
    expect([await state(), simulator.vms('site-a').find(vm => vm.name === 'payments-db')?.on]).toEqual([
      'Moving/None',
      false,
    ]);
    clock.advance(4 * second);
    const up = clock.now();
    expect(await state()).toBe('Moving/MovingBeforeCommit');
    await act('MoveCommit');
    expect(await state()).toBe('Moving/MovingCommitting');
    clock.advance(2 * second);
    expect(await state()).toBe('Recovered/NeedsConfiguration');
    expect(simulator.vms('site-a').map(vm => vm.name)).not.toContain('payments-db');
    expect(simulator.vms('site-b')).toContainEqual({ name: 'payments-db', on: true });
    expect(await through(siteOf(simulator, 'site-a').doors.lan, '10.10.1.10', 5432)).toMatch(/HostUnreachable/);
    const general = (await b.get('reports/recovery?recoveryType=Move')).at(0, 'General');
    expect(Date.parse(general.at('PointInTime').word())).toBe(up);
    expect((await done('Move', none).catch(String)) as unknown).toMatch(/needs configuration/);
  });

  it('keeps the source where it is told to, and cannot do so with reverse protection', async () => {
    const { simulator, act, done, state } = await stage();
    expect((await act('Move', { ReverseProtection: true, KeepSourceVms: true })).status).toBe(400);
    await done('Move', { ...none, ReverseProtection: true });
    for (const body of [{ KeepSourceVms: true }, { ReverseProtection: false }]) {
      expect(refusal(await act('MoveCommit', body))).toEqual([400, expect.stringContaining('both or not at all')]);
    }
    expect((await act('MoveCommit', { ReverseProtection: true, KeepSourceVms: true })).status).toBe(400);
    await done('MoveCommit', { ReverseProtection: false, KeepSourceVms: true });
    expect(await state()).toBe('Recovered/NeedsConfiguration');
    expect(simulator.vms('site-a')).toContainEqual({ name: 'payments-db', on: false });
  });

  it('rolls back: the source runs again', async () => {
    const { simulator, act, done, state, clock } = await stage();
    await done('Move', none);
    expect((await act('FailoverRollback')).status).toBe(500);
    await act('moveRollback');
    expect(await state()).toBe('Moving/MovingRollingBack');
    clock.advance(10 * second);
    expect(await state()).toBe('MeetingSLA/None');
    expect([simulator.vms('site-a')[0], simulator.openGuests()]).toEqual([{ name: 'payments-db', on: true }, 0]);
  });

  it('commits or rolls back by its timer', async () => {
    const { done, clock, state } = await stage();
    await done('Move', { CommitPolicy: 'Commit', CommitPolicyTimeout: 600, ReverseProtection: true });
    clock.advance(9 * minute);
    expect(await state()).toBe('Moving/MovingBeforeCommit');
    clock.advance(minute + 20 * second);
    expect(await state()).toBe('HistoryNotMeetingSLA/None');
  });

  it('needs guest tools or force, and a pre-recovery script that works or does not matter', async () => {
    const stubborn = await stage(withVm('payments-db', { guestTools: false }));
    expect((await stubborn.done('Move', none)).json).toMatchObject({ Status: { State: 4 } });
    expect(await stubborn.state()).toBe('MeetingSLA/None');
    await stubborn.done('Move', { ...none, ForceShutdown: true }, 6 * minute);
    expect(await stubborn.state()).toBe('Moving/MovingBeforeCommit');

    const scripts = { preRecovery: { command: 'quiesce.ps1', fails: true } };
    const scripted = await stage(withVpg('payments-db', { scripts }));
    expect((await scripted.done('Move', none)).json).toMatchObject({
      CompleteReason: 'The pre-recovery script failed.',
    });
    await scripted.done('Move', { ...none, ContinueOnPreScriptFailure: true });
    expect(await scripted.state()).toBe('Moving/MovingBeforeCommit');
  });

  it('is refused during a test and while the replication is paused', async () => {
    const { act, done } = await stage();
    await done('FailoverTest');
    expect((await act('Move', none)).status).toBe(500);
    await done('FailoverTestStop');
    await done('pause');
    expect((await act('Move', none)).status).toBe(500);
    await done('resume');
    expect((await act('Move', none)).status).toBe(200);
  });
});
