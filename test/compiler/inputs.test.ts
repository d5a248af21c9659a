import { describe, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { parsePattern } from '../../compiler/inputs/pattern.ts';

/** What becomes of a value for one input, as a run starts: its value in the Plan, or what is said. */
function give(declaration: string, value: unknown): unknown {
  const text = `apiVersion: drillbook/v1
name: example
site: site-b
modes: [drill]
inputs: { x: ${declaration} }
steps: [ { id: up, uses: check/tcp, if: has(inputs.x), with: { host: db, port: 1 } } ]
`;
  const compiled = compile({ file: 'x.yaml', text });
  const planned = compiled.plan('drill', value === undefined ? {} : { x: value });
  if ('plan' in planned) return planned.plan.inputs['x'];
  return planned.diagnostics.map(d => `${d.range.start.line}:${d.range.start.column} ${d.message}`).join('\n');
}

const text = '{ type: string }';
const list = '{ type: list, of: number }';

describe('inputs given as a run starts are read with the same care as the file', () => {
  test.each<[string, unknown, unknown]>([
    [text, 'db', 'db'],
    [text, '', ''],
    [text, 5, '5:11 the input "x" does not fit: text, in quotes, is wanted, this is 5'],
    [text, true, '5:11 the input "x" does not fit: text, in quotes, is wanted, this is true'],
    [text, { a: 1 }, '5:11 the input "x" does not fit: text is wanted, this is a map'],
    [text, null, '5:11 the input "x" does not fit: there is no value'],
    [text, 'a\u0000b', '5:11 the input "x" does not fit: a control character (U+0000) stands in it'],
    [text, 'a\u009bb', '5:11 the input "x" does not fit: a control character (U+009B) stands in it'],
    [text, 'a\ud800b', '5:11 the input "x" does not fit: half of a character stands in it'],
    [text, 'a🚀b', 'a🚀b'],
    [text, 'x'.repeat(10_001), '5:11 the input "x" does not fit: longer than 10000 characters'],
    ['{ type: number }', '5', 5],
    ['{ type: number }', '-2.5', -2.5],
    ['{ type: number }', 5, 5],
    ['{ type: number }', '5e3', '5:11 the input "x" does not fit: a number is wanted, this is "5e3"'],
    ['{ type: number }', ' 5', '5:11 the input "x" does not fit: a number is wanted, this is " 5"'],
    ['{ type: number }', Number.NaN, '5:11 the input "x" does not fit: a number is wanted, this is NaN'],
    ['{ type: boolean }', 'true', true],
    ['{ type: boolean }', false, false],
    ['{ type: boolean }', 'yes', '5:11 the input "x" does not fit: true or false is wanted, this is "yes"'],
    ['{ type: duration }', '1h30m', 5_400_000],
    [
      '{ type: duration }',
      90,
      '5:11 the input "x" does not fit: a duration like 90s, 15m, 1h30m is wanted, this is 90',
    ],
    ['{ type: duration }', '0s', 0],
    [
      '{ type: checkpoint }',
      { tag: 'nightly', 'max-age': '2h' },
      { by: 'tag', tag: 'nightly', kind: 'any', maxAgeMs: 7_200_000 },
    ],
    ['{ type: checkpoint }', { by: 'id', id: '7' }, { by: 'id', id: '7' }],
    ['{ type: checkpoint }', { kind: 'app-consistent' }, { by: 'latest', kind: 'app-consistent' }],
    ['{ type: checkpoint }', 'tag:nightly', 'tag:nightly'],
    [
      '{ type: checkpoint }',
      { before: '2026-11-21T02:10:00' },
      '5:11 the input "x" does not fit: "2026-11-21T02:10:00" is no time with its offset',
    ],
    ['{ type: time }', '2026-11-21T02:10:00+01:00', '2026-11-21T02:10:00+01:00'],
    [
      '{ type: time }',
      '2026-02-30T02:10:00Z',
      '5:11 the input "x" does not fit: a time with its offset like 2026-11-21T02:10:00Z is wanted, this is "2026-02-30T02:10:00Z"',
    ],
    ['{ type: enum, values: [quick, full] }', 'full', 'full'],
    [
      '{ type: enum, values: [quick, full] }',
      'fulll',
      '5:11 the input "x" does not fit: "fulll" is none of quick, full: did you mean "full"?',
    ],
    [
      '{ type: checkpoint }',
      'before:2026-11-21T02:10:00Z,app-consistent',
      'before:2026-11-21T02:10:00Z,app-consistent',
    ],
    [
      '{ type: checkpoint }',
      'newest',
      '5:11 the input "x" does not fit: "newest" is no checkpoint: latest, tag:T, id:N or before:TIME[,app-consistent]',
    ],
    [list, '1, 2.5', [1, 2.5]],
    [list, [1, 2], [1, 2]],
    [list, '', []],
    [list, ['1', 'two'], '5:11 the input "x" does not fit: item 2: a number is wanted, this is "two"'],
    [list, 5, '5:11 the input "x" does not fit: a list like a,b is wanted, this is 5'],
    [list, Array.from({ length: 10_001 }, () => 1), '5:11 the input "x" does not fit: more than 10,000 items'],
    ['{ type: list, values: [a, b] }', 'a,b', ['a', 'b']],
    ['{ type: list, values: [a, b] }', 'a,c', '5:11 the input "x" does not fit: item 2: "c" is none of a, b'],
    ['{ type: string, pattern: "CHG[0-9]{7}" }', 'CHG0001234', 'CHG0001234'],
    [
      '{ type: string, pattern: "CHG[0-9]{7}" }',
      'xCHG0001234',
      '5:11 the input "x" does not fit: "xCHG0001234" does not match CHG[0-9]{7}',
    ],
    ['{ type: string, required: true }', undefined, '5:11 the input "x" is required in mode drill'],
    ['{ type: string, default: a }', undefined, 'a'],
    ['{ type: string }', undefined, undefined],
  ])('%s ← %j', (declaration, value, expected) => {
    expect(give(declaration, value)).toEqual(expected);
  });

  test('a pattern on which other engines work for ever is answered at once', () => {
    const start = performance.now();
    for (const pattern of ['(a+)+', '(a|aa)+', '(a*)*b', '(([a-z])+.)+[A-Z]([a-z])+'])
      expect(give(`{ type: string, pattern: "${pattern}" }`, `${'a'.repeat(999)}!`)).toContain('does not match');
    expect(give('{ type: string, pattern: "a+" }', 'a'.repeat(1_001))).toContain('longer than 1000 characters');
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  test('names that every object has are no inputs', () => {
    const compiled = compile({
      file: 'x',
      text: 'apiVersion: drillbook/v1\nname: example\nmodes: [drill]\nsteps: [ { id: a, uses: wait, with: { for: 1s } } ]\n',
    });
    for (const name of ['__proto__', 'constructor', 'toString']) {
      const planned = compiled.plan('drill', JSON.parse(`{ "${name}": "x" }`) as Record<string, unknown>);
      expect(planned, name).toMatchObject({ diagnostics: [{ code: 'DB6001' }] });
    }
  });
});

describe('patterns', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['[a-z]+(-[a-z]+)*', ['a', 'a-b-cc'], ['', 'a-', '-a']],
    ['a|bc|', ['a', 'bc', ''], ['b', 'abc']],
    ['^x{2,3}$', ['xx', 'xxx'], ['x', 'xxxx']],
    ['(?:x|y){0,2}z?', ['', 'xy', 'xyz', 'z'], ['xyx']],
    ['\\d+\\.\\d{2}', ['12.34'], ['12,34', '1.234']],
    ['[^\\]]+', ['abc'], ['a]']],
    ['[\\w.-]+@[\\w-]+', ['a.b@c-d'], ['@c']],
    ['\\p{L}+', ['äöü'], ['a1']],
    ['.', ['🚀'], ['ab', '\n']],
    ['x*?y+?', ['xxyy', 'y'], ['x']],
    ['(?<year>[0-9]{4})', ['2026'], ['26']],
    ['(?<größe>[0-9])(?<\\u{61}b>x)', ['1x'], ['1']],
    ['\\ud83d\\ude00', ['😀'], ['x', '😀😀']],
    ['[\\ud83d\\ude00-\\ud83d\\ude02]+', ['😁😀'], ['😄']],
  ])('%s', (source, fitting, others) => {
    const pattern = parsePattern(source);
    if ('why' in pattern) throw new Error(pattern.why);
    for (const value of fitting) expect(pattern.test(value), value).toBe(true);
    for (const value of others) expect(pattern.test(value), value).toBe(false);
    // The same as the language's own engine says.
    const own = new RegExp(`^(?:${source})$`, 'u');
    for (const value of [...fitting, ...others]) expect(pattern.test(value)).toBe(own.test(value));
  });

  test.each([
    ['(', 'not a regular expression'],
    ['(?=a)b', 'a group of this kind ("(?") is not possible here'],
    ['(?<!a)b', 'a group of this kind ("(?") is not possible here'],
    ['(a)\\1', '"\\1" is not possible here'],
    ['\\bx', '"\\b" is not possible here'],
    ['a^b', '"^" within it: the whole value is always meant'],
    ['a{301}', 'larger than 300 states: count less'],
    ['((a{20}){20}){20}', 'larger than 300 states: count less'],
    ['('.repeat(30) + ')'.repeat(30), 'its brackets are nested too deep'],
    ['x'.repeat(1_001), 'longer than 1000 characters'],
  ])('%s is refused', (source, why) => {
    expect(parsePattern(source)).toEqual({ why });
  });
});
