import { describe, expect, test } from 'vitest';
import { parseCheck } from '../../expressions/check.ts';
import {
  bool,
  duration,
  fields,
  listOf,
  mapOf,
  never,
  number,
  object,
  type Scope,
  string,
  words,
} from '../../expressions/types.ts';

const scope: Scope = fields({
  inputs: {
    type: {
      kind: 'object',
      fields: fields({
        n: { type: number },
        name: { type: string },
        wait: { type: duration },
        vms: { type: listOf(string) },
        maybe: { type: number, absent: 'it has no default' },
      }),
    },
  },
  steps: {
    type: {
      kind: 'object',
      fields: fields({
        db: {
          type: object({
            status: words(['succeeded', 'failed', 'skipped']),
            outputs: object({
              up_after: duration,
              ok: bool,
              by: mapOf(string),
              vms: listOf(object({ name: string, after: duration })),
            }),
          }),
        },
        later: { type: bool, refused: 'step "later" is not certain to have ended before this one' },
        gone: {
          type: {
            kind: 'object',
            fields: fields({
              status: { type: words(['succeeded', 'skipped']), constant: '"skipped"' },
              outputs: {
                type: { kind: 'object', fields: fields({ x: { type: number, absent: 'left out', constant: never } }) },
                constant: 'dyn({})',
              },
            }),
          },
          constant: 'dyn({"status": "skipped"})',
        },
      }),
    },
  },
});

function check(source: string): string {
  const result = parseCheck(source, scope);
  if (!('problems' in result)) return result.type.kind;
  return result.problems
    .map(
      p =>
        `${p.kind} [${source.slice(p.start, p.end)}] ${p.message}${p.suggestion === undefined ? '' : ` (${p.suggestion}?)`}`,
    )
    .join('\n');
}

describe('types', () => {
  test.each([
    ['inputs.n + 1', 'number'],
    ['size(inputs.vms) == inputs.n', 'bool'],
    ['size(inputs.vms) + 1 > 2 && inputs.n % 2 == 0', 'bool'],
    ['inputs.name + "-" + string(inputs.n)', 'string'],
    ['steps.db.outputs.up_after < duration("5m")', 'bool'],
    ['steps.db.outputs.up_after + duration("1m")', 'duration'],
    ['steps.db.outputs.vms.filter(v, v.after > duration("1m")).map(v, v.name)', 'list'],
    ['steps.db.outputs.vms.all(v, v.name.startsWith("db"))', 'bool'],
    ['steps.db.outputs.by["payments-db"]', 'string'],
    ['"x" in steps.db.outputs.by', 'bool'],
    ['inputs["name"]', 'string'],
    ['inputs.vms[0]', 'string'],
    ['steps.db.status in ["succeeded", "failed"]', 'bool'],
    ['inputs.n > 1 ? "a" : "b"', 'string'],
    ['[1, 2.5].exists(x, x > inputs.n)', 'bool'],
    ['inputs.vms.map(v, v.size()).exists(n, n == 3)', 'bool'],
  ])('%s', (source, kind) => {
    expect(check(source)).toBe(kind);
  });
});

describe('mistakes stand at the exact part', () => {
  test.each([
    ['inputs.nam == "x"', 'unknown [nam] inputs has no "nam" (name?)'],
    ['input.name == "x"', 'unknown [input] unknown name "input" (inputs?)'],
    ['true && (inputs.n == "x")', 'type [inputs.n == "x"] "==" does not go with a number and text'],
    ['steps.db.status == "suceeded"', 'type ["suceeded"] it is never "suceeded" (succeeded?)'],
    ['"done" == steps.db.status', 'type ["done"] it is never "done": it is one of succeeded, failed, skipped'],
    ['steps.db.status in ["failed", "skiped"]', 'type ["skiped"] it is never "skiped" (skipped?)'],
    ['inputs.name + inputs.n', 'type [inputs.n] text and a number cannot be joined: write string(…) around it'],
    [
      'steps.db.outputs.up_after > 300',
      'type [steps.db.outputs.up_after > 300] ">" does not go with a duration and a number',
    ],
    ['inputs.n && true', 'type [inputs.n] this is a number, true or false is wanted'],
    ['inputs.n ? 1 : 2', 'type [inputs.n] this is a number, true or false is wanted'],
    ['inputs.name.startWith("x")', 'unknown [startWith] unknown function "startWith" (startsWith?)'],
    ['siz(inputs.vms)', 'unknown [siz] unknown function "siz" (size?)'],
    ['inputs.name.substring("a")', 'type ["a"] this is text, a number is wanted'],
    ['duration("2 d") > inputs.wait', 'type ["2 d"] "2 d" is no duration: write "90s", "15m", "1h30m" or "2d"'],
    ['inputs[inputs.name]', 'type [inputs.name] here only a name in quotes can stand in [ ]'],
    ['inputs.name.x', 'type [x] text has no "x"'],
    ['inputs.name == null', 'type [inputs.name == null] it is never null: ask has(…) whether it is there'],
    ['steps.later.status == "x"', 'refused [later] step "later" is not certain to have ended before this one'],
    ['steps.db.outputs.vms.map(inputs, 1)', 'type [inputs] "inputs" already means something here'],
    ['inputs.n =', 'syntax [=] a single "=": compare with "=="'],
    ['inputs.n ==', 'syntax [] unexpected token: it ends too early'],
    ['  ', 'syntax [  ] an empty expression'],
    [
      'b"x" == b"x"',
      'type [b"x"] bytes and unsigned numbers are not part of the language\ntype [b"x"] bytes and unsigned numbers are not part of the language',
    ],
    [
      'a.x == b.y',
      'unknown [a] unknown name "a"; there is inputs, steps\nunknown [b] unknown name "b"; there is inputs, steps',
    ],
  ])('%s', (source, expected) => {
    expect(check(source)).toBe(expected);
  });

  test('offsets are UTF-16 units', () => {
    const source = '"🚀é" == inputs.nam';
    const result = parseCheck(source, scope);
    expect(result).toMatchObject({ problems: [{ start: 16, end: 19 }] });
    expect(source.slice(16, 19)).toBe('nam');
  });
});

describe('has()', () => {
  const absent = 'absent [maybe] inputs.maybe may be missing: it has no default; ask has(inputs.maybe) first';
  test.each([
    ['inputs.maybe > 1', absent],
    ['has(inputs.maybe) && inputs.maybe > 1', 'bool'],
    ['!has(inputs.maybe) || inputs.maybe > 1', 'bool'],
    ['has(inputs.maybe) ? inputs.maybe : 0', 'number'],
    ['has(inputs.n) && has(inputs.maybe) && inputs.maybe > 1', 'bool'],
    ['inputs.maybe > 1 && has(inputs.maybe)', absent],
    ['has(inputs.maybe) || inputs.maybe > 1', absent],
    ['has(inputs.maybe) ? 0 : inputs.maybe', absent],
    ['!(has(inputs.maybe) && inputs.n > 1) || inputs.maybe > 1', 'bool'],
    ['has(inputs.mayb)', 'unknown [mayb] inputs has no "mayb" (maybe?)'],
    ['has(inputs)', 'type [has(inputs)] has() takes one name with a dot, as in has(inputs.x)'],
  ])('%s', (source, expected) => {
    expect(check(source)).toBe(expected);
  });
});

describe('what the Plan carries', () => {
  test.each([
    ['steps.db.outputs.up_after < duration("5m")', 'steps.db.outputs.up_after.ms_() < duration("5m")'],
    ['has(steps.db.outputs.up_after)', 'has(steps.db.outputs.up_after)'],
    [
      'steps.db.outputs.vms.exists(v, v.after > inputs.wait)',
      'steps.db.outputs.vms.exists(v, v.after.ms_() > inputs.wait.ms_())',
    ],
    ['steps.gone.status == "skipped"', '"skipped" == "skipped"'],
    ['has(steps.gone.outputs.x) && steps.gone.outputs.x > 1', 'false && dyn(null) > 1'],
    ['has(steps.gone.status)', 'true'],
    ['inputs.n > 1', 'inputs.n > 1'],
  ])('%s', (source, expected) => {
    expect(parseCheck(source, scope)).toMatchObject({ source: expected });
  });
});

describe('traps', () => {
  test('matches() is refused: a pattern can take for ever', () => {
    expect(check('inputs.name.matches("(a+)+$")')).toMatch(/^refused \[matches\]/);
  });

  test('the compiler’s own function cannot be written', () => {
    expect(check('inputs.n.ms_()')).toMatch(/^unknown \[ms_\] unknown function/);
  });

  test.each(['dyn(inputs.n)', 'type(inputs.n) == int', 'timestamp("2026-01-01T00:00:00Z")'])(
    '%s is refused',
    source => {
      expect(check(source)).toMatch(/^(refused|unknown)/);
    },
  );

  test('nesting and length are limited', () => {
    expect(check(`${'('.repeat(500)}1${')'.repeat(500)}`)).toMatch(/^limit/);
    expect(check(`${'!'.repeat(50_000)}true`)).toMatch(/^limit/);
    expect(check(`${'-'.repeat(3_900)}1`)).toMatch(/^limit/);
    expect(check(`inputs.name == "${'x'.repeat(4_000)}"`)).toMatch(
      /^limit .* an expression of more than 4000 characters/,
    );
    expect(check(Array.from({ length: 600 }, () => '1').join('+'))).toMatch(/^limit/);
  });

  test('a list macro in two others is refused', () => {
    const inner = 'inputs.vms.all(c, a == b && b == c)';
    expect(check(`inputs.vms.all(a, inputs.vms.all(b, ${inner}))`)).toMatch(/^limit \[all\]/);
    expect(check('inputs.vms.all(a, inputs.vms.exists(b, a == b))')).toBe('bool');
  });

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('%s is no name', name => {
    expect(check(`inputs.${name}`)).toMatch(/^unknown/);
    expect(check(name)).toMatch(/^(unknown|syntax)/);
  });
});
