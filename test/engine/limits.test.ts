import { describe, expect, test } from 'vitest';
import { choicesFor } from '../../engine/engine.ts';
import type { Sketch } from './plan-builder.ts';
import { brief, Rig, t0 } from './rig.ts';

const minute = 60_000;
const at = (ms: number): string => new Date(t0 + ms).toISOString();
const opens = (id: string, more: object = {}): Sketch => ({ id, uses: 'zerto/failover-test', ...more });

describe('limits.window', () => {
  test('the first step above read waits for it to open, reads go on', () => {
    const rig = Rig.started(
      {
        inputs: { from: at(30 * minute) },
        limits: { window: { opens: { cel: 'inputs.from' } } },
        steps: [{ id: 'r' }, opens('db', { needs: [] }), { id: 'e', uses: 'test/effect', needs: [] }, { id: 'z' }],
      },
      'vpg-db',
    );
    expect(brief(rig.all).slice(3)).toEqual(['call r', 'timer window']);
    expect(rig.state.progress.lines.at(-1)).toMatchObject({
      status: 'pending',
      text: 'waits until limits.window opens at 2026-11-21T02:30:00.000Z',
    });
    expect(brief(rig.fire('window'))).toEqual(['open db', 'call e']);
    expect(rig.at).toBe(t0 + 30 * minute);
  });

  test('after it has closed nothing above isolated starts: it is asked; a person may go on all the same', () => {
    const rig = Rig.started(
      {
        mode: 'change',
        limits: { window: { closes: { lit: at(10 * minute) } } },
        steps: [
          { id: 'a' },
          { id: 'i', uses: 'test/effect', needs: ['a'] },
          { id: 'c', uses: 'test/change', with: { vpg: 'v' }, onFailure: 'abort' },
        ],
      },
      'v',
    );
    expect(brief(rig.ok('a', {}, 20 * minute))).toEqual(['call i']);
    expect(brief(rig.ok('i'))).toEqual(['timer ask:c:1']);
    expect(rig.error('c')).toBe('not started: limits.window closed at 2026-11-21T02:10:00.000Z');
    expect(choicesFor(rig.plan, rig.state, 'c')).toEqual(['retry', 'skip', 'abort']);
    const answer = { kind: 'answer', key: 'c', by: 'bo', reason: 'agreed with ops' } as const;
    expect(brief(rig.tell({ ...answer, choice: 'retry' }))).toEqual(['cancel-timer ask:c:1', 'call c']);
    rig.ok('c');
    expect(rig.result).toMatchObject({
      verdict: 'passed_with_exceptions',
      reasons: ['"c" started after limits.window by bo: agreed with ops'],
    });
  });

  test('a window that is no time is an error of the step', () => {
    const rig = Rig.started({
      limits: { window: { opens: { lit: 'soon' } } },
      steps: [{ id: 'e', uses: 'test/effect' }],
    });
    expect(rig.error('e')).toBe('"limits.window.opens" is no time');
  });

  test('a stop forgets who waited for it', () => {
    const rig = Rig.started({
      limits: { window: { opens: { lit: at(60 * minute) } } },
      steps: [{ id: 'e', uses: 'test/effect' }],
    });
    expect(brief(rig.tell({ kind: 'cancel', by: 'bo', reason: 'no', now: false }))).toEqual([
      'cancel-timer window',
      'cancel-timer deadline',
      'end',
    ]);
  });
});

describe('limits.max-open', () => {
  const three = (more: object = {}): Sketch[] =>
    ['a', 'b', 'c'].map(id => opens(id, { needs: [], with: { vpg: id }, ...more }));

  test('one more waits in line until one is closed', () => {
    const rig = Rig.started(
      {
        limits: { maxOpen: 2 },
        steps: [...three(), { id: 'stop', uses: 'zerto/stop-failover-test', with: { vpg: 'a' }, needs: ['a'] }],
      },
      'a',
      'b',
      'c',
    );
    expect(brief(rig.all).slice(3)).toEqual(['open a', 'open b']);
    expect(rig.state.progress.lines.at(-1)).toMatchObject({
      key: 'c',
      text: 'waits: limits.max-open (2) tests are open',
    });
    expect(brief(rig.opened('a'))).toEqual(['close a']);
    expect(brief(rig.closed('a'))).toEqual(['open c']);
    rig.opened('b');
    expect(brief(rig.opened('c'))).toContain('close c');
  });

  test('a scope’s closing lets the next one in', () => {
    const rig = Rig.started(
      {
        limits: { maxOpen: 1 },
        steps: [
          {
            id: 'each',
            forEach: { items: ['a', 'b'], maxParallel: 2 },
            calls: {
              inputs: { vpg: { cel: 'each.value' } },
              steps: [opens('db', { with: { vpg: { cel: 'inputs.vpg' } } })],
            },
          },
        ],
      },
      'a',
      'b',
    );
    expect(brief(rig.opened('each[a]/db'))).toContain('close each[a]/db');
    expect(brief(rig.closed('each[a]/db'))).toContain('open each[b]/db');
    rig.opened('each[b]/db');
    rig.closed('each[b]/db');
    expect(rig.result.verdict).toBe('passed');
  });

  test('what was not opened makes room too', () => {
    const rig = Rig.started({ limits: { maxOpen: 2 }, steps: three({ onFailure: 'continue' }) }, 'a', 'b', 'c');
    expect(brief(rig.tell({ kind: 'not-opened', key: 'a', status: 'failed', error: 'x' }))).toEqual(['open c']);
  });

  test('it does not hang where all that is open is closed only at the end', () => {
    const rig = Rig.started({ limits: { maxOpen: 2 }, steps: three() }, 'a', 'b', 'c');
    rig.opened('a');
    expect(rig.status('c')).toBe('pending');
    expect(brief(rig.opened('b'))).toEqual(['cancel-timer deadline', 'close b', 'timer closing', 'close a']);
    expect(rig.error('c')).toBe('limits.max-open (2) is reached and nothing that runs will close one');
    rig.closed('a');
    rig.closed('b');
    expect(rig.result.verdict).toBe('failed');
  });

  test('somebody who is asked may make room', () => {
    const rig = Rig.started(
      {
        mode: 'change',
        limits: { maxOpen: 1 },
        steps: [
          opens('a', { needs: [], with: { vpg: 'a' }, onFailure: 'ask' }),
          opens('b', { needs: [], with: { vpg: 'b' } }),
        ],
      },
      'a',
      'b',
    );
    rig.tell({ kind: 'open-failed', key: 'a', status: 'timed_out', error: 'slow' });
    expect(rig.status('b')).toBe('pending');
    rig.tell({ kind: 'answer', key: 'a', choice: 'skip', by: 'bo', reason: 'x' });
    expect(rig.status('b')).toBe('failed');
  });
});

describe('hold', () => {
  test('an opening carries when it must be closed: its hold or the run’s end, and the closing budget', () => {
    const rig = Rig.started(
      {
        format: 2,
        limits: { timeoutMs: 60 * minute, closingMs: 15 * minute },
        steps: [opens('a', { needs: [], holdMs: 20 * minute }), opens('b', { needs: [] })],
      },
      'vpg-a',
      'vpg-b',
    );
    const [a, b] = rig.all.filter(c => c.do === 'open');
    expect(a).toMatchObject({ key: 'a', deadline: rig.at + 35 * minute });
    expect(b).toMatchObject({ key: 'b', deadline: (rig.state.endsAt ?? 0) + 15 * minute });
  });

  test('plans of format 1 leave it to the guard', () => {
    const rig = Rig.started({ steps: [opens('a')] }, 'vpg-a');
    expect(rig.all.find(c => c.do === 'open')).not.toHaveProperty('deadline');
  });

  const held = () => {
    const rig = Rig.started({ format: 2, steps: [opens('a', { holdMs: 20 * minute }), { id: 'b' }] }, 'vpg-a');
    rig.opened('a');
    return rig;
  };

  test('when it is over while the run is in its steps, the run stops and closes', () => {
    const rig = held();
    expect(brief(rig.fire('hold:a'))).toEqual(['cancel-call b']);
    expect(brief(rig.fail('b', 'cancelled'))).toEqual(['cancel-timer deadline', 'close a', 'timer closing']);
    rig.closed('a');
    expect(rig.result).toMatchObject({
      verdict: 'inconclusive',
      reasons: ['the hold of "a" (20m) is over'],
      ended: 'stopped',
    });
  });

  test('it is forgotten when the test is closed before', () => {
    const rig = held();
    rig.ok('b');
    expect(brief(rig.closed('a'))).toContain('cancel-timer hold:a');
    expect(rig.result.verdict).toBe('passed');
  });

  test('in a sub-runbook that stops', () => {
    const rig = Rig.started(
      {
        steps: [
          { id: 'dr', onFailure: 'continue', calls: { steps: [opens('db', { holdMs: 20 * minute }), { id: 'b' }] } },
        ],
      },
      'vpg-db',
    );
    rig.opened('dr/db');
    rig.fire('hold:dr/db');
    rig.fail('dr/b', 'cancelled');
    rig.closed('dr/db');
    expect(rig.status('dr')).toBe('timed_out');
    expect(rig.error('dr')).toBe('the hold of "dr/db" (20m) is over');
  });
});

describe('outputs of the run', () => {
  test('are rendered when its steps have ended', () => {
    const rig = Rig.started({ outputs: { x: { cel: 'steps.a.outputs.x' } }, steps: [{ id: 'a' }] });
    rig.ok('a', { x: 5 });
    expect(rig.result.outputs).toEqual({ x: 5 });
  });

  test('one that cannot be had is told and changes nothing', () => {
    const rig = Rig.started({ outputs: { x: { cel: 'steps.a.outputs.no' } }, steps: [{ id: 'a' }] });
    rig.ok('a');
    expect(rig.result).toMatchObject({ verdict: 'passed' });
    expect(rig.result.outputsError).toMatch(/^the output "x": /);
  });
});
