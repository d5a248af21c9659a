import { describe, expect, test } from 'vitest';
import { choicesFor, pendingOf } from '../../engine/engine.ts';
import { minute, tell, up } from './failover-sketch.ts';
import type { Sketch } from './plan-builder.ts';
import { brief, Rig } from './rig.ts';

const step: Sketch = {
  id: 'dns',
  uses: 'manual',
  with: { instructions: 'Point the alias at site B.', assignee: 'oncall-network', evidence: 'required' },
  timeoutMs: 30 * minute,
};

const open = (more: Partial<Sketch> = {}) => new Rig({ steps: [{ ...step, ...more }, up, tell] }).start();

describe('a manual step', () => {
  test('tells people what to do, at once and every 5 minutes, until somebody tells what came of it', () => {
    const rig = open();
    expect(brief(rig.all.slice(-3))).toEqual(['timer expiry:dns', 'page waiting dns', 'timer page:dns']);
    const text = 'Point the alias at site B. (oncall-network must tell what came of it: done, failed, not-applicable)';
    expect(rig.fire('page:dns')).toMatchObject([
      { do: 'page', about: 'waiting', key: 'dns', text, everyMs: 300_000 },
      { do: 'timer', id: 'page:dns', at: rig.at + 5 * minute },
    ]);
    expect(brief(rig.report('dns', 'done', 'alias is 10.20.1.10'))).toEqual([
      'cancel-timer expiry:dns',
      'cancel-timer page:dns',
      'call up',
    ]);
    expect(rig.root.values.dns).toEqual({
      status: 'succeeded',
      outputs: { outcome: 'done', by: 'bo', at: new Date(rig.at).toISOString(), note: 'alias is 10.20.1.10' },
    });
    rig.ok('up');
    rig.ok('tell');
    expect(rig.result.verdict).toBe('passed');
  });

  test('evidence that is required must be told', () => {
    const rig = open();
    const { seq } = rig;
    expect(rig.report('dns', 'done', ' ')).toEqual([]);
    expect(rig.lines(seq)).toEqual([
      'dns running: outcome done of bo refused: evidence is required: say what was done and seen',
    ]);
    expect(rig.status('dns')).toBe('running');
    const optional = open({ with: { instructions: 'Look.', evidence: 'optional' } });
    optional.report('dns', 'done');
    expect(optional.status('dns')).toBe('succeeded');
  });

  test('not applicable is a success that stays an exception', () => {
    const rig = open();
    rig.report('dns', 'not-applicable', 'no alias here');
    expect(rig.root.values.dns).toMatchObject({ status: 'succeeded', outputs: { outcome: 'not_applicable' } });
    rig.ok('up');
    rig.ok('tell');
    expect(rig.result).toMatchObject({
      verdict: 'passed_with_exceptions',
      recoveryVerdict: 'passed_with_exceptions',
      reasons: ['"dns" was not applicable, says bo: no alias here'],
    });
  });

  test('failed is a failure, and follows the step’s policy', () => {
    const rig = open();
    rig.report('dns', 'failed', 'no rights');
    rig.ok('tell');
    expect(rig.result).toMatchObject({ verdict: 'failed', reasons: ['"dns" failed: told by bo: no rights'] });

    const asks = open({ onFailure: 'ask' });
    asks.report('dns', 'failed', 'no rights');
    expect(choicesFor(asks.plan, asks.state, 'dns')).toEqual(['retry', 'skip', 'abort']);
    expect(brief(asks.answer('dns', 'retry')).slice(-3)).toEqual([
      'timer expiry:dns',
      'page waiting dns',
      'timer page:dns',
    ]);
    asks.report('dns', 'done', 'now it is');
    expect(asks.status('up')).toBe('running');
  });

  test('nobody tells in time: timed out, and its policy', () => {
    const rig = open({ onFailure: 'continue' });
    expect(brief(rig.fire('expiry:dns'))).toEqual(['cancel-timer page:dns', 'call up']);
    expect(rig.error('dns')).toBe('nobody told what came of it within 30m');
    rig.ok('up');
    rig.ok('tell');
    expect(rig.result.verdict).toBe('passed_with_exceptions');
  });

  test('what is told of no such step, too early or too late is refused', () => {
    const rig = new Rig({ steps: [step, { ...step, id: 'next' }] }).start();
    const { seq } = rig;
    rig.report('next', 'done', 'x');
    rig.report('nowhere', 'done', 'x');
    rig.report('dns', 'done', 'x');
    rig.report('dns', 'failed', 'x');
    const refused = rig.lines(seq).filter(line => line.includes('refused'));
    expect(refused).toEqual([
      'next pending: outcome done of bo refused: its turn has not come',
      ' running: outcome done of bo at "nowhere" refused: there is no manual step "nowhere"',
      'dns succeeded: outcome failed of bo refused: it came too late: the step has ended',
    ]);
  });

  test('a stop takes it back', () => {
    const rig = open();
    rig.tell({ kind: 'cancel', by: 'bo', reason: 'wrong day', now: true });
    expect([rig.status('dns'), rig.error('dns')]).toEqual(['cancelled', 'cancelled by bo: wrong day']);
    expect(rig.state.reports).toEqual({});
    expect(rig.result.verdict).toBe('inconclusive');
  });

  test('those who wait are listed', () => {
    const rig = open();
    expect(pendingOf(rig.plan, rig.state)).toEqual([
      {
        key: 'dns',
        kind: 'manual',
        since: rig.at,
        message: 'Point the alias at site B.',
        from: ['oncall-network'],
        choices: ['done', 'failed', 'not-applicable'],
        votes: [],
        expiresAt: rig.at + 30 * minute,
      },
    ]);
  });
});
