import { describe, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { decode, unreadable } from '../../compiler/yaml/decode.ts';
import { lineValues } from '../../compiler/yaml/line-values.ts';

const head =
  'apiVersion: drillbook/v1\nname: example\nsite: site-b\nmodes: [drill]\nvars: { host: db, list: [db] }\nsteps:\n';

/** The step's lines with the mends of the messages, which give whole lines. */
function mended(step: string): string {
  const { diagnostics } = compile({ file: 'x', text: `${head}${step}` });
  const lines = step.split('\n');
  for (const { range, help = '' } of diagnostics) {
    const mend = /^Write: (.*)$/s.exec(help)?.[1];
    const at = range.start.line - head.split('\n').length;
    const line = lines[at];
    if (mend !== undefined && line !== undefined) lines[at] = `${/^ */.exec(line)?.[0] ?? ''}${mend}`;
  }
  return lines.join('\n');
}

describe('what a message says to write compiles', () => {
  test.each([
    '  - { id: up, uses: check/tcp, with: { host: ${{ vars.host }}, port: 1 } }\n',
    '  - { id: tell, uses: notify, with: { to: [${{ vars.host }}, log], message: Hello ${{ vars.host }}, and ${{ run.name }} } }\n',
    '  - id: up\n    uses: check/tcp\n    with: {\n      host: ${{ vars.host }},\n      port: 1 }\n',
    '  - id: tell\n    uses: notify\n    with:\n      to:\n        - ${{ vars.host == "db" ? "a" : "b" }}\n      message: x\n',
    '  - id: tell\n    uses: notify\n    with:\n      to: log\n      message: At last: ${{ vars.host }}\n',
    '  - id: tell\n    uses: notify\n    with:\n      to: log\n      message: ${{ {"a": "x"}.a }} it is\n',
    '  - id: tell\n    uses: notify\n    if: !has(vars.host)\n    with: { to: log, message: x }\n',
    '  - id: tell\n    uses: notify\n    "if": [1] == [2]\n    with: { to: log, message: x }\n',
    '  - id: tell\n    uses: notify\n    if: {"a": 1}.a == 1\n    with: { to: log, message: x }\n',
    "  - id: tell\n    uses: notify\n    if: 'db' in vars.list\n    with: { to: log, message: x }\n",
    '  - id: tell\n    uses: notify\n    if: "db" in vars.list && \'x\' != vars.host\n    with: { to: log, message: x }\n',
    '  - { id: tell, uses: notify, if: !(vars.host in ["a", "b"]), with: { to: log, message: x } }\n',
    '  - { id: proof, uses: assert, with: { that: !(vars.host == "x"), message: x } }\n',
    '  - id: tell\n    uses: notify\n    with:\n      to: log\n      message: see bug #12 in ${{ vars.host }}\n',
    '  - { id: tell, uses: notify, with: { to: log, message: see bug #12 } }\n',
    '  - { id: proof, uses: assert, with: { that: vars.list[0] == "db", message: x } }\n',
    '  - { id: proof, uses: assert, with: { that: [vars.host, "a"].size() == 2 }, if: "a" in vars.list }\n',
    '  - id: tell\n    uses: notify\n    if: vars.host == "db" ? true : false\n    with: { to: log, message: x }\n',
    '  - { id: tell, uses: notify, if: "${{ vars.host == \'db\' }}", with: { to: log, message: x } }\n',
    '  - id: tell\n    uses: notify\n    if: ${{ vars.host == "db" }}\n    with: { to: log, message: x }\n',
  ])('%s', step => {
    const codes = (text: string): readonly string[] =>
      compile({ file: 'x', text: `${head}${text}` }).diagnostics.map(d => d.code);
    expect(codes(step).filter(code => /^DB(101[456]|3007)$/.test(code))).toHaveLength(1);
    expect(mended(step)).not.toBe(step);
    expect(codes(mended(step))).toEqual([]);
  });

  test.each([
    '  - id: tell\n    uses: notify\n    if: >\n      vars.host == "db"\n    with: { to: log, message: x }\n',
    '  - id: tell\n    uses: notify\n    if: "!has(vars.host)" # not yet\n    with: { to: log, message: x }\n',
    '  - id: tell # a comment\n    uses: notify # another\n    with:\n      to: log # the log\n      message: |\n        { a: ${{ vars.host }} } # no comment\n',
    '  - id: tell\n    uses: notify\n    with:\n      to: log\n      message: "a: ${{ vars.host }} #1"\n',
    '  - id: tell\n    uses: notify\n    with:\n      to: log\n      message: ${{ vars.host }} is up\n',
    "  - { id: tell, uses: notify, with: { to: log, message: '${{ vars.host }}' } } # done\n",
  ])('nothing is wrong with: %s', step => {
    expect(compile({ file: 'x', text: `${head}${step}` }).diagnostics).toEqual([]);
  });
});

test('values of a line, whatever stands on it', () => {
  const of = (line: string): readonly string[] =>
    lineValues(line).map(
      v => `${v.key ?? '-'}=${line.slice(v.start, v.end)}${v.quoted ? '"' : ''}${v.flow ? '~' : ''}`,
    );
  expect(of('  - { id: a, x: ${{ {"a": 1}.a }}, y: "b, c" } # z')).toEqual([
    'id=a~',
    'x=${{ {"a": 1}.a }}~',
    'y="b, c""~',
  ]);
  expect(of('- - a: b: c # d')).toEqual(['a=b: c']);
  expect(of("'if': 'a' in b")).toEqual(["if='a' in b"]);
  expect(of('x: "unclosed')).toEqual(['x="unclosed"']);
  for (const line of ['', '   ', '- ', ':', '{', '}', '}}}}', '[,,,]', '${{', '"', "'", '#', 'a: ${{ x'])
    expect(() => lineValues(line)).not.toThrow();
});

describe('bytes that are no text', () => {
  const bytes = (...parts: (string | number)[]): Uint8Array =>
    Uint8Array.from(parts.flatMap(p => (typeof p === 'number' ? [p] : [...new TextEncoder().encode(p)])));
  const said = (...parts: (string | number)[]): string => {
    const read = decode('x', bytes(...parts));
    if ('text' in read) return read.text;
    return read.diagnostics.map(d => `${d.code} ${d.range.start.line}:${d.range.start.column}`).join();
  };
  const [noUtf8, utf16] = ['DB1030', 'DB1031'];

  test.each<[string, (string | number)[], string]>([
    ['plain', ['a: ä€🚀\r\n'], 'a: ä€🚀\r\n'],
    ['a byte order mark stays', [0xef, 0xbb, 0xbf, 'a'], '\ufeffa'],
    ['Latin-1', ['a: 1\nb: Gr', 0xfc, 0xdf, 'e'], `${noUtf8} 2:6`],
    ['behind a byte order mark', [0xef, 0xbb, 0xbf, 'ab', 0xff], `${noUtf8} 1:3`],
    ['behind a character of two units', ['🚀', 0x80], `${noUtf8} 1:3`],
    ['an overlong form', ['a', 0xc0, 0x80], `${noUtf8} 1:2`],
    ['half of a surrogate pair', [0xed, 0xa0, 0x80], `${noUtf8} 1:1`],
    ['beyond Unicode', [0xf4, 0x90, 0x80, 0x80], `${noUtf8} 1:1`],
    ['a character that is cut off', ['a', 0xe2, 0x82], `${noUtf8} 1:2`],
    ['UTF-16, little end first', [0xff, 0xfe, 'a', 0], `${utf16} 1:1`],
    ['UTF-16, big end first', [0xfe, 0xff, 0, 'a'], `${utf16} 1:1`],
  ])('%s', (_, parts, expected) => {
    expect(said(...parts)).toBe(expected);
  });

  test('a file that is not there', () => {
    expect(unreadable('x', 'it is not there')).toMatchObject({
      code: 'DB1032',
      message: 'this file cannot be read: it is not there',
      range: { start: { line: 1, column: 1 } },
    });
  });

  test('larger than a file may be', () => {
    expect(decode('x', new Uint8Array((1 << 20) + 4))).toMatchObject({ diagnostics: [{ code: 'DB1002' }] });
  });
});

describe('files that are made to take for ever', () => {
  const fill = (piece: string): string => piece.repeat(Math.floor(1_000_000 / piece.length));
  test.each<[string, string]>([
    ['"${{" without end', `  - { id: a, uses: notify, with: { to: log, message: "${fill('${{ ')}" } }\n`],
    ['expressions in one text', `  - { id: a, uses: notify, with: { to: log, message: "${fill('${{ x }} ')}" } }\n`],
    ['space in a condition', `  - if: !${fill(' ')}x\n`],
    ['space in text', `  - { id: a, uses: notify, with: { to: log, message: a${fill(' ')}b } }\n`],
    ['a comment far away', `  - { id: a, uses: notify, with: { to: log, message: a${fill(' ')}#b } }\n`],
    ['quotes in a condition', `  - if: ${fill("''")} x\n`],
    ['commas in a map', `  - { message: \${{ x }}${fill(', a')} }\n`],
  ])(
    '%s',
    (_, step) => {
      const start = performance.now();
      compile({ file: 'x', text: `${head}${step}` });
      // Linear in the length; a busy machine is ten times slower than an idle one.
      expect(performance.now() - start).toBeLessThan(20_000);
    },
    60_000,
  );
});
