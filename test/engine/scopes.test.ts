import { describe, expect, test } from 'vitest';
import { choicesFor } from '../../engine/engine.ts';
import { guardGraceMs } from '../../engine/closing.ts';
import type { Sketch } from './plan-builder.ts';
import { brief, Rig } from './rig.ts';

const minute = 60_000;
const opens = (id: string, more: object = {}): Sketch => ({ id, uses: 'zerto/failover-test', ...more });

describe('a sub-runbook', () => {
  test('runs its own stages where it is called: preflight, steps, closing, finally; then the caller goes on', () => {
    const rig = Rig.started(
      {
        steps: [
          { id: 'a' },
          {
            id: 'dr',
            calls: {
              steps: [
                { id: 'p', phase: 'preflight' },
                opens('db'),
                { id: 'up', uses: 'check/tcp' },
                { id: 'tell', phase: 'finally', uses: 'notify' },
              ],
            },
          },
          { id: 'z' },
        ],
      },
      'vpg-db',
    );
    expect(brief(rig.ok('a'))).toEqual(['timer frame:dr:1', 'call dr/p']);
    expect(brief(rig.ok('dr/p'))).toEqual(['open dr/db']);
    expect(brief(rig.opened('dr/db'))).toEqual(['call dr/up']);
    expect(rig.status('dr')).toBe('running');
    expect(brief(rig.ok('dr/up'))).toEqual(['cancel-timer frame:dr:1', 'close dr/db', 'timer closing:dr']);
    expect(rig.all.findLast(c => c.do === 'close')).toMatchObject({ success: true, step: 'dr/close-db' });
    expect(brief(rig.closed('dr/db'))).toEqual(['cancel-timer closing:dr', 'call dr/tell']);
    expect(brief(rig.ok('dr/tell'))).toEqual(['call z']);
    expect(brief(rig.ok('z'))).toEqual(['cancel-timer deadline', 'release', 'end']);
    expect(rig.result).toMatchObject({ verdict: 'passed', reasons: [] });
    expect(rig.result.steps.map(s => s.key)).toEqual([
      'sign-in',
      'a',
      'dr',
      'dr/p',
      'dr/db',
      'dr/up',
      'dr/close-db',
      'dr/tell',
      'z',
    ]);
  });

  test('has names of its own: inputs, steps, mode and verdict; its outputs are the caller’s', () => {
    const rig = Rig.started({
      inputs: { host: 'h1' },
      steps: [
        { id: 'a' },
        {
          id: 'dr',
          calls: {
            mode: 'drill',
            inputs: { host: { cel: 'inputs.host' }, port: { cel: 'steps.a.outputs.port' } },
            outputs: { seen: { cel: 'steps.a.outputs.x' }, name: { cel: 'run.name' } },
            steps: [
              { id: 'a', with: { host: { cel: 'inputs.host' }, port: { cel: 'inputs.port' } } },
              { id: 'f', phase: 'finally', with: { v: { cel: 'run.verdict' }, a: { cel: 'steps.a.status' } } },
            ],
          },
        },
        { id: 'z', with: { x: { cel: 'steps.dr.outputs.seen' }, n: { cel: 'steps.dr.outputs.name' } } },
      ],
    });
    const [, call] = rig.ok('a', { port: 5432 });
    expect(call).toMatchObject({ key: 'dr/a', call: { step: 'dr/a', with: { host: 'h1', port: 5432 } } });
    const last = rig.ok('dr/a', { x: 7 }).at(-1);
    expect(last).toMatchObject({ key: 'dr/f', call: { with: { v: 'passed', a: 'succeeded' } } });
    expect(rig.ok('dr/f')[0]).toMatchObject({ key: 'z', call: { with: { x: 7, n: 'dr' } } });
  });

  test('a mode of its own is in its calls', () => {
    const rig = Rig.started({ mode: 'change', steps: [{ id: 'dr', calls: { mode: 'drill', steps: [{ id: 'a' }] } }] });
    expect(rig.all.at(-1)).toMatchObject({ key: 'dr/a', call: { run: { name: 'payments', mode: 'drill' } } });
  });

  test('the requester of a live run does not agree with himself in what it calls in mode drill', () => {
    const rig = Rig.started({
      mode: 'failover',
      steps: [
        {
          id: 'dr',
          calls: { mode: 'drill', steps: [{ id: 'ok', uses: 'approval', with: { message: 'Go?', from: ['ana'] } }] },
        },
      ],
    });
    expect(rig.state.gates['dr/ok']).toMatchObject({ notRequester: true });
  });

  test('an input that cannot be had makes the call errored, an output that cannot too, after its closing', () => {
    const bad = Rig.started({
      steps: [
        { id: 'dr', onFailure: 'continue', calls: { inputs: { x: { cel: 'inputs.no' } }, steps: [{ id: 'a' }] } },
      ],
    });
    expect(bad.error('dr')).toMatch(/^"x" of "dr": .*inputs\.no/);
    const rig = Rig.started(
      {
        steps: [
          {
            id: 'dr',
            calls: { outputs: { x: { cel: 'steps.db.outputs.no' } }, steps: [opens('db')] },
            onFailure: 'continue',
          },
        ],
      },
      'vpg-db',
    );
    rig.opened('dr/db');
    rig.closed('dr/db');
    expect(rig.status('dr')).toBe('errored');
    expect(rig.error('dr')).toMatch(/^the output "x" of "dr": /);
    expect(rig.result.verdict).toBe('passed_with_exceptions');
  });

  test('in a for-each each item is an instance of its own', () => {
    const rig = Rig.started(
      {
        steps: [
          {
            id: 'each',
            forEach: { items: ['app', 'web'], maxParallel: 2 },
            calls: {
              inputs: { vpg: { cel: 'each.value' } },
              outputs: { vpg: { cel: 'inputs.vpg' } },
              steps: [opens('db', { with: { vpg: { cel: 'inputs.vpg' } } }), { id: 'b' }],
            },
          },
        ],
      },
      'app',
      'web',
    );
    expect(rig.all.find(c => c.do === 'acquire')).toMatchObject({ vpgs: { app: 'id-app', web: 'id-web' } });
    expect(brief(rig.all).slice(3)).toEqual([
      'timer frame:each[app]:1',
      'timer frame:each[web]:2',
      'open each[app]/db',
      'open each[web]/db',
    ]);
    rig.opened('each[web]/db');
    rig.opened('each[app]/db');
    expect(brief(rig.ok('each[app]/b'))).toEqual([
      'cancel-timer frame:each[app]:1',
      'close each[app]/db',
      'timer closing:each[app]',
    ]);
    rig.closed('each[app]/db');
    expect(rig.status('each[app]')).toBe('succeeded');
    rig.ok('each[web]/b');
    rig.closed('each[web]/db');
    expect(rig.root.values['each']).toMatchObject({
      status: 'succeeded',
      outputs: {
        items: [
          { value: 'app', outputs: { vpg: 'app' } },
          { value: 'web', outputs: { vpg: 'web' } },
        ],
      },
    });
    expect(rig.result.verdict).toBe('passed');
  });

  test('may call another', () => {
    const rig = Rig.started({
      steps: [{ id: 'x', calls: { steps: [{ id: 'y', calls: { steps: [{ id: 'a' }] } }, { id: 'b' }] } }],
    });
    expect(brief(rig.all).at(-1)).toBe('call x/y/a');
    expect(brief(rig.ok('x/y/a'))).toEqual(['cancel-timer frame:x/y:2', 'call x/b']);
    rig.ok('x/b');
    expect(rig.result.verdict).toBe('passed');
  });
});

describe('a failure inside', () => {
  const sub = (more: Partial<Sketch> = {}): Sketch => ({
    id: 'dr',
    calls: {
      steps: [opens('db'), { id: 'a' }, { id: 'b' }, { id: 'f', phase: 'finally', uses: 'notify' }],
      outputs: { x: { cel: 'steps.a.outputs.x' } },
    },
    ...more,
  });

  test('aborts its own scope: closing with a bad verdict and finally, then the call has failed; the run aborts', () => {
    const rig = Rig.started({ steps: [sub(), { id: 'z' }] }, 'vpg-db');
    rig.opened('dr/db');
    expect(brief(rig.fail('dr/a'))).toEqual(['cancel-timer frame:dr:1', 'close dr/db', 'timer closing:dr']);
    expect(rig.all.findLast(c => c.do === 'close')).toMatchObject({ success: false });
    expect(rig.status('dr/b')).toBe('cancelled');
    expect(brief(rig.closed('dr/db'))).toEqual(['cancel-timer closing:dr', 'call dr/f']);
    rig.ok('dr/f');
    expect(rig.status('dr')).toBe('failed');
    expect(rig.result).toMatchObject({
      verdict: 'failed',
      reasons: ['"dr" failed: "dr/a" failed: dr/a said no'],
      ended: 'stopped',
    });
    expect(rig.status('z')).toBe('cancelled');
  });

  test.each(['errored', 'timed_out'] as const)('that %s makes the call so', status => {
    const rig = Rig.started({ steps: [{ id: 'dr', calls: { steps: [{ id: 'a' }] } }] });
    rig.fail('dr/a', status);
    expect(rig.status('dr')).toBe(status);
    expect(rig.result.verdict).toBe(status === 'errored' ? 'inconclusive' : 'failed');
  });

  test('under continue in the caller is an exception, and the run goes on', () => {
    const rig = Rig.started({ steps: [sub({ onFailure: 'continue' }), { id: 'z' }] }, 'vpg-db');
    rig.opened('dr/db');
    rig.fail('dr/a');
    rig.closed('dr/db');
    expect(brief(rig.ok('dr/f'))).toEqual(['call z']);
    rig.ok('z');
    expect(rig.result).toMatchObject({
      verdict: 'passed_with_exceptions',
      reasons: ['"dr" failed: "dr/a" failed: dr/a said no'],
    });
  });

  test('under ask in the caller: retry begins a new instance, where the old one left nothing open', () => {
    const rig = Rig.started({ mode: 'change', steps: [sub({ onFailure: 'ask' }), { id: 'z' }] }, 'vpg-db');
    rig.opened('dr/db');
    rig.fail('dr/a');
    rig.closed('dr/db');
    expect(brief(rig.ok('dr/f'))).toEqual(['timer ask:dr:1']);
    expect(choicesFor(rig.plan, rig.state, 'dr')).toEqual(['retry', 'skip', 'abort']);
    const answer = { kind: 'answer', key: 'dr', by: 'bo', reason: 'seen' } as const;
    expect(brief(rig.tell({ ...answer, choice: 'retry' }))).toEqual([
      'cancel-timer ask:dr:1',
      'timer frame:dr:2',
      'open dr/db',
    ]);
    rig.opened('dr/db');
    expect(brief(rig.ok('dr/a', { x: 1 }))).toEqual(['call dr/b']);
    rig.ok('dr/b');
    rig.closed('dr/db');
    expect(brief(rig.ok('dr/f'))).toEqual(['call z']);
    rig.ok('z');
    expect(rig.result).toMatchObject({ verdict: 'passed', reasons: [] });
    expect(rig.result.steps.filter(s => s.key === 'dr/a')).toHaveLength(1);
  });

  test('residue makes the call failed, cannot be tried again, and the run fails whatever the caller says', () => {
    const rig = Rig.started({ mode: 'change', steps: [sub({ onFailure: 'ask' })] }, 'vpg-db');
    rig.opened('dr/db');
    rig.ok('dr/a', { x: 1 });
    rig.ok('dr/b');
    rig.tell({ kind: 'stuck', key: 'dr/db', error: 'it hangs' });
    rig.ok('dr/f');
    expect(rig.error('dr')).toBe('vpg-db may still be open: it hangs');
    expect(choicesFor(rig.plan, rig.state, 'dr')).toEqual(['skip', 'abort']);
    rig.tell({ kind: 'answer', key: 'dr', choice: 'skip', by: 'bo', reason: 'seen' });
    expect(rig.result).toMatchObject({ verdict: 'failed' });
    expect(rig.result.reasons[0]).toBe('vpg-db may still be open: it hangs');
  });

  test('a guard that never answers is waited for as long as in the run itself', () => {
    const rig = Rig.started({ steps: [sub({ onFailure: 'continue' })] }, 'vpg-db');
    rig.opened('dr/db');
    rig.fail('dr/a');
    const begun = rig.at;
    expect(brief(rig.fire('closing:dr'))).toEqual(['call dr/f']);
    expect(rig.at).toBe(begun + 60 * minute + guardGraceMs);
    rig.ok('dr/f');
    expect(rig.result.verdict).toBe('failed');
  });

  test('its own exceptions are the run’s; a check that never ran makes it inconclusive', () => {
    const rig = Rig.started({
      steps: [
        {
          id: 'dr',
          calls: {
            steps: [
              { id: 'a', onFailure: 'continue' },
              { id: 'f', phase: 'finally', uses: 'notify' },
            ],
          },
        },
      ],
    });
    rig.fail('dr/a');
    rig.fail('dr/f');
    expect(rig.result).toMatchObject({
      verdict: 'passed_with_exceptions',
      reasons: ['"dr/a" failed: dr/a said no', '"dr/f" failed: dr/f said no'],
    });

    const check = Rig.started({
      steps: [
        {
          id: 'dr',
          calls: {
            steps: [
              { id: 'a', onFailure: 'continue' },
              { id: 'up', uses: 'check/tcp', needs: ['a'] },
            ],
          },
        },
      ],
    });
    check.fail('dr/a');
    expect(check.result.verdict).toBe('inconclusive');
  });

  test('a question inside is asked with its whole key; nobody answers: its scope is aborted', () => {
    const rig = Rig.started({
      mode: 'change',
      steps: [{ id: 'dr', calls: { steps: [{ id: 'a', onFailure: 'ask' }], limits: { askMs: 5 * minute } } }],
    });
    expect(brief(rig.fail('dr/a', 'timed_out'))).toEqual(['timer ask:dr/a:1']);
    expect(choicesFor(rig.plan, rig.state, 'dr/a')).toEqual(['retry', 'skip', 'abort']);
    rig.fire('ask:dr/a:1');
    expect(rig.status('dr')).toBe('timed_out');
    expect(rig.error('dr')).toBe('nobody answered the question of "dr/a" within 5m');
    expect(rig.result).toMatchObject({ verdict: 'failed', ended: 'stopped' });
  });

  test('a person who aborts in it ends the run by a person, where the call is required', () => {
    const rig = Rig.started({ steps: [{ id: 'dr', calls: { steps: [{ id: 'a', onFailure: 'ask' }] } }] });
    rig.fail('dr/a');
    rig.tell({ kind: 'answer', key: 'dr/a', choice: 'abort', by: 'bo', reason: 'no' });
    expect(rig.result).toMatchObject({ verdict: 'failed', ended: 'by-person' });
  });
});

describe('a stop', () => {
  const sketch: Sketch[] = [
    opens('own', { needs: [] }),
    {
      id: 'dr',
      needs: [],
      calls: {
        steps: [opens('db'), { id: 'a' }, { id: 'f', phase: 'finally', uses: 'notify' }],
        limits: { closingMs: 120 * minute },
      },
    },
    { id: 'f', phase: 'finally', uses: 'notify' },
  ];
  const running = () => {
    const rig = Rig.started({ steps: sketch }, 'vpg-own', 'vpg-db');
    rig.opened('own');
    rig.opened('dr/db');
    return rig;
  };

  test('of the run stops all: reads are taken back, inner closing and finally first, one budget for all', () => {
    const rig = running();
    const stopped = rig.at + 1_000;
    expect(brief(rig.tell({ kind: 'cancel', by: 'bo', reason: 'no', now: false }))).toEqual(['cancel-call dr/a']);
    expect(brief(rig.fail('dr/a', 'cancelled'))).toEqual([
      'cancel-timer frame:dr:1',
      'close dr/db',
      'timer closing:dr',
    ]);
    expect(rig.all.findLast(c => c.do === 'close')).toMatchObject({ deadline: stopped + 60 * minute });
    expect(brief(rig.closed('dr/db'))).toEqual(['cancel-timer closing:dr', 'call dr/f']);
    expect(brief(rig.ok('dr/f'))).toEqual(['cancel-timer deadline', 'close own', 'timer closing']);
    expect(rig.all.findLast(c => c.do === 'close')).toMatchObject({ deadline: stopped + 60 * minute });
    expect(rig.status('dr')).toBe('cancelled');
    expect(brief(rig.closed('own'))).toEqual(['cancel-timer closing', 'release', 'call f']);
    rig.ok('f');
    expect(rig.result).toMatchObject({
      verdict: 'inconclusive',
      reasons: ['cancelled by bo: no'],
      ended: 'by-person',
    });
  });

  test('with now no finally runs anywhere', () => {
    const rig = running();
    rig.tell({ kind: 'cancel', by: 'bo', reason: 'no', now: true });
    rig.fail('dr/a', 'cancelled');
    rig.closed('dr/db');
    expect(brief(rig.closed('own'))).toEqual(['cancel-timer closing', 'release', 'end']);
    expect(rig.status('dr/f')).toBe('cancelled');
    expect(rig.status('f')).toBe('cancelled');
  });

  test('by the time-out of the call stops what it calls, and the call has timed out', () => {
    const rig = Rig.started(
      { steps: [{ id: 'dr', timeoutMs: 5 * minute, calls: { steps: [opens('db'), { id: 'a' }] } }] },
      'vpg-db',
    );
    rig.opened('dr/db');
    expect(rig.all.at(-1)).toMatchObject({ key: 'dr/a', call: { deadline: rig.at - 1_000 + 5 * minute } });
    expect(brief(rig.fire('frame:dr:1'))).toEqual(['cancel-call dr/a']);
    rig.fail('dr/a', 'cancelled');
    rig.closed('dr/db');
    expect(rig.status('dr')).toBe('timed_out');
    expect(rig.result).toMatchObject({ verdict: 'failed', ended: 'stopped' });
  });

  test('before the scope began leaves nothing of it', () => {
    const rig = Rig.started({ steps: [{ id: 'a' }, { id: 'dr', calls: { steps: [{ id: 'x' }] } }] });
    rig.fail('a');
    expect(rig.result.steps.map(s => [s.key, s.status])).toEqual([
      ['sign-in', 'succeeded'],
      ['a', 'failed'],
      ['dr', 'cancelled'],
    ]);
  });
});

describe('objectives', () => {
  const drill = (more: Partial<Sketch> = {}) =>
    Rig.started(
      {
        objectives: { rtoMs: 30 * minute, rpoMs: 5 * minute },
        steps: [{ id: 'dr', calls: { steps: [opens('db'), { id: 'up', uses: 'check/tcp' }] }, ...more }],
      },
      'vpg-db',
    );
  const opened = (rig: Rig) => {
    rig.opened('dr/db', { checkpoint_time: new Date(rig.at - minute).toISOString() });
  };

  test('checks and openings inside count, in the run’s own mode', () => {
    const rig = drill();
    opened(rig);
    rig.ok('dr/up', {}, 10 * minute);
    rig.closed('dr/db');
    expect(rig.result).toMatchObject({ verdict: 'passed', rto: { ms: 10 * minute + 1_000, met: true } });
    expect(rig.result.rpo).toMatchObject({ met: true });
  });

  test('not where the call is not required, nor in another mode', () => {
    const rig = drill({ onFailure: 'continue' });
    opened(rig);
    rig.ok('dr/up');
    rig.closed('dr/db');
    expect(rig.result.rto).toMatchObject({ note: 'not measured: there is no required check after the recovery' });
    const change = Rig.started({
      mode: 'change',
      steps: [{ id: 'dr', calls: { mode: 'drill', steps: [{ id: 'a' }] } }],
    });
    change.ok('dr/a');
    expect(change.result).toMatchObject({ rto: {}, rpo: {} });
  });

  test('a sub-runbook with checks that a person skipped is not measured', () => {
    const rig = Rig.started(
      {
        objectives: { rtoMs: minute },
        steps: [
          opens('db', { with: { vpg: 'v' } }),
          { id: 'dr', onFailure: 'ask', calls: { steps: [{ id: 'up', uses: 'check/tcp' }] } },
        ],
      },
      'v',
    );
    rig.opened('db');
    rig.fail('dr/up');
    rig.tell({ kind: 'answer', key: 'dr', choice: 'skip', by: 'bo', reason: 'x' });
    rig.closed('db');
    expect(rig.result.rto.note).toBe('not measured: a person skipped the required check "dr"');
  });
});
