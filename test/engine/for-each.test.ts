import { describe, expect, test } from 'vitest';
import { labelsOf } from '../../engine/items.ts';
import { brief, Rig } from './rig.ts';

const front = (more: object = {}) => ({
  id: 'front',
  forEach: { items: ['app', 'web', 'api'], maxParallel: 2 },
  ...more,
});

describe('for-each', () => {
  test('items start in order, max-parallel at once, each a step of its own', () => {
    const rig = Rig.started({
      steps: [front({ with: { vpg: { cel: 'each.value' }, n: { cel: 'each.index' } } }), { id: 'z' }],
    });
    expect(brief(rig.all).slice(2)).toEqual(['call front[app]', 'call front[web]']);
    expect(rig.all.at(-1)).toMatchObject({ call: { step: 'front[web]', with: { vpg: 'web', n: 1 } } });
    expect(brief(rig.ok('front[web]', { up: 1 }))).toEqual(['call front[api]']);
    rig.ok('front[app]');
    expect(brief(rig.ok('front[api]', { up: 3 }))).toEqual(['call z']);
    expect(rig.root.values['front']).toEqual({
      status: 'succeeded',
      outputs: {
        items: [
          { value: 'app', status: 'succeeded', outputs: {} },
          { value: 'web', status: 'succeeded', outputs: { up: 1 } },
          { value: 'api', status: 'succeeded', outputs: { up: 3 } },
        ],
        succeeded: 3,
        failed: 0,
      },
    });
  });

  test('one at a time is the default; if is per item', () => {
    const rig = Rig.started({ steps: [{ id: 'f', forEach: { items: ['a', 'b', 'c'] }, if: "each.value != 'b'" }] });
    expect(brief(rig.all).slice(2)).toEqual(['call f[a]']);
    expect(brief(rig.ok('f[a]'))).toEqual(['call f[c]']);
    rig.ok('f[c]');
    expect(rig.status('f[b]')).toBe('skipped');
    expect(rig.root.values['f']).toMatchObject({ status: 'succeeded', outputs: { succeeded: 2, failed: 0 } });
    expect(rig.result.steps.map(s => s.key)).toEqual(['sign-in', 'f', 'f[a]', 'f[b]', 'f[c]']);
  });

  test('an empty list has succeeded at once; all skipped is skipped', () => {
    const rig = Rig.started({
      steps: [
        { id: 'f', forEach: { items: [] } },
        { id: 'g', forEach: { items: ['a'] }, if: 'false' },
      ],
    });
    expect(rig.status('f')).toBe('succeeded');
    expect(rig.status('g')).toBe('skipped');
    expect(rig.result.verdict).toBe('passed');
  });

  test('abort: the first failed item stops the others from starting, running reads are taken back', () => {
    const rig = Rig.started({ steps: [front()] });
    expect(brief(rig.fail('front[app]'))).toEqual(['cancel-call front[web]']);
    expect(rig.status('front[api]')).toBe('cancelled');
    rig.fail('front[web]', 'cancelled');
    expect(rig.result).toMatchObject({ verdict: 'failed', reasons: ['"front" failed: [app]: front[app] said no'] });
  });

  test('continue: all run, the step is as bad as its worst item', () => {
    const rig = Rig.started({ steps: [front({ onFailure: 'continue' }), { id: 'z' }] });
    expect(brief(rig.fail('front[app]', 'errored'))).toEqual(['call front[api]']);
    rig.fail('front[web]', 'timed_out');
    expect(brief(rig.ok('front[api]'))).toEqual(['call z']);
    expect(rig.status('front')).toBe('timed_out');
    expect(rig.error('front')).toBe('[app]: front[app] said no (and 1 more of 3)');
    rig.ok('z');
    expect(rig.result.verdict).toBe('passed_with_exceptions');
  });

  test('ask: an item that asks frees its place; retry takes the next free one', () => {
    const rig = Rig.started({ steps: [{ id: 'f', forEach: { items: ['a', 'b', 'c'] }, onFailure: 'ask' }] });
    expect(brief(rig.fail('f[a]'))).toEqual(['timer ask:f[a]:1', 'call f[b]']);
    const answer = { kind: 'answer', by: 'bo', reason: 'seen' } as const;
    expect(brief(rig.tell({ ...answer, key: 'f[a]', choice: 'retry' }))).toEqual(['cancel-timer ask:f[a]:1']);
    expect(brief(rig.fail('f[b]'))).toEqual(['timer ask:f[b]:2', 'call f[a]']);
    expect(brief(rig.fail('f[a]'))).toEqual(['timer ask:f[a]:3', 'call f[c]']);
    rig.ok('f[c]');
    // The step's key answers for all its items.
    rig.tell({ ...answer, key: 'f', choice: 'skip' });
    expect(rig.result).toMatchObject({
      verdict: 'passed_with_exceptions',
      reasons: ['"f[a]" was skipped by bo: seen', '"f[b]" was skipped by bo: seen'],
    });
  });

  test('batch: the next so many start when all of these have ended', () => {
    const rig = Rig.started({
      steps: [{ id: 'f', forEach: { items: ['a', 'b', 'c', 'd', 'e'], maxParallel: 9, batch: 2 } }],
    });
    expect(brief(rig.all).slice(2)).toEqual(['call f[a]', 'call f[b]']);
    expect(brief(rig.ok('f[b]'))).toEqual([]);
    expect(brief(rig.ok('f[a]'))).toEqual(['call f[c]', 'call f[d]']);
    rig.ok('f[c]');
    expect(brief(rig.ok('f[d]'))).toEqual(['call f[e]']);
    rig.ok('f[e]');
    expect(rig.result.verdict).toBe('passed');
  });

  test('batch with max-parallel: the smaller; an item that asks keeps its batch', () => {
    const rig = Rig.started({
      mode: 'change',
      steps: [{ id: 'f', onFailure: 'ask', forEach: { items: ['a', 'b', 'c', 'd', 'e'], maxParallel: 2, batch: 3 } }],
    });
    expect(brief(rig.all).slice(2)).toEqual(['call f[a]', 'call f[b]']);
    expect(brief(rig.fail('f[a]'))).toEqual(['timer ask:f[a]:1', 'call f[c]']);
    rig.ok('f[b]');
    expect(brief(rig.ok('f[c]'))).toEqual([]);
    const answer = { kind: 'answer', key: 'f[a]', by: 'bo', reason: 'seen' } as const;
    expect(brief(rig.tell({ ...answer, choice: 'retry' }))).toEqual(['cancel-timer ask:f[a]:1', 'call f[a]']);
    expect(brief(rig.ok('f[a]'))).toEqual(['call f[d]', 'call f[e]']);
  });

  const tolerant = (maxFailures: number) =>
    Rig.started({
      steps: [
        {
          id: 'f',
          onFailure: 'continue',
          forEach: { items: ['a', 'b', 'c', 'd', 'e'], maxParallel: 2, maxFailures },
        },
        { id: 'z' },
      ],
    });

  test('max-failures: so many may fail, each is an exception and the step has succeeded', () => {
    const rig = tolerant(1);
    rig.fail('f[a]');
    for (const key of ['f[b]', 'f[c]', 'f[d]', 'f[e]']) rig.ok(key);
    expect(rig.root.values['f']).toMatchObject({ status: 'succeeded', outputs: { succeeded: 4, failed: 1 } });
    rig.ok('z');
    expect(rig.result).toMatchObject({
      verdict: 'passed_with_exceptions',
      reasons: ['"f[a]" failed: f[a] said no'],
    });
  });

  test('max-failures: at one more no further item starts, running ones end, and the step has failed', () => {
    const rig = tolerant(1);
    rig.fail('f[a]');
    expect(brief(rig.fail('f[b]', 'errored'))).toEqual([]);
    expect(rig.error('f[d]')).toBe('not started: more than max-failures (1) of the items before it failed');
    expect(brief(rig.ok('f[c]'))).toEqual(['call z']);
    expect(rig.status('f')).toBe('failed');
    expect(rig.error('f')).toBe('[a]: f[a] said no (and 1 more of 5)');
    rig.ok('z');
    expect(rig.result.verdict).toBe('passed_with_exceptions');
  });

  test('max-failures 0: the first one', () => {
    const rig = tolerant(0);
    rig.fail('f[a]', 'timed_out');
    rig.ok('f[b]');
    expect(rig.status('f')).toBe('failed');
  });

  test('a list that an expression gives, or does not give', () => {
    const rig = Rig.started({
      inputs: { list: [{ name: 'a' }, { name: 'b' }], text: 'a' },
      steps: [
        {
          id: 'f',
          forEach: { items: { cel: 'inputs.list' }, maxParallel: 9 },
          with: { x: { cel: 'each.value.name' } },
        },
        { id: 'g', forEach: { items: { cel: 'inputs.text' } }, onFailure: 'continue' },
        { id: 'h', forEach: { items: { cel: 'inputs.nothing' } }, onFailure: 'continue' },
        { id: 'i', forEach: { items: Array.from({ length: 10_001 }, (_, i) => i) }, onFailure: 'continue' },
      ],
    });
    expect(brief(rig.all).slice(2)).toEqual(['call f[0]', 'call f[1]']);
    rig.ok('f[0]');
    rig.ok('f[1]');
    expect(rig.error('g')).toBe('"for-each" of "g" gave no list');
    expect(rig.error('h')).toMatch(/^"for-each" of "h": /);
    expect(rig.error('i')).toBe('"for-each" of "i" gave 10001 items: at most 10000 are allowed');
    expect(rig.result.verdict).toBe('passed_with_exceptions');
  });

  test.each([
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [
      ['a', 'a'],
      ['0', '1'],
    ],
    [
      [1, true, 'x y'],
      ['1', 'true', 'x y'],
    ],
    [
      ['a[b]', 'c'],
      ['0', '1'],
    ],
    [
      [{ a: 1 }, 'c'],
      ['0', '1'],
    ],
    [['x'.repeat(65)], ['0']],
    [
      ['1', 1],
      ['0', '1'],
    ],
    [[null], ['0']],
    [[''], ['0']],
  ])('labels of %j are %j', (values, labels) => {
    expect(labelsOf(values)).toEqual(labels);
  });
});
