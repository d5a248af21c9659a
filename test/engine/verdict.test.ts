import { describe, expect, test } from 'vitest';
import { type Facts, judge } from '../../engine/verdict.ts';
import type { Sketch } from './plan-builder.ts';
import { Rig } from './rig.ts';

const none: Facts = { live: false, residue: [], failed: [], missed: [], stopped: [], errored: [], exceptions: [] };

describe('judge: the first that holds', () => {
  test.each<[Partial<Facts>, ReturnType<typeof judge>]>([
    [{}, { verdict: 'passed', reasons: [] }],
    [{ exceptions: ['x'] }, { verdict: 'passed_with_exceptions', reasons: ['x'] }],
    [
      { errored: ['e'], exceptions: ['x'] },
      { verdict: 'inconclusive', reasons: ['e', 'x'] },
    ],
    [
      { stopped: ['s'], errored: ['e'] },
      { verdict: 'inconclusive', reasons: ['s', 'e'] },
    ],
    [
      { stopped: ['s'], failed: ['f'] },
      { verdict: 'failed', reasons: ['f', 's'] },
    ],
    [
      { missed: ['m'], stopped: ['s'] },
      { verdict: 'failed', reasons: ['m', 's'] },
    ],
    [
      { live: true, missed: ['m'] },
      { verdict: 'passed_with_exceptions', reasons: ['m'] },
    ],
    [
      { live: true, missed: ['m'], errored: ['e'] },
      { verdict: 'inconclusive', reasons: ['e', 'm'] },
    ],
    [
      { residue: ['r'], failed: ['f'], exceptions: ['x'] },
      { verdict: 'failed', reasons: ['r', 'f', 'x'] },
    ],
  ])('%j', (facts, verdict) => {
    expect(judge({ ...none, ...facts })).toEqual(verdict);
  });

  test('long lists of reasons are cut', () => {
    const failed = Array.from({ length: 25 }, (_, i) => `f${i}`);
    expect(judge({ ...none, failed }).reasons).toEqual([...failed.slice(0, 20), 'and 5 more of the kind']);
  });
});

describe('objectives', () => {
  const db: Sketch = { id: 'db', uses: 'zerto/failover-test' };
  const up: Sketch = { id: 'up', uses: 'check/tcp' };
  const minute = 60_000;

  function drill(steps: readonly Sketch[], objectives: { rtoMs?: number; rpoMs?: number }, more: object = {}) {
    return Rig.started({ steps, objectives, ...more }, 'vpg-db');
  }
  const iso = (time: number) => new Date(time).toISOString();

  test('the RTO is from the first recovery call to the last required check', () => {
    const rig = drill([{ id: 'before' }, db, up, { id: 'soft', uses: 'check/tcp', onFailure: 'continue' }], {
      rtoMs: 30 * minute,
      rpoMs: 5 * minute,
    });
    rig.ok('before', {}, 10 * minute);
    const begun = rig.at;
    rig.opened('db', { checkpoint_time: iso(begun - 4 * minute) });
    rig.ok('up', {}, 12 * minute);
    rig.ok('soft', {}, 60 * minute);
    rig.closed('db');
    expect(rig.result).toMatchObject({
      verdict: 'passed',
      rto: { ms: 12 * minute + 1_000, objectiveMs: 30 * minute, met: true },
      rpo: { ms: 4 * minute, objectiveMs: 5 * minute, met: true },
    });
  });

  test('a missed objective fails a drill', () => {
    const rig = drill([db, up], { rtoMs: 30 * minute, rpoMs: 5 * minute });
    rig.opened('db', { checkpoint_time: iso(rig.at - 6 * minute) });
    rig.ok('up', {}, 42 * minute);
    rig.closed('db');
    expect(rig.result).toMatchObject({
      verdict: 'failed',
      recoveryVerdict: 'failed',
      reasons: ['the RTO was 42m1s, the objective is 30m', 'the RPO was 6m, the objective is 5m'],
    });
  });

  test('without an objective both are told and not judged', () => {
    const rig = drill([db, up], {});
    rig.opened('db', { checkpoint_time: iso(rig.at - minute) });
    rig.ok('up');
    rig.closed('db');
    expect(rig.result).toMatchObject({ verdict: 'passed', rto: { ms: 2_000 }, rpo: { ms: minute } });
    expect(rig.result.rto).not.toHaveProperty('met');
  });

  test.each<[string, readonly Sketch[]]>([
    ['not measured: there is no required check after the recovery', [db]],
    ['not measured: there is no required check after the recovery', [{ ...up, needs: [] }, db]],
    ['not measured: nothing was recovered', [up]],
  ])('%s', (note, steps) => {
    const rig = drill(steps, { rtoMs: minute });
    if (steps.includes(db)) {
      if (rig.status('up') === 'running') rig.ok('up');
      rig.opened('db');
    } else rig.ok('up');
    if (rig.root.stage === 'closing') rig.closed('db');
    expect(rig.result.rto).toEqual({ objectiveMs: minute, note });
  });

  test('a required check that is not green leaves the RTO unmeasured', () => {
    const rig = drill([db, up], { rtoMs: minute });
    rig.opened('db');
    rig.fail('up');
    rig.closed('db');
    expect(rig.result.rto.note).toBe('not measured: the required check "up" is not green');
  });

  test('so does one that a person skipped', () => {
    const rig = drill([db, { ...up, onFailure: 'ask' }], { rtoMs: minute });
    rig.opened('db');
    rig.fail('up');
    rig.tell({ kind: 'answer', key: 'up', choice: 'skip', by: 'bo', reason: 'known' });
    rig.closed('db');
    expect(rig.result).toMatchObject({
      verdict: 'passed_with_exceptions',
      rto: { note: 'not measured: a person skipped the required check "up"' },
    });
  });

  test.each<[object | string, boolean]>([
    [{ by: 'latest', kind: 'any' }, true],
    ['latest', true],
    [{ by: 'id', id: '7', wasLatest: true }, true],
    [{ by: 'id', id: '7' }, false],
    [{ by: 'tag', tag: 't', kind: 'any' }, false],
    [{ 'vpg-db': { by: 'id', id: '7', wasLatest: true } }, true],
    [{ 'vpg-db': { by: 'before', before: '2026-11-21T02:00:00Z' }, other: { by: 'latest' } }, false],
  ])('the RPO with checkpoint %j is judged: %s', (checkpoint, isJudged) => {
    const rig = drill([{ ...db, with: { vpg: 'vpg-db', checkpoint: checkpoint as never } }], { rpoMs: minute });
    rig.opened('db', { checkpoint_time: iso(rig.at - 60_000) });
    rig.closed('db');
    expect(rig.result.rpo).toEqual(
      isJudged
        ? { ms: 60_000, objectiveMs: minute, met: true }
        : {
            objectiveMs: minute,
            note: 'not judged for vpg-db: the checkpoint was not the latest, or has no time',
          },
    );
  });

  test('the worst VPG counts; a checkpoint newer than the beginning is no age', () => {
    const rig = drill(
      [
        {
          id: 'f',
          uses: 'zerto/failover-test',
          with: { vpg: { cel: 'each.value' } },
          forEach: { items: ['a', 'b'], maxParallel: 2 },
        },
      ],
      {},
    );
    expect(rig.result.verdict).toBe('inconclusive');
    const both = Rig.started(
      {
        steps: [
          {
            id: 'f',
            uses: 'zerto/failover-test',
            with: { vpg: { cel: 'each.value' } },
            forEach: { items: ['a', 'b'], maxParallel: 2 },
          },
        ],
      },
      'a',
      'b',
    );
    const begun = both.at;
    both.opened('f[a]', { checkpoint_time: iso(begun + minute) });
    both.opened('f[b]', { checkpoint_time: iso(begun - 3 * minute) });
    both.closed('f[b]');
    both.closed('f[a]');
    expect(both.result.rpo).toEqual({ ms: 3 * minute });
  });

  test('a change has no objectives', () => {
    const rig = drill([up], { rtoMs: 1, rpoMs: 1 }, { mode: 'change' });
    rig.ok('up');
    expect(rig.result).toMatchObject({ verdict: 'passed', rto: {}, rpo: {} });
  });
});

describe('progress', () => {
  test('is numbered from 1 without gaps, and kept within bounds', async () => {
    const { progressSince } = await import('../../engine/engine.ts');
    const rig = Rig.started({
      steps: [{ id: 'f', forEach: { items: Array.from({ length: 1_500 }, (_, i) => i) }, if: 'false' }, { id: 'z' }],
    });
    rig.ok('z');
    const { last } = rig.state.progress;
    const all = progressSince(rig.state, 0);
    expect(all.length).toBeLessThan(2_000);
    expect(all.map(line => line.seq)).toEqual(Array.from({ length: all.length }, (_, i) => last - all.length + 1 + i));
    expect(progressSince(rig.state, last - 2).map(line => [line.key, line.status])).toEqual([
      ['z', 'running'],
      ['z', 'succeeded'],
    ]);
    expect(progressSince(rig.state, last)).toEqual([]);
  });
});
