import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCheck } from '../../expressions/check.ts';
import { evaluate, type Json, renderTemplate } from '../../expressions/evaluate.ts';
import { references } from '../../expressions/references.ts';
import { duration, fields, number, object, string } from '../../expressions/types.ts';

const values: Record<string, Json> = {
  inputs: { n: 5, half: 2.5, name: 'db', vms: ['a', 'b', 'c'], big: 9007199254740992 },
  steps: { db: { status: 'succeeded', outputs: { up_after: 312_000 } } },
};

describe('two kinds of numbers behave as one', () => {
  test.each<[string, Json]>([
    ['inputs.n + 1', 6],
    ['1 + inputs.n', 6],
    ['inputs.n - 1', 4],
    ['inputs.n * 2', 10],
    ['inputs.n / 2', 2.5],
    ['7 / 2', 3],
    ['inputs.n % 2', 1],
    ['inputs.n % inputs.half', 0],
    ['size(inputs.vms) == 3', true],
    ['size(inputs.vms)', 3],
    ['inputs.n == size(inputs.vms) + 2', true],
    ['size(inputs.vms) * inputs.half', 7.5],
    ['inputs.n in [4, 5]', true],
    ['inputs.half > 2', true],
    ['inputs.vms[inputs.n - 4]', 'b'],
    ['inputs.name.substring(inputs.n - 4)', 'b'],
    ['inputs.n != 5', false],
    ['9007199254740993 == inputs.big', false],
    ['-inputs.n', -5],
    ['int(inputs.half) + inputs.n', 7],
    ['[1, 2.5].map(x, x + inputs.n)', [6, 7.5]],
  ])('%s', (source, expected) => {
    expect(evaluate(source, values)).toEqual({ ok: true, value: expected });
  });
});

describe('durations', () => {
  const scope = fields({
    steps: { type: object({ db: object({ outputs: object({ up_after: duration }) }) }) },
    inputs: { type: object({ n: number, name: string }) },
  });
  const runnable = (source: string): string => {
    const checked = parseCheck(source, scope);
    if ('problems' in checked) throw new Error(JSON.stringify(checked.problems));
    return checked.source;
  };

  test.each<[string, Json]>([
    ['steps.db.outputs.up_after < duration("5m")', false],
    ['steps.db.outputs.up_after < duration("6m")', true],
    ['steps.db.outputs.up_after == duration("5m12s")', true],
    ['steps.db.outputs.up_after - duration("12s")', 300_000],
    ['steps.db.outputs.up_after', 312_000],
    ['string(steps.db.outputs.up_after)', '5m12s'],
    ['steps.db.outputs.up_after.getMinutes()', 5],
    ['[duration("1s")].exists(d, d < steps.db.outputs.up_after)', true],
  ])('%s', (source, expected) => {
    expect(evaluate(runnable(source), values)).toEqual({ ok: true, value: expected });
  });

  test('in text they are written out', () => {
    const text = ['up after ', { cel: runnable('steps.db.outputs.up_after') }, '!'];
    expect(renderTemplate({ text }, values)).toEqual({ ok: true, value: 'up after 5m12s!' });
  });
});

describe('failures are sentences, never exceptions', () => {
  test.each([
    ['steps.db.outputs.vms', 'No such key: vms in "vms" of "steps.db.outputs.vms"'],
    ['inputs.vms[7]', 'No such key: index out of bounds, index 7 >= size 3 in "inputs.vms[7]"'],
    ['nothing.there', 'Unknown variable: nothing in "nothing" of "nothing.there"'],
    ['steps.db.outputs.x.ms_() < duration("1s")', 'No such key: x in "x" of "steps.db.outputs.x < duration("1s")"'],
    ['1 / 0', 'division by zero in "1 / 0"'],
    ['inputs.n / 0', 'the number is not finite in "inputs.n / 0"'],
    ['(((', 'Unexpected token: EOF in "(((" of "((("'],
  ])('%s', (source, error) => {
    const result = evaluate(source, values);
    expect(result.ok).toBe(false);
    expect(result).toMatchObject({ error: expect.stringContaining(error.split(' in ')[0] ?? '') as string });
    expect(result).toMatchObject({ error: expect.not.stringContaining('ms_') as string });
  });

  test('no prototype can be reached', () => {
    for (const source of [
      'constructor',
      'inputs.constructor',
      'inputs["__proto__"]',
      'inputs.vms.length',
      'toString',
      '__proto__',
    ])
      expect(evaluate(source, values).ok, source).toBe(false);
  });

  test('whatever the text', () => {
    const piece = fc.constantFrom(
      'inputs',
      '.n',
      '.vms',
      '[',
      ']',
      '(',
      ')',
      '"',
      "'",
      ' && ',
      '!',
      '-',
      '1',
      '.map(x, ',
      '{',
      '}',
      '?',
      ':',
      'has(',
      '\\u',
      '.ms_()',
      'size',
      ',',
      '=',
      '==',
      ' in ',
      '🚀',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), pieces => {
        const source = pieces.join('');
        evaluate(source, values);
        parseCheck(source, fields({}));
        references(source);
      }),
      { seed: 7, numRuns: 400 },
    );
  });
});

describe('templates', () => {
  test('keep types, join text, and name the field of a failure', () => {
    const template = {
      map: {
        a: { lit: 1 },
        b: { cel: 'inputs.n > 1' },
        c: { list: [{ cel: 'inputs.name' }] },
        d: { text: ['x', { cel: 'inputs.n' }] },
      },
    };
    expect(renderTemplate(template, values)).toEqual({ ok: true, value: { a: 1, b: true, c: ['db'], d: 'x5' } });
    expect(renderTemplate({ map: { host: { cel: 'inputs.x' } } }, values)).toMatchObject({
      ok: false,
      error: expect.stringMatching(/^host: No such key: x/) as string,
    });
  });

  test('a list in text is joined', () => {
    expect(renderTemplate({ text: [{ cel: 'inputs.vms' }] }, values)).toEqual({ ok: true, value: 'a, b, c' });
  });
});

test('an evaluation of a known source is far below 0.1 ms', () => {
  const source = 'steps.db.outputs.up_after.ms_() < duration("5m") && inputs.n > 1';
  evaluate(source, values);
  const start = performance.now();
  for (let i = 0; i < 2_000; i++) evaluate(source, values);
  expect((performance.now() - start) / 2_000).toBeLessThan(0.1);
});

test('references are the longest paths, without names that a macro binds', () => {
  const source = 'has(inputs.a) && steps["db"].outputs.vms.all(v, v.name != inputs.b.c)';
  expect(references(source).map(r => [r.path.join('.'), source.slice(r.start, r.end), r.guarded])).toEqual([
    ['inputs.a', 'inputs.a', true],
    ['steps.db.outputs.vms', 'steps["db"].outputs.vms', false],
    ['inputs.b.c', 'inputs.b.c', false],
  ]);
});
