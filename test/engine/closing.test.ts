import { describe, expect, test } from 'vitest';
import { guardGraceMs } from '../../engine/closing.ts';
import type { Sketch } from './plan-builder.ts';
import { brief, Rig } from './rig.ts';

const opens = (id: string, more: Partial<Sketch> = {}): Sketch => ({ id, uses: 'zerto/failover-test', ...more });
const closings = (rig: Rig) => brief(rig.all).filter(c => c.startsWith('close '));
const cancel = { kind: 'cancel', by: 'bo', reason: 'no', now: false } as const;

describe('closing', () => {
  test('after success: in reverse of the graph, then release, then finally', () => {
    const rig = Rig.started(
      { steps: [opens('db'), opens('app'), { id: 'tell', phase: 'finally', uses: 'notify' }] },
      'vpg-db',
      'vpg-app',
    );
    expect(brief(rig.opened('db'))).toEqual(['open app']);
    const commands = rig.opened('app');
    expect(brief(commands)).toEqual(['cancel-timer deadline', 'close app', 'timer closing']);
    expect(commands[1]).toEqual({
      do: 'close',
      key: 'app',
      step: 'close-app',
      success: true,
      summary: 'drillbook payments, run run-1: passed',
      deadline: rig.at + 3_600_000,
    });
    expect(brief(rig.closed('app'))).toEqual(['close db']);
    expect(brief(rig.closed('db'))).toEqual(['cancel-timer closing', 'release', 'call tell']);
    rig.ok('tell');
    expect(rig.result).toMatchObject({ verdict: 'passed', recoveryVerdict: 'passed' });
  });

  test('a test that somebody else had ended is an exception, and `finally` knows', () => {
    const rig = Rig.started({ steps: [opens('db'), { id: 'tell', phase: 'finally', uses: 'notify' }] }, 'vpg-db');
    rig.opened('db');
    const others = 'the failover test of db was ended by olga, not by this run';
    rig.closed('db', others);
    rig.ok('tell');
    expect(rig.result).toMatchObject({
      recoveryVerdict: 'passed',
      verdict: 'passed_with_exceptions',
      reasons: [others],
    });
  });

  test('what opened in parallel closes in parallel', () => {
    const rig = Rig.started({ steps: [opens('a', { needs: [] }), opens('b', { needs: [] })] }, 'vpg-a', 'vpg-b');
    rig.opened('b');
    rig.opened('a');
    expect(closings(rig)).toEqual(['close b', 'close a']);
  });

  test('items of a for-each close in reverse, as many at once as were opened', () => {
    const rig = Rig.started(
      {
        steps: [
          opens('f', { forEach: { items: ['a', 'b', 'c'], maxParallel: 2 }, with: { vpg: { cel: 'each.value' } } }),
        ],
      },
      'a',
      'b',
      'c',
    );
    for (const key of ['f[a]', 'f[b]', 'f[c]']) rig.opened(key);
    expect(closings(rig)).toEqual(['close f[c]', 'close f[b]']);
    expect(rig.status('close-f[c]')).toBe('running');
    rig.closed('f[b]');
    expect(closings(rig)).toEqual(['close f[c]', 'close f[b]', 'close f[a]']);
    rig.closed('f[c]');
    rig.closed('f[a]');
    expect(rig.result.steps.slice(-4).map(s => [s.key, s.status])).toEqual([
      ['close-f', 'succeeded'],
      ['close-f[c]', 'succeeded'],
      ['close-f[b]', 'succeeded'],
      ['close-f[a]', 'succeeded'],
    ]);
  });

  test('what was never opened is skipped', () => {
    const rig = Rig.started({ steps: [opens('a'), opens('b')] }, 'vpg-a', 'vpg-b');
    rig.tell({ kind: 'not-opened', key: 'a', status: 'failed', error: 'the test network is production' });
    expect(closings(rig)).toEqual([]);
    expect([rig.error('close-a'), rig.error('close-b')]).toEqual(['was not opened', 'was not opened']);
    expect(rig.result).toMatchObject({
      verdict: 'failed',
      reasons: ['"a" failed: the test network is production'],
    });
  });

  test('an opening that failed but may be open is closed', () => {
    const rig = Rig.started({ steps: [opens('a')] }, 'vpg-a');
    rig.tell({ kind: 'open-failed', key: 'a', status: 'timed_out', error: 'too slow' });
    expect(closings(rig)).toEqual(['close a']);
    rig.closed('a');
    expect(rig.result).toMatchObject({ verdict: 'failed', reasons: ['"a" timed out: too slow'] });
  });

  test('an opening under way at an abort is closed without waiting; `closed` may be its only answer', () => {
    const rig = Rig.started({ steps: [opens('a')] }, 'vpg-a');
    expect(brief(rig.tell(cancel))).toEqual(['cancel-timer deadline', 'close a', 'timer closing']);
    rig.closed('a');
    expect(rig.status('a')).toBe('cancelled');
    expect(rig.error('a')).toBe('closed by "close-a" before it was up');
    expect(rig.result).toMatchObject({ verdict: 'inconclusive', ended: 'by-person' });
  });

  test('…or it came up all the same, before it is closed', () => {
    const rig = Rig.started({ steps: [opens('a')] }, 'vpg-a');
    rig.tell(cancel);
    rig.opened('a', { up_after: 1 });
    expect(rig.status('a')).toBe('succeeded');
    rig.closed('a');
    expect(closings(rig)).toEqual(['close a']);
    expect(rig.result.verdict).toBe('inconclusive');
  });

  test('…or it is proved that nothing was opened', () => {
    const rig = Rig.started({ steps: [opens('a')] }, 'vpg-a');
    rig.tell(cancel);
    rig.tell({ kind: 'not-opened', key: 'a', status: 'cancelled', error: 'closed before it was sent' });
    expect(rig.status('a')).toBe('cancelled');
    expect(rig.error('close-a')).toBe('was not opened');
    expect(rig.result.verdict).toBe('inconclusive');
  });

  test('an item that failed counts, though closing must end another one first', () => {
    const rig = Rig.started(
      {
        steps: [opens('f', { forEach: { items: ['a', 'b'], maxParallel: 2 }, with: { vpg: { cel: 'each.value' } } })],
      },
      'a',
      'b',
    );
    rig.tell({ kind: 'not-opened', key: 'f[a]', status: 'failed', error: 'no checkpoint' });
    expect(closings(rig)).toEqual(['close f[b]']);
    rig.closed('f[b]');
    expect(rig.result).toMatchObject({ verdict: 'failed', reasons: ['"f[a]" failed: no checkpoint'] });
    expect(rig.status('f')).toBe('failed');
  });

  test('stuck: residue, the verdict is failed, and finally knows', () => {
    const rig = Rig.started(
      { steps: [opens('a'), { id: 'tell', phase: 'finally', with: { m: { cel: 'run.verdict' } } }] },
      'vpg-a',
    );
    rig.opened('a');
    const commands = rig.tell({ kind: 'stuck', key: 'a', error: 'site-b does not answer' });
    expect(brief(commands)).toEqual(['cancel-timer closing', 'release', 'call tell']);
    expect(commands.at(-1)).toMatchObject({ call: { with: { m: 'failed' } } });
    rig.ok('tell');
    expect(rig.result).toMatchObject({
      verdict: 'failed',
      recoveryVerdict: 'passed',
      reasons: ['vpg-a may still be open: site-b does not answer'],
    });
  });

  test('stuck in the middle of an opening: the step is errored', () => {
    const rig = Rig.started({ steps: [opens('a')] }, 'vpg-a');
    rig.tell(cancel);
    rig.tell({ kind: 'stuck', key: 'a', error: 'no answer' });
    expect(rig.status('a')).toBe('errored');
    expect(rig.result).toMatchObject({ verdict: 'failed', recoveryVerdict: 'inconclusive', ended: 'by-person' });
  });

  test('a guard that never answers does not keep the run from ending', () => {
    const rig = Rig.started({ steps: [opens('a'), opens('b')] }, 'vpg-a', 'vpg-b');
    rig.opened('a');
    rig.opened('b');
    // The next closing begins when the first was given up.
    expect(brief(rig.fire('closing'))).toEqual(['close a', 'timer closing']);
    rig.fire('closing');
    expect(rig.at).toBe((rig.root.closingAt ?? 0) + 2 * (3_600_000 + guardGraceMs));
    expect(rig.result.reasons).toEqual([
      'vpg-b may still be open: the guard of this run did not answer in time',
      'vpg-a may still be open: the guard of this run did not answer in time',
    ]);
  });

  test('the guard may close by itself: no close is sent for it', () => {
    const rig = Rig.started({ steps: [opens('a'), { id: 'b' }] }, 'vpg-a');
    rig.opened('a');
    rig.closed('a');
    rig.ok('b');
    expect(closings(rig)).toEqual([]);
    expect(rig.error('close-a')).toBe('already closed by the guard');
  });

  test('a failed recovery is told to Zerto with the stop', () => {
    const rig = Rig.started({ steps: [opens('a'), { id: 'b' }] }, 'vpg-a');
    rig.opened('a');
    expect(rig.fail('b')[1]).toMatchObject({ do: 'close', success: false });
  });

  test('effects that run are awaited before anything is closed', () => {
    const rig = Rig.started(
      { steps: [opens('a'), { id: 'e', uses: 'test/effect', needs: ['a'] }, { id: 'r', needs: ['a'] }] },
      'vpg-a',
    );
    rig.opened('a');
    expect(brief(rig.fail('r'))).toEqual([]);
    expect(brief(rig.ok('e'))).toEqual(['cancel-timer deadline', 'close a', 'timer closing']);
  });
});

describe('an author’s own stop', () => {
  const own = (more: Partial<Sketch> = {}): Sketch => ({
    id: 'stop',
    uses: 'zerto/stop-failover-test',
    with: { vpg: 'vpg-a' },
    ...more,
  });

  test('closes what this run opened for the VPG; the closing step is skipped', () => {
    const rig = Rig.started({ steps: [opens('a'), own(), { id: 'b' }] }, 'vpg-a');
    const [close] = rig.opened('a');
    expect(close).toMatchObject({ do: 'close', key: 'a', step: 'stop', success: true, deadline: rig.at + 1_200_000 });
    expect(brief(rig.tell({ kind: 'closed', key: 'a', outputs: { report_id: '7' } }))).toEqual(['call b']);
    expect(rig.root.values['stop']).toEqual({ status: 'succeeded', outputs: { report_id: '7' } });
    rig.ok('b');
    expect(closings(rig)).toEqual(['close a']);
    expect(rig.error('close-a')).toBe('already closed by "stop"');
    expect(rig.result.verdict).toBe('passed');
  });

  test('fails with a sentence when nothing of that VPG is open, or not yet', () => {
    const rig = Rig.started({ steps: [opens('a', { if: 'false' }), own()] }, 'vpg-a');
    expect(rig.error('stop')).toBe('this run has nothing open of "vpg-a" that zerto/stop-failover-test could end');

    const early = Rig.started({ steps: [opens('a'), own({ needs: [] })] }, 'vpg-a');
    expect(early.error('stop')).toBe('"a" is still opening "vpg-a": wait for it with "needs"');
  });

  test('under way at an abort: closing waits for the same end, nobody is told twice', () => {
    const rig = Rig.started({ steps: [opens('a'), own()] }, 'vpg-a');
    rig.opened('a');
    rig.tell(cancel);
    expect(rig.status('close-a')).toBe('running');
    rig.closed('a');
    expect(closings(rig)).toEqual(['close a']);
    expect([rig.status('stop'), rig.status('close-a')]).toEqual(['succeeded', 'skipped']);
  });

  test('stuck: the step fails, closing gives the guard its own time', () => {
    const rig = Rig.started({ steps: [opens('a'), own()] }, 'vpg-a');
    rig.opened('a');
    rig.tell({ kind: 'stuck', key: 'a', error: 'slow' });
    expect([rig.status('stop'), rig.status('close-a')]).toEqual(['failed', 'running']);
    rig.closed('a');
    expect(rig.result).toMatchObject({ verdict: 'failed', reasons: ['"stop" failed: slow'] });
    expect(rig.status('close-a')).toBe('succeeded');
    expect(closings(rig)).toEqual(['close a']);
  });
});
