import { describe, expect, test } from 'vitest';
import { brief, Rig } from './rig.ts';

describe('order', () => {
  test('a step waits for everything above it', () => {
    const rig = Rig.started({ steps: [{ id: 'a' }, { id: 'b' }] });
    expect(brief(rig.all)).toEqual(['timer deadline', 'call sign-in', 'call a']);
    expect(brief(rig.ok('a'))).toEqual(['call b']);
    expect(brief(rig.ok('b'))).toEqual(['cancel-timer deadline', 'end']);
    expect(rig.result).toMatchObject({ verdict: 'passed', reasons: [], ended: 'to-the-end' });
  });

  test('needs replaces the order: [] starts at once, a list when these have ended', () => {
    const rig = Rig.started({
      steps: [{ id: 'a' }, { id: 'b', needs: [] }, { id: 'c', needs: ['b'] }, { id: 'd' }],
    });
    expect(brief(rig.all).slice(2)).toEqual(['call a', 'call b']);
    expect(brief(rig.ok('b'))).toEqual(['call c']);
    expect(brief(rig.ok('a'))).toEqual([]);
    expect(brief(rig.ok('c'))).toEqual(['call d']);
  });

  test('nothing below a wall starts before it has ended, and it waits for all above', () => {
    const rig = Rig.started({
      steps: [{ id: 'a' }, { id: 'w', uses: 'test/wall', needs: [] }, { id: 'b', needs: [] }],
    });
    expect(brief(rig.all).slice(2)).toEqual(['call a']);
    expect(brief(rig.ok('a'))).toEqual(['call w']);
    expect(brief(rig.ok('w'))).toEqual(['call b']);
  });

  test('preflight comes before every step, also before one that needs nothing', () => {
    const rig = Rig.started({
      steps: [
        { id: 'a', needs: [] },
        { id: 'p', phase: 'preflight' },
      ],
    });
    expect(brief(rig.all).slice(2)).toEqual(['call p']);
    expect(brief(rig.ok('p'))).toEqual(['call a']);
  });

  test('locks are asked for after sign-in, all at once, and preflight waits for them', () => {
    const rig = new Rig({
      limits: { onLocked: 'wait', lockWaitMs: 60_000 },
      steps: [
        { id: 'p', phase: 'preflight' },
        { id: 'db', uses: 'zerto/failover-test', with: { vpg: 'pay-db' } },
        {
          id: 'front',
          uses: 'zerto/failover-test',
          forEach: { items: ['pay-app', 'pay-web'] },
          with: { vpg: { cel: 'each.value' }, checkpoint: { cel: 'steps.p.outputs.chosen' } },
        },
      ],
    });
    rig.tell({ kind: 'begin' });
    const [acquire, ...more] = rig.signIn('pay-db', 'pay-app', 'pay-web');
    expect(more).toEqual([]);
    expect(acquire).toEqual({
      do: 'acquire',
      vpgs: { 'pay-db': 'id-pay-db', 'pay-app': 'id-pay-app', 'pay-web': 'id-pay-web' },
      onLocked: 'wait',
      until: rig.at + 60_000,
    });
    expect(brief(rig.tell({ kind: 'granted' }))).toEqual(['call p']);
  });

  test('a VPG that is held ends the run inconclusive, the locks are let go', () => {
    const rig = new Rig({ steps: [{ id: 'db', uses: 'zerto/failover-test', with: { vpg: 'v' } }] });
    rig.tell({ kind: 'begin' });
    rig.signIn('v');
    expect(brief(rig.tell({ kind: 'not-granted', error: 'v is held by run-0' }))).toEqual([
      'cancel-timer deadline',
      'release',
      'end',
    ]);
    expect(rig.result).toMatchObject({ verdict: 'inconclusive', reasons: ['v is held by run-0'], ended: 'stopped' });
    expect(rig.result.steps.map(s => s.status)).toEqual(['succeeded', 'cancelled', 'skipped']);
  });

  test('a VPG that sign-in did not find ends the run before anything starts', () => {
    const rig = new Rig({ steps: [{ id: 'db', uses: 'zerto/failover-test', with: { vpg: 'v' } }] });
    rig.tell({ kind: 'begin' });
    rig.signIn('w');
    expect(rig.result).toMatchObject({ verdict: 'inconclusive', reasons: ['there is no VPG "v" at site-b'] });
  });

  test('a VPG name that only a step can give cannot be locked beforehand', () => {
    const rig = new Rig({
      steps: [{ id: 'x' }, { id: 'db', uses: 'zerto/failover-test', with: { vpg: { cel: 'steps.x.outputs.vpg' } } }],
    });
    rig.tell({ kind: 'begin' });
    rig.signIn('v');
    expect(rig.result.verdict).toBe('inconclusive');
    expect(rig.result.reasons[0]).toMatch(
      /^the VPGs of "db" must be known before anything starts: "with\.vpg" of "db": /,
    );
  });

  test.each(['failed', 'errored', 'timed_out'] as const)('a sign-in that %s is inconclusive', status => {
    const rig = new Rig({ steps: [{ id: 'a' }, { id: 'tell', phase: 'finally', uses: 'notify' }] });
    rig.tell({ kind: 'begin' });
    expect(brief(rig.fail('sign-in', status))).toEqual(['cancel-timer deadline', 'call tell']);
    rig.ok('tell');
    expect(rig.result).toMatchObject({ verdict: 'inconclusive', ended: 'stopped' });
    expect(rig.result.reasons[0]).toContain('sign-in said no');
    expect(rig.status('a')).toBe('cancelled');
  });

  test('a preflight that says no is inconclusive, not failed', () => {
    const rig = Rig.started({ steps: [{ id: 'p', phase: 'preflight', onFailure: 'ask' }, { id: 'a' }] });
    rig.fail('p');
    expect(rig.result).toMatchObject({ verdict: 'inconclusive', reasons: ['"p" failed: p said no'] });
  });

  test('a preflight under continue may fail: an exception', () => {
    const rig = Rig.started({ steps: [{ id: 'p', phase: 'preflight', onFailure: 'continue' }, { id: 'a' }] });
    expect(brief(rig.fail('p'))).toEqual(['call a']);
    rig.ok('a');
    expect(rig.result.verdict).toBe('passed_with_exceptions');
  });
});

describe('skip and needs', () => {
  test('a false if skips, and a skipped step satisfies needs', () => {
    const rig = Rig.started({
      steps: [
        { id: 'a', if: '1 == 2' },
        { id: 'b', needs: ['a'], if: "steps.a.status == 'skipped'" },
      ],
    });
    expect(brief(rig.all).slice(2)).toEqual(['call b']);
    rig.ok('b');
    expect(rig.result.verdict).toBe('passed');
    expect(rig.status('a')).toBe('skipped');
  });

  test('a step whose need failed is cancelled, and so are those that need it; order goes on', () => {
    const rig = Rig.started({
      steps: [{ id: 'a', onFailure: 'continue' }, { id: 'b', needs: ['a'] }, { id: 'c', needs: ['b'] }, { id: 'd' }],
    });
    expect(brief(rig.fail('a'))).toEqual(['call d']);
    expect(rig.error('b')).toBe('not started: "a" failed');
    expect(rig.error('c')).toBe('not started: "b" was cancelled');
    rig.ok('d');
    expect(rig.result.verdict).toBe('passed_with_exceptions');
  });

  test('an expression that throws makes its step errored, with the place', () => {
    const rig = Rig.started({ inputs: { n: 1 }, steps: [{ id: 'a', with: { host: { cel: 'inputs.missing' } } }] });
    expect(rig.status('a')).toBe('errored');
    expect(rig.error('a')).toMatch(/^"with\.host" of "a": .*inputs\.missing/);
    expect(rig.result.verdict).toBe('inconclusive');
  });

  test('an if that is no truth value, and one that throws', () => {
    const rig = Rig.started({
      steps: [
        { id: 'a', if: '1', onFailure: 'continue' },
        { id: 'b', if: 'inputs.x', onFailure: 'continue' },
      ],
    });
    expect(rig.error('a')).toBe('"if" of "a" is neither true nor false');
    expect(rig.error('b')).toMatch(/^"if" of "b": /);
  });

  test('expressions read outputs, with inputs, run and vars', () => {
    const rig = Rig.started({
      inputs: { port: 5432 },
      steps: [
        { id: 'a' },
        { id: 'b', with: { x: { cel: 'steps.a.outputs.port == inputs.port' }, y: { cel: 'run.site' } } },
      ],
    });
    const [call] = rig.ok('a', { port: 5432 });
    expect(call).toMatchObject({ do: 'call', key: 'b', call: { with: { x: true, y: 'site-b' } } });
  });

  test('an id may be a word like constructor', () => {
    const rig = Rig.started(
      { steps: [{ id: 'a' }, { id: 'constructor', uses: 'zerto/failover-test' }] },
      'vpg-constructor',
    );
    rig.opened('constructor');
    expect(brief(rig.ok('a'))).toEqual(['open constructor']);
    rig.opened('constructor');
    rig.closed('constructor');
    expect(rig.result.verdict).toBe('passed');
  });
});

describe('calls', () => {
  test('carry who, where, what, and until when', () => {
    const rig = Rig.started(
      {
        limits: { timeoutMs: 10 * 60_000 },
        steps: [
          { id: 'p', uses: 'zerto/check-vpgs', with: { vpgs: ['v', 'w'] }, timeoutMs: 60_000 },
          { id: 'q', timeoutMs: 20 * 60_000 },
        ],
      },
      'v',
      'w',
      'other',
    );
    expect(rig.all.at(-1)).toEqual({
      do: 'call',
      key: 'p',
      summary: 'p: does zerto/check-vpgs',
      timeoutMs: 60_000,
      transport: { initialMs: 1_000, coefficient: 2, maximumMs: 15_000 },
      call: {
        action: 'zerto/check-vpgs',
        run: { id: 'run-1', name: 'payments', mode: 'drill', requester: 'ann', configSha256: '11' },
        step: 'p',
        site: 'site-b',
        vpgs: { v: 'id-v', w: 'id-w' },
        with: { vpgs: ['v', 'w'] },
        deadline: rig.at + 60_000,
      },
    });
    // Bounded by the run's own end.
    expect(rig.ok('p')[0]).toMatchObject({ call: { deadline: rig.state.endsAt } });
  });

  test('a call that was cancelled without our asking is errored', () => {
    const rig = Rig.started({ steps: [{ id: 'a' }] });
    rig.fail('a', 'cancelled');
    expect(rig.result).toMatchObject({ verdict: 'inconclusive', steps: [{}, { status: 'errored' }] });
  });

  test('what this version cannot run is errored with a sentence', () => {
    const rig = Rig.started({ steps: [{ id: 'c', uses: 'test/nothing' }] });
    expect(rig.error('c')).toBe('the action test/nothing cannot be run by this version');
    expect(rig.result.verdict).toBe('inconclusive');
  });

  test('at most 200 are in flight; the rest follow one by one, in order', () => {
    const rig = Rig.started({ steps: Array.from({ length: 205 }, (_, i) => ({ id: `s${i}`, needs: [] })) });
    expect(rig.all.filter(c => c.do === 'call')).toHaveLength(201);
    expect(brief(rig.ok('s17'))).toEqual(['call s200']);
    expect(brief(rig.ok('s200'))).toEqual(['call s201']);
    expect(brief(rig.ok('s3'))).toEqual(['call s202']);
    rig.tell({ kind: 'cancel', by: 'ann', reason: 'enough', now: false });
    expect(rig.status('s204')).toBe('cancelled');
    expect(brief(rig.ok('s5'))).toEqual([]);
  });

  test('events that fit nothing change nothing', () => {
    const rig = Rig.started({ steps: [{ id: 'a' }, { id: 'b' }] });
    rig.ok('a');
    const before = structuredClone(rig.state);
    rig.ok('a');
    rig.ok('nobody');
    rig.opened('a');
    rig.closed('constructor');
    rig.tell({ kind: 'stuck', key: 'b', error: 'x' });
    rig.tell({ kind: 'not-opened', key: 'b', status: 'failed', error: 'x' });
    rig.tell({ kind: 'granted' });
    rig.tell({ kind: 'not-granted', error: 'x' });
    rig.tell({ kind: 'timer', id: 'ask:a:1' });
    rig.tell({ kind: 'answer', key: 'a', choice: 'abort', by: 'x', reason: 'x' });
    rig.tell({ kind: 'begin' });
    expect(rig.state).toEqual(before);
    rig.ok('b');
    expect(rig.result.verdict).toBe('passed');
    expect(rig.ok('b')).toEqual([]);
  });
});

describe('what the engine does itself', () => {
  test('wait for a time', () => {
    const rig = Rig.started({ steps: [{ id: 'w', uses: 'wait', with: { for: 30_000 } }, { id: 'b' }] });
    expect(rig.all.at(-1)).toMatchObject({ do: 'timer', id: 'wait:w', at: rig.at + 30_000 });
    expect(brief(rig.fire('wait:w'))).toEqual(['call b']);
  });

  test('wait until a moment; one that has passed is over at once', () => {
    const rig = Rig.started({
      steps: [
        { id: 'v', uses: 'wait', with: { until: '2026-11-21T01:00:00Z' } },
        { id: 'w', uses: 'wait', with: { until: '2026-11-21T03:05:00+01:00' } },
      ],
    });
    expect(rig.status('v')).toBe('succeeded');
    expect(rig.all.at(-1)).toMatchObject({ do: 'timer', id: 'wait:w', at: Date.UTC(2026, 10, 21, 2, 5) });
  });

  test('a wait longer than its time-out times out', () => {
    const rig = Rig.started({ steps: [{ id: 'w', uses: 'wait', with: { for: 90_000 }, timeoutMs: 60_000 }] });
    rig.fire('wait:w');
    expect(rig.status('w')).toBe('timed_out');
    expect(rig.result.verdict).toBe('failed');
  });

  test('assert proves, or fails with its message', () => {
    const rig = Rig.started({
      inputs: { n: 3 },
      steps: [
        { id: 'a', uses: 'assert', with: { that: { cel: 'inputs.n == 3' } } },
        { id: 'b', uses: 'assert', with: { that: { cel: 'inputs.n > 3' }, message: 'too few' } },
      ],
    });
    expect(rig.status('a')).toBe('succeeded');
    expect(rig.result).toMatchObject({ verdict: 'failed', reasons: ['"b" failed: too few'] });
  });
});
