import { describe, expect, test } from 'vitest';
import { parseCheck } from '../../expressions/check.ts';
import { evaluate, type Json, renderTemplate } from '../../expressions/evaluate.ts';
import { bool, duration, dyn, fields, listOf, mapOf, number, object, string, words } from '../../expressions/types.ts';

/** The traps of CEL and of its library, each by name: what an author writes, and what comes of it in a run. */

const statuses = words(['succeeded', 'failed', 'errored', 'timed_out', 'cancelled', 'skipped']);
const scope = fields({
  inputs: {
    type: {
      kind: 'object',
      fields: fields({
        n: { type: number },
        half: { type: number },
        name: { type: string },
        flag: { type: bool },
        vms: { type: listOf(string) },
        ports: { type: listOf(number) },
        wait: { type: duration },
        maybe: { type: number, absent: 'it has no default' },
      }),
    },
  },
  vars: { type: object({ size: object({ a: number, b: number }), ports: listOf(number) }) },
  steps: {
    type: object({
      db: object({
        status: statuses,
        outputs: object({ up_after: duration, waits: mapOf(duration), list: listOf(duration) }),
      }),
    }),
  },
  payload: { type: dyn },
});

const values: Record<string, Json> = {
  inputs: { n: 5, half: 2.5, name: 'db', flag: true, vms: ['a', 'b', 'c'], ports: [80, 443], wait: 60_000 },
  vars: { size: { a: 1, b: 2 }, ports: [1, 2] },
  steps: { db: { status: 'succeeded', outputs: { up_after: 312_000, waits: { a: 5_000 }, list: [1_000, 2_000] } } },
  payload: { n: 5, s: 'x', l: [1, 2], m: { k: 'v' }, nothing: null },
};

/** What a run makes of it; a text that begins with ✗ is what the compiler says. */
function outcome(source: string): unknown {
  const checked = parseCheck(source, scope);
  if ('problems' in checked)
    return `✗ ${checked.problems.map(p => `[${source.slice(p.start, p.end)}] ${p.message}`).join(' · ')}`;
  const result = evaluate(checked.source, values);
  return result.ok ? result.value : `! ${result.error}`;
}

const all = (name: string, cases: readonly (readonly [string, unknown])[]): void => {
  describe(name, () => {
    test.each(cases)('%s', (source, expected) => {
      expect(outcome(source)).toEqual(expected);
    });
  });
};

all('two number types: what JSON gives is a double, a literal is an integer', [
  ['inputs.n == 5', true],
  ['inputs.n == 5.0', true],
  ['5 == inputs.n', true],
  ['inputs.n != 5', false],
  ['1 == 1.0', true],
  ['1 != 1.0', false],
  ['inputs.n + 1 - 0.5', 5.5],
  ['1 + inputs.half * 2', 6],
  ['inputs.n % 2 == 1', true],
  ['inputs.n > 4 && inputs.n < 5.5 && 4 < inputs.n', true],
  ['inputs.n in [4, 5]', true],
  ['5 in inputs.ports || 80 in inputs.ports', true],
  ['inputs.ports[inputs.n - 4]', 443],
  ['inputs.flag ? 1 : 2.5', 1],
  ['inputs.flag ? size(inputs.vms) : 0.5', 3],
  ['inputs.flag ? inputs.n : 1', 5],
  ['inputs.flag ? (inputs.flag ? 1 : 2.5) : 3', 1],
  ['payload.n > 4.5 && payload.n == 5', true],
]);

all('two number types: a size is an integer', [
  ['size(inputs.vms) == 3', true],
  ['size(inputs.vms) == 3.0', true],
  ['size(inputs.vms) > 2.5', true],
  ['size(inputs.vms) + inputs.half', 5.5],
  ['inputs.vms.size() * inputs.n', 15],
  ['inputs.name.substring(0, size(inputs.vms) - 2)', 'd'],
  ['string(size(inputs.vms)) + "/" + string(inputs.n)', '3/5'],
]);

all('two number types: what a list or a map holds is a double, as in JSON', [
  ['2.5 in [1, 2] || 2 in [1, 2]', true],
  ['[1] == [1.0] && {"a": 1} == {"a": 1.0}', true],
  ['[1, 2].map(x, inputs.flag ? x : 2.5)', [1, 2]],
  ['inputs.flag ? [1] : [2.5]', [1]],
  ['inputs.flag ? {"a": 1} : {"a": "x"}', { a: 1 }],
  ['([1, 2] + inputs.ports).map(w, string(w))', ['1', '2', '80', '443']],
  ['(inputs.flag ? inputs.ports : [1]).filter(w, w > 100)', [443]],
  ['["a", "b"][inputs.n - 4] + [0].map(i, ["x", "y"][i])[0]', 'bx'],
  ['size(inputs.vms) in [0x3, -1]', true],
]);

all('two number types: a division is one of numbers, not of integers', [
  ['7 / 2', 3.5],
  ['1 / 2 * 2', 1],
  ['8 / 4 / 2', 1],
  ['(1 + 2) / 2', 1.5],
  ['inputs.n / 2', 2.5],
  ['size(inputs.vms) / 2', 1.5],
  ['size(inputs.vms) / size(inputs.ports)', 1.5],
  ['[7].map(x, x / 2)', [3.5]],
  ['int(7 / 2)', 3],
  ["[{'a': 7}].map(x, x.a / 2)[0]", 3.5],
  ["{'a': 7}.a / 2", 3.5],
  ['[7][0] / 2', 3.5],
  ['(!inputs.flag ? inputs.n : 7) / 2', 3.5],
  ['(inputs.vms).size() / 2 > 1', true],
  ['(size(inputs.vms)) / (2)', 1.5],
  ['-(7) / (2)', -3.5],
  ['(1 + (2)) / 2', 1.5],
  ['inputs.vms // (\n.size() / 2', 1.5],
  ['-7 / 2', -3.5],
  ['1 / 0', '! the number is not finite in "double(1) / 0"'],
  ['7 % 0', '! modulo by zero in "7 % 0"'],
]);

all('YAML writes 5, 5.0 and 0x5: all the same number', [
  ['vars.size == {"a": 1, "b": 2}', true],
  ['vars.size == {"b": 2.0, "a": 1}', true],
  ['vars.ports == [1, 2.0]', true],
  ['[1.0, 2] == vars.ports', true],
  ['string(vars.size.a)', '1'],
  ['9007199254740993 - 1', '✗ [9007199254740993] a number beyond 9007199254740991'],
]);

all('equality of lists and maps, `in`', [
  ['inputs.vms == ["a", "b", "c"]', true],
  ['inputs.vms == ["c", "b", "a"]', false],
  ['inputs.vms != []', true],
  ['"a" in inputs.vms && !("z" in inputs.vms)', true],
  ['"k" in payload.m && !("x" in payload)', true],
  ['"a" in steps.db.outputs.waits', true],
  ['payload.l == [1, 2]', true],
  ['payload.m == {"k": "v"}', true],
  ['inputs.vms == "a"', '✗ [inputs.vms == "a"] "==" does not go with a list (each: text) and text'],
  ['5 in inputs.vms', '✗ [5 in inputs.vms] "in" does not go with a number and a list (each: text)'],
  ['"a" in inputs.name', '✗ ["a" in inputs.name] "in" does not go with text and text'],
]);

all('null', [
  ['payload.nothing == null', true],
  ['payload.s != null', true],
  ['has(payload.nothing)', true],
  ['inputs.n == null', '✗ [inputs.n == null] it is never null: ask has(…) whether it is there'],
  ['inputs.flag ? null : 1', '✗ [inputs.flag ? null : 1] one branch is null, the other a number'],
  ['payload.nothing.x == 1', expect.stringMatching(/^! /) as unknown],
]);

all('escapes of text', [
  ['"\\u00e9" == "é"', true],
  ['"\\x41" + "\\101"', 'AA'],
  ["'it''s' == \"it's\"", "✗ ['s'] unexpected character: '''"],
  ["'it\\'s'", "it's"],
  ['r"d\\b"', 'd\\b'],
  ['"""a"b"""', 'a"b'],
  ['"a\\nb" == "a\nb"', expect.anything() as unknown],
  ['"\\q"', '✗ [\\q] invalid escape sequence: \\q'],
  ['"🚀".size()', 1],
  ['"🚀".substring(1)', '! a character is cut in half in ""🚀".substring(1)"'],
  ['"a" + 5', '✗ [5] text and a number cannot be joined: write string(…) around it'],
]);

all('status: a word that it can never be', [
  ['steps.db.status == "succeeded"', true],
  [
    'steps.db.status == "success"',
    '✗ ["success"] it is never "success": it is one of succeeded, failed, errored, timed_out, cancelled, skipped',
  ],
  [
    '"sucess" != steps.db.status',
    '✗ ["sucess"] it is never "sucess": it is one of succeeded, failed, errored, timed_out, cancelled, skipped',
  ],
  ['steps.db.status in ["failed", "timeout"]', '✗ ["timeout"] it is never "timeout"'],
  [
    'steps.db.status == "passed" ? 1 : 2',
    '✗ ["passed"] it is never "passed": it is one of succeeded, failed, errored, timed_out, cancelled, skipped',
  ],
  ['steps.db.status.startsWith("timed")', false],
]);

all('no clock, no pattern, no way round the types', [
  ['timestamp("2026-01-01T00:00:00Z")', '✗ [timestamp] timestamp() is not part of drillbook’s expressions'],
  ['timestamp("2026-01-01T00:00:00Z").getFullYear() == 2026', expect.stringMatching(/^✗ .*timestamp/) as unknown],
  ['inputs.name.matches("(a+)+$")', expect.stringMatching(/^✗ \[matches\] matches\(\) is refused/) as unknown],
  ['matches(inputs.name, "a")', expect.stringMatching(/^✗ \[matches\] matches\(\) is refused/) as unknown],
  ['inputs.vms.exists(v, v.matches("a"))', expect.stringMatching(/^✗ \[matches\] matches\(\) is refused/) as unknown],
  ['inputs.vms.map(v, matches(v, "a"))', expect.stringMatching(/^✗ \[matches\] matches\(\) is refused/) as unknown],
  ['dyn(inputs.n) == "x"', expect.stringMatching(/^✗ \[dyn\]/) as unknown],
  ['type(inputs.n) == double', expect.stringMatching(/^✗ \[type\]/) as unknown],
  ['inputs.?maybe', expect.stringMatching(/^✗ /) as unknown],
]);

all('has(), short circuits and ternaries', [
  ['has(inputs.maybe) && inputs.maybe > 1', false],
  ['!has(inputs.maybe) || inputs.maybe > 1', true],
  ['has(inputs.maybe) ? inputs.maybe : 7', 7],
  ['inputs.maybe > 1', '✗ [maybe] inputs.maybe may be missing: it has no default; ask has(inputs.maybe) first'],
  ['has(inputs.maybee)', '✗ [maybee] inputs has no "maybee"'],
  ['has(inputs.maybe.x)', '✗ [maybe] inputs.maybe may be missing: it has no default; ask has(inputs.maybe) first'],
  ['has(payload.x) && payload.x.y == 1', false],
  ['payload.x.y == 1', '! No such key: x in "x" of "payload.x.y == 1"'],
  ['payload.x.y == 1 || true', true],
  ['payload.x.y == 1 && false', false],
  ['inputs.flag ? "a" : 1', '✗ [inputs.flag ? "a" : 1] one branch is text, the other a number'],
  ['payload.s > 4', '! ">" does not go with text and a number in "payload.s > 4"'],
]);

all('durations are a type of their own', [
  ['steps.db.outputs.up_after > duration("5m")', true],
  ['steps.db.outputs.up_after == duration("5m12s")', true],
  ['steps.db.outputs.up_after - duration("12s")', 300_000],
  ['duration("1h") + duration("30m") == duration("90m")', true],
  ['inputs.wait + duration("30s") == duration("1m30s")', true],
  ['inputs.wait < steps.db.outputs.up_after', true],
  ['inputs.wait in [duration("60s")]', true],
  ['steps.db.outputs.waits["a"] < duration("6s")', true],
  ['steps.db.outputs.list.map(x, x + duration("1s"))', [2_000, 3_000]],
  ['string(steps.db.outputs.up_after)', '5m12s'],
  ['"after " + string(inputs.wait)', 'after 1m'],
  ['inputs.flag ? inputs.wait : duration("0s")', 60_000],
  ['inputs.wait in [duration("1m")] && steps.db.outputs.list[0] in steps.db.outputs.list', true],
  ['duration("2s") in steps.db.outputs.list', true],
  ['steps.db.outputs.list == [duration("1s"), duration("2s")]', true],
  ['steps.db.outputs.list.filter(x, x > duration("1s")) == [duration("2s")]', true],
  ['steps.db.outputs.list + [duration("3s")] == [1, 2, 3].map(x, duration(string(x) + "s"))', true],
  ['steps.db.outputs.waits == {"a": duration("5s")}', true],
  ['[steps.db.outputs.list] != [[duration("1s"), duration("2s")]]', false],
  ['steps.db.outputs == steps.db.outputs', true],
  [
    'steps.db.outputs == {"up_after": inputs.wait}',
    '✗ [steps.db.outputs == {"up_after": inputs.wait}] a map with durations in it: compare its parts',
  ],
  ['duration("1d")', 86_400_000],
  ['duration("1d12h") == duration("36h")', true],
  ['duration("2x")', '✗ ["2x"] "2x" is no duration: write "90s", "15m", "1h30m" or "2d"'],
  ['inputs.wait > 60', '✗ [inputs.wait > 60] ">" does not go with a duration and a number'],
  ['inputs.wait == "1m"', '✗ [inputs.wait == "1m"] "==" does not go with a duration and text'],
  ['inputs.wait * 2', '✗ [inputs.wait * 2] "*" does not go with a duration and a number'],
  ['inputs.wait > duration(inputs.name)', expect.stringMatching(/^! Invalid duration string: db/) as unknown],
]);

test('a duration in text is written out, alone it stays ms', () => {
  const checked = parseCheck('steps.db.outputs.up_after', scope);
  if ('problems' in checked) throw new Error('it does not compile');
  expect(renderTemplate({ text: ['up after ', { cel: checked.source }] }, values)).toEqual({
    ok: true,
    value: 'up after 5m12s',
  });
  expect(renderTemplate({ cel: checked.source }, values)).toEqual({ ok: true, value: 312_000 });
});

describe('limits of nesting and of size', () => {
  test.each([
    ['brackets', `${'('.repeat(200)}1${')'.repeat(200)}`],
    ['negations', `${'!'.repeat(2_000)}true`],
    ['lists', `${'['.repeat(200)}${']'.repeat(200)}`],
    ['ternaries', `${'true ? '.repeat(300)}1${' : 2'.repeat(300)}`],
    ['sums', Array.from({ length: 900 }, () => '1').join('+')],
    ['a list literal', `[${Array.from({ length: 300 }, () => '1').join(',')}]`],
    ['text', `"${'x'.repeat(4_001)}"`],
    ['what is added for the run', `[${Array.from({ length: 250 }, () => '7 / 2').join(',')}]`],
    ['lists within lists within lists', 'inputs.vms.all(a, inputs.vms.all(b, inputs.vms.all(c, true)))'],
  ])('%s', (_, source) => {
    const start = performance.now();
    const checked = parseCheck(source, scope);
    expect(checked).toMatchObject({ problems: [{ kind: 'limit' }] });
    expect(performance.now() - start).toBeLessThan(200);
  });
});

test('what a stranger sends can break an expression, never the process', () => {
  const sent = JSON.parse(
    '{"payload": {"constructor": "x", "__proto__": {"admin": true}, "m": {"valueOf": 1}}}',
  ) as Record<string, Json>;
  for (const source of [
    'payload.admin == true',
    'payload.m == 1',
    'payload.constructor.constructor',
    'size(payload) > 0',
  ]) {
    const result = evaluate(source, sent);
    expect(result.ok && result.value === true, source).toBe(source === 'size(payload) > 0' && result.ok);
  }
  expect(({} as { admin?: boolean }).admin).toBeUndefined();
});
