import { describe, expect, test } from 'vitest';
import { choicesFor } from '../../engine/engine.ts';
import { brief, Rig } from './rig.ts';

const answer = { kind: 'answer', key: 'a', by: 'bo', reason: 'looked at it' } as const;

describe('abort', () => {
  test('no further step starts; reads are taken back, effects are awaited, then it ends', () => {
    const rig = Rig.started({
      steps: [
        { id: 'a', needs: [] },
        { id: 'r', needs: [] },
        { id: 'e', needs: [], uses: 'test/effect' },
        { id: 'w', needs: [], uses: 'wait', with: { for: 60_000 } },
        { id: 'z' },
      ],
    });
    expect(brief(rig.fail('a'))).toEqual(['cancel-call r', 'cancel-timer wait:w']);
    expect(rig.error('z')).toBe('not started: "a" failed');
    rig.fail('r', 'cancelled');
    expect(rig.root.stage).toBe('draining');
    expect(brief(rig.ok('e'))).toEqual(['cancel-timer deadline', 'end']);
    expect(rig.result).toMatchObject({ verdict: 'failed', reasons: ['"a" failed: a said no'], ended: 'stopped' });
    expect(rig.result.steps.map(s => s.status)).toEqual([
      'succeeded',
      'failed',
      'cancelled',
      'succeeded',
      'cancelled',
      'cancelled',
    ]);
  });

  test('a required step that errored proves nothing: inconclusive', () => {
    const rig = Rig.started({ steps: [{ id: 'a' }] });
    rig.fail('a', 'errored');
    expect(rig.result).toMatchObject({
      verdict: 'inconclusive',
      reasons: ['"a" could not be carried out: a said no'],
    });
  });

  test('the run’s deadline aborts a drill', () => {
    const rig = Rig.started({ limits: { timeoutMs: 7_200_000 }, steps: [{ id: 'a' }, { id: 'b' }] });
    expect(brief(rig.fire('deadline'))).toEqual(['cancel-call a']);
    rig.fail('a', 'cancelled');
    expect(rig.result).toMatchObject({
      verdict: 'inconclusive',
      reasons: ['limits.timeout (2h) passed'],
      ended: 'stopped',
    });
  });

  test('a live mode has no deadline of its own', () => {
    const rig = Rig.started({ mode: 'failover', steps: [{ id: 'a' }] });
    expect(brief(rig.all)).toEqual(['timer overtime', 'call sign-in', 'call a']);
    expect(brief(rig.fire('overtime'))).toEqual(['page overtime', 'timer overtime']);
    expect(rig.status('a')).toBe('running');
  });
});

describe('continue', () => {
  test('what waits by order goes on; at best passed with exceptions', () => {
    const rig = Rig.started({ steps: [{ id: 'a', onFailure: 'continue' }, { id: 'b' }] });
    expect(brief(rig.fail('a', 'timed_out'))).toEqual(['call b']);
    rig.ok('b');
    expect(rig.result).toMatchObject({
      verdict: 'passed_with_exceptions',
      reasons: ['"a" timed out: a said no'],
      ended: 'to-the-end',
    });
  });

  test('a required check that never ran, for what it needs failed, is inconclusive', () => {
    const rig = Rig.started({
      steps: [
        { id: 'a', onFailure: 'continue' },
        { id: 'b', uses: 'check/tcp', needs: ['a'] },
      ],
    });
    rig.fail('a');
    expect(rig.result.verdict).toBe('inconclusive');
    expect(rig.result.reasons[0]).toBe('"b" was cancelled: not started: "a" failed');
  });
});

describe('ask', () => {
  const asking = () => {
    const rig = Rig.started({
      mode: 'change',
      steps: [
        { id: 'a', onFailure: 'ask', needs: [] },
        { id: 'b', needs: [] },
        { id: 'c', needs: ['b'] },
        { id: 'd', needs: ['a'] },
      ],
    });
    expect(brief(rig.fail('a'))).toEqual(['timer ask:a:1']);
    return rig;
  };

  test('what waits for it stays, independent steps go on', () => {
    const rig = asking();
    expect(rig.status('a')).toBe('asking');
    expect(brief(rig.ok('b'))).toEqual(['call c']);
    expect(brief(rig.ok('c'))).toEqual([]);
    expect(rig.status('d')).toBe('pending');
    expect(choicesFor(rig.plan, rig.state, 'a')).toEqual(['retry', 'skip', 'abort']);
    expect(choicesFor(rig.plan, rig.state, 'd')).toEqual([]);
  });

  test('retry tries again, and a success overcomes the failure', () => {
    const rig = asking();
    expect(brief(rig.tell({ ...answer, choice: 'retry' }))).toEqual(['cancel-timer ask:a:1', 'call a']);
    expect(brief(rig.ok('a'))).toEqual(['call d']);
    for (const key of ['b', 'c', 'd']) rig.ok(key);
    expect(rig.result).toMatchObject({ verdict: 'passed', reasons: [] });
  });

  test('a second failure asks again', () => {
    const rig = asking();
    rig.tell({ ...answer, choice: 'retry' });
    expect(brief(rig.fail('a'))).toEqual(['timer ask:a:2']);
  });

  test('skip satisfies needs and stays an exception', () => {
    const rig = asking();
    expect(brief(rig.tell({ ...answer, choice: 'skip' }))).toEqual(['cancel-timer ask:a:1', 'call d']);
    for (const key of ['b', 'c', 'd']) rig.ok(key);
    expect(rig.result).toMatchObject({
      verdict: 'passed_with_exceptions',
      reasons: ['"a" was skipped by bo: looked at it'],
    });
  });

  test('abort by a person', () => {
    const rig = asking();
    expect(brief(rig.tell({ ...answer, choice: 'abort' }))).toEqual(['cancel-timer ask:a:1', 'cancel-call b']);
    rig.ok('b');
    expect(rig.result).toMatchObject({
      verdict: 'failed',
      ended: 'by-person',
      reasons: ['"a" failed: a said no', 'aborted at "a" by bo: looked at it'],
    });
  });

  test('nobody answers: abort', () => {
    const rig = asking();
    rig.ok('b');
    rig.ok('c');
    rig.fire('ask:a:1');
    expect(rig.result).toMatchObject({ verdict: 'failed', ended: 'stopped' });
    expect(rig.result.reasons[1]).toBe('nobody answered the question of "a" within 30m');
  });

  test('a live mode waits without a clock', () => {
    const rig = Rig.started({ mode: 'failover', steps: [{ id: 'a', onFailure: 'ask' }] });
    expect(brief(rig.fail('a', 'errored'))).toEqual(['page waiting a', 'timer page:a']);
    expect(rig.status('a')).toBe('asking');
  });

  test('a wall and the isolation proof cannot be skipped', () => {
    const rig = Rig.started({ steps: [{ id: 'a', uses: 'test/wall', onFailure: 'ask' }] });
    rig.fail('a');
    expect(choicesFor(rig.plan, rig.state, 'a')).toEqual(['retry', 'abort']);
    expect(rig.tell({ ...answer, choice: 'skip' })).toEqual([]);
    expect(rig.status('a')).toBe('asking');

    const proof = Rig.started({ steps: [{ id: 'a', uses: 'zerto/check-vpgs', onFailure: 'ask' }] });
    proof.fail('a');
    expect(choicesFor(proof.plan, proof.state, 'a')).toEqual(['retry', 'abort']);
  });

  test('an opening that failed but may be open is not tried again over itself', () => {
    const rig = Rig.started({ steps: [{ id: 'a', uses: 'zerto/failover-test', onFailure: 'ask' }] }, 'vpg-a');
    rig.tell({ kind: 'open-failed', key: 'a', status: 'timed_out', error: 'too slow' });
    expect(choicesFor(rig.plan, rig.state, 'a')).toEqual(['skip', 'abort']);
  });

  test('an approval is never a question', () => {
    const rig = Rig.started({ steps: [{ id: 'a', uses: 'approval', onFailure: 'ask' }] });
    expect(rig.status('a')).toBe('errored');
  });
});

describe('cancel', () => {
  const running = () =>
    Rig.started({ steps: [{ id: 'a' }, { id: 'b' }, { id: 'tell', phase: 'finally', uses: 'notify' }] });

  test('ends by a person, inconclusive, finally runs', () => {
    const rig = running();
    expect(brief(rig.tell({ kind: 'cancel', by: 'bo', reason: 'wrong day', now: false }))).toEqual(['cancel-call a']);
    expect(brief(rig.fail('a', 'cancelled'))).toEqual(['cancel-timer deadline', 'call tell']);
    rig.ok('tell');
    expect(rig.result).toMatchObject({
      verdict: 'inconclusive',
      reasons: ['cancelled by bo: wrong day'],
      ended: 'by-person',
    });
  });

  test('now skips finally, at once or later', () => {
    const rig = running();
    rig.tell({ kind: 'cancel', by: 'bo', reason: 'wrong day', now: false });
    rig.tell({ kind: 'cancel', by: 'bo', reason: 'hurry', now: true });
    expect(brief(rig.fail('a', 'cancelled'))).toEqual(['cancel-timer deadline', 'end']);
    expect(rig.error('tell')).toBe('not started: cancelled by bo: hurry');

    const late = running();
    late.ok('a');
    late.ok('b');
    expect(brief(late.tell({ kind: 'cancel', by: 'bo', reason: 'hurry', now: true }))).toEqual(['cancel-call tell']);
    late.fail('tell', 'cancelled');
    expect(late.result).toMatchObject({ verdict: 'passed_with_exceptions', recoveryVerdict: 'passed' });
  });

  test('a question that is open falls back to the failure that it was', () => {
    const rig = Rig.started({ steps: [{ id: 'a', onFailure: 'ask' }] });
    rig.fail('a', 'errored');
    rig.tell({ kind: 'cancel', by: 'bo', reason: 'no', now: false });
    expect(rig.result).toMatchObject({ verdict: 'inconclusive', ended: 'by-person' });
    expect(rig.status('a')).toBe('errored');
  });
});

describe('finally', () => {
  test('top-down, one after another, each whatever the one before did; it reads verdict and every status', () => {
    const rig = Rig.started({
      steps: [
        { id: 'a' },
        { id: 'b' },
        { id: 'x', phase: 'finally', needs: [], with: { m: { cel: 'run.verdict' }, b: { cel: 'steps.b.status' } } },
        { id: 'y', phase: 'finally', needs: [] },
      ],
    });
    const [, call] = rig.fail('a');
    expect(call).toMatchObject({ do: 'call', key: 'x', call: { with: { m: 'failed', b: 'cancelled' } } });
    expect(brief(rig.fail('x'))).toEqual(['call y']);
    rig.ok('y');
    expect(rig.result.reasons).toEqual(['"a" failed: a said no', '"x" failed: x said no']);
  });

  test('a step of finally that fails is an exception, no failure', () => {
    const rig = Rig.started({ steps: [{ id: 'a' }, { id: 'x', phase: 'finally', uses: 'notify' }] });
    rig.ok('a');
    rig.fail('x', 'timed_out');
    expect(rig.result).toMatchObject({ verdict: 'passed_with_exceptions', recoveryVerdict: 'passed' });
  });

  test('shares the closing budget, but can always tell people', () => {
    const rig = Rig.started({
      limits: { closingMs: 120_000 },
      steps: [
        { id: 'x', phase: 'finally', timeoutMs: 300_000 },
        { id: 'y', phase: 'finally', timeoutMs: 300_000 },
      ],
    });
    expect(rig.all.at(-1)).toMatchObject({ do: 'call', key: 'x', timeoutMs: 120_000 });
    const [call] = rig.called('x', { status: 'timed_out', error: 'slow' }, 120_000);
    expect(call).toMatchObject({ do: 'call', key: 'y', timeoutMs: 60_000, call: { deadline: rig.at + 60_000 } });
  });
});
