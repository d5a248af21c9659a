import { describe, expect, test } from 'vitest';
import { evaluator } from '../../engine/evaluator.ts';
import { brief, Rig, run } from './rig.ts';

const preempted = { kind: 'preempted', by: 'run-f' } as const;
const db = { id: 'db', uses: 'zerto/failover-test' } as const;
const yields = (rig: Rig) => brief(rig.all).filter(c => c === 'yielded').length;

describe('a drill that is pre-empted', () => {
  test('stops, closes, and ends inconclusive with the reason; `finally` runs', () => {
    const rig = Rig.started(
      { steps: [db, { id: 'look', uses: 'check/tcp' }, { id: 'tell', phase: 'finally', uses: 'notify' }] },
      'vpg-db',
    );
    rig.opened('db');
    expect(brief(rig.tell(preempted))).toContain('cancel-call look');
    rig.fail('look', 'cancelled');
    expect(brief(rig.all)).toContain('close db');
    rig.closed('db');
    rig.ok('tell');
    expect(rig.result).toMatchObject({ verdict: 'inconclusive', ended: 'stopped', reasons: ['pre-empted by run-f'] });
  });

  test('yields at once where it makes no call with an effect itself, else when that is answered, once', () => {
    const reads = Rig.started({ steps: [db, { id: 'look', uses: 'check/tcp' }] }, 'vpg-db');
    reads.opened('db');
    expect(brief(reads.tell(preempted))).toContain('yielded');
    reads.tell(preempted);
    expect(yields(reads)).toBe(1);

    const writes = Rig.started({ steps: [db, { id: 'write', uses: 'test/effect' }] }, 'vpg-db');
    writes.opened('db');
    expect(brief(writes.tell(preempted))).not.toContain('yielded');
    expect(brief(writes.ok('write'))).toContain('yielded');
  });

  test('what its guard closed before it was asked to counts as closed; what was taken over is no residue', () => {
    const closed = Rig.started({ steps: [db] }, 'vpg-db');
    closed.tell(preempted);
    closed.closed('db');
    expect(closed.status('close-db')).toBe('succeeded');
    expect(closed.result.verdict).toBe('inconclusive');

    const taken = Rig.started({ steps: [db, { id: 'look', uses: 'check/tcp' }] }, 'vpg-db');
    taken.opened('db');
    taken.tell(preempted);
    taken.fail('look', 'cancelled');
    taken.tell({ kind: 'taken-over', key: 'db', by: 'run-f' });
    expect([taken.status('close-db'), taken.error('close-db')]).toEqual(['skipped', 'taken over open by run-f']);
    expect(taken.result).toMatchObject({ verdict: 'inconclusive', reasons: ['pre-empted by run-f'] });
  });

  test('an opening that was never sent is cancelled, and not in doubt', () => {
    const rig = Rig.started({ steps: [db] }, 'vpg-db');
    rig.tell(preempted);
    rig.tell({ kind: 'not-opened', key: 'db', status: 'cancelled', error: 'closed before it was sent' });
    expect(rig.status('db')).toBe('cancelled');
    expect(rig.result.reasons).toEqual(['pre-empted by run-f']);
  });

  test('one that was closing already keeps what it has proved, and tells it', () => {
    const rig = Rig.started({ steps: [db] }, 'vpg-db');
    rig.opened('db');
    rig.tell(preempted);
    expect(rig.lines().join('\n')).toContain('pre-empted by run-f: it was ending already');
    rig.closed('db');
    expect(rig.result.verdict).toBe('passed');
  });

  test('before it has its locks, nothing is opened', () => {
    const rig = new Rig({ steps: [db] });
    rig.tell({ kind: 'begin' });
    rig.signIn('vpg-db');
    rig.tell(preempted);
    rig.tell({ kind: 'granted' });
    expect(rig.result).toMatchObject({ verdict: 'inconclusive', reasons: ['pre-empted by run-f'] });
    expect(brief(rig.all)).not.toContain('open db');
  });
});

describe('a run that waits for locks', () => {
  const live = { mode: 'failover', steps: [{ id: 'db', uses: 'zerto/failover' }] } as const;

  test('tells for whom as it waits, and afterwards how long; a live one says how long a drill may take', () => {
    const rig = new Rig({ ...live, limits: { preemptWaitMs: 7_000 } });
    rig.tell({ kind: 'begin' });
    expect(rig.signIn('vpg-db').find(c => c.do === 'acquire')).toMatchObject({ preemptWaitMs: 7_000 });
    const asked = rig.at;
    rig.tell({ kind: 'lock-waits', text: 'db is held by x' });
    rig.tell({ kind: 'lock-waits', text: 'db is held by x, a drill that was told to stop' });
    rig.tell({ kind: 'granted' }, 12_000);
    expect(rig.at - asked).toBe(14_000);
    expect(rig.state.told).toEqual(['waited 14s for locks: db is held by x, a drill that was told to stop']);
    expect(rig.lines().join('\n')).toMatch(/running: waits for locks: db is held by x\n/);
  });

  test('one that was let go without them is an exception, with the reason', () => {
    const rig = new Rig(live, evaluator, { ...run, withoutLock: 'silent' }).start('vpg-db');
    expect(rig.state.told).toEqual(['without locks, at the word of ann: silent']);
    expect(rig.state.overridden.join()).toContain('the locks were not waited for, at the word of ann: silent');
  });
});
