import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { catalogue } from '../../compiler/catalogue.ts';
import type { Diagnostic } from '../../compiler/diagnostics.ts';
import { encodeGithub } from '../../compiler/encode/github.ts';
import { encodeJson } from '../../compiler/encode/json.ts';
import { encodeSarif } from '../../compiler/encode/sarif.ts';
import { encodeText } from '../../compiler/encode/text.ts';

const header = 'apiVersion: drillbook/v1\nname: example\nsite: site-b\nmodes: [drill]\n';
const text = `${header}steps:\n  - { id: db_up, uses: wait, with: { for: 1s } }\n  - { id: b, uses: wait, with: { for: 1s }, needs: [db_upp] }\n`;
const { diagnostics } = compile({ file: 'runbooks/x.yaml', text });

const made = (more: Partial<Diagnostic>): Diagnostic => ({
  code: 'DB2004',
  severity: 'error',
  message: 'wrong',
  file: 'x.yaml',
  range: { start: { line: 1, column: 1 }, end: { line: 1, column: 2 } },
  ...more,
});

test('JSON', () => {
  expect(JSON.parse(encodeJson(diagnostics))).toEqual({
    diagnostics: [
      {
        code: 'DB2004',
        severity: 'error',
        message: 'unknown step "db_upp" in needs: did you mean "db_up"?',
        file: 'runbooks/x.yaml',
        range: { start: { line: 7, column: 53 }, end: { line: 7, column: 59 } },
      },
    ],
  });
});

describe('text', () => {
  test('with a code frame', () => {
    expect(encodeText(diagnostics, { 'runbooks/x.yaml': text })).toBe(
      [
        'runbooks/x.yaml:7:53 error DB2004 unknown step "db_upp" in needs: did you mean "db_up"?',
        '  7 |   - { id: b, uses: wait, with: { for: 1s }, needs: [db_upp] }',
        '    |                                                     ^^^^^^',
      ].join('\n'),
    );
  });

  test('a file cannot steer the terminal', () => {
    const evil = `${header}descriptoin: \u009b31m\nsteps: []\n`;
    expect(encodeText(compile({ file: 'x', text: evil }).diagnostics, { x: evil })).not.toContain('\u009b');
  });

  test('message, help and file name are one line each and cannot steer the terminal', () => {
    const steering = '\u001b[2J\u009b1m\u202e\u2066\u0007\r\nx\u2028y';
    const text = encodeText([made({ file: `${steering}.yaml`, message: steering, help: steering })]);
    expect(text.split('\n')).toHaveLength(2);
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Bidi_Control}\u2028]/u);
  });

  test('nor can a frame', () => {
    const text = encodeText([made({})], { 'x.yaml': 'a: \u202e\u2066b\u2028c\n' });
    expect(text).not.toMatch(/[\p{Bidi_Control}\u2028]/u);
    expect(text.split('\n')).toHaveLength(3);
  });

  test('a line with a secret is never shown, whatever else is wrong with it', () => {
    const secret = [made({ code: 'DB8005' }), made({ message: 'another' })];
    expect(encodeText(secret, { 'x.yaml': 'password: hunter2\n' })).not.toContain('hunter2');
  });
});

describe('GitHub annotations', () => {
  test('one workflow command a diagnostic', () => {
    expect(encodeGithub(diagnostics)).toBe(
      '::error file=runbooks/x.yaml,line=7,col=53,endLine=7,endColumn=59,title=DB2004::unknown step "db_upp" in needs: did you mean "db_up"?',
    );
  });

  test('what would end the command is escaped; in properties the colon and the comma too', () => {
    const d = made({ file: 'a,b:100%\n.yaml', severity: 'warning', message: '100%\r\n::error::', help: 'a, b' });
    expect(encodeGithub([d, d]).split('\n')).toEqual([
      '::warning file=a%2Cb%3A100%25%0A.yaml,line=1,col=1,endLine=1,endColumn=2,title=DB2004::100%25%0D%0A::error::%0Ahelp: a, b',
      '::warning file=a%2Cb%3A100%25%0A.yaml,line=1,col=1,endLine=1,endColumn=2,title=DB2004::100%25%0D%0A::error::%0Ahelp: a, b',
    ]);
  });

  test('a file cannot steer the terminal that shows the log', () => {
    expect(encodeGithub([made({ message: '\u001b[2J\u202ex' })])).toMatch(/::\ufffd\[2J\ufffdx$/);
  });

  test('nothing for nothing', () => {
    expect(encodeGithub([])).toBe('');
  });
});

interface Sarif {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly version: string; readonly rules: readonly { id: string }[] } };
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly level: string;
        readonly message: { readonly text: string };
        readonly locations: readonly [
          { readonly physicalLocation: { readonly artifactLocation: unknown; readonly region: unknown } },
        ];
      }[];
    },
  ];
}

const sarifOf = (list: readonly Diagnostic[]): Sarif => JSON.parse(encodeSarif(list, { version: '1.2.3' })) as Sarif;

/** The schema of SARIF 2.1.0 as Microsoft ships it for tests; draft-04, of whose old keywords it uses only `id`. */
function sarifValidator(): (value: unknown) => string[] {
  const path = fileURLToPath(import.meta.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'));
  const schema = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  delete schema['$schema'];
  delete schema['id'];
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  ajv.addFormat('uri', value => URL.canParse(value));
  ajv.addFormat('uri-reference', value => URL.canParse(value, 'https://example.com/'));
  ajv.addFormat('date-time', true);
  const validate = ajv.compile(schema);
  return value => {
    validate(value);
    return (validate.errors ?? []).map(e => `${e.instancePath} ${e.message ?? ''}`);
  };
}

describe('SARIF 2.1.0', () => {
  const errorsOf = sarifValidator();

  test('is valid after its schema, with and without findings', () => {
    const all = Object.keys(catalogue).map(code => made({ code: code as Diagnostic['code'], help: 'mend it' }));
    for (const list of [[], diagnostics, all]) expect(errorsOf(sarifOf(list))).toEqual([]);
    expect(errorsOf({ version: '2.1.0', runs: [{ tool: { driver: {} } }] })).not.toEqual([]);
  });

  test('every result points at its rule, level and place', () => {
    const [{ tool, results }] = sarifOf([...diagnostics, made({ code: 'DB7003', severity: 'warning' })]).runs;
    expect(tool.driver.version).toBe('1.2.3');
    expect(tool.driver.rules.map(r => r.id)).toEqual(Object.keys(catalogue));
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    expect(results.map(r => r.level)).toEqual(['error', 'warning']);
    expect(results[0]?.locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'runbooks/x.yaml', uriBaseId: '%SRCROOT%' },
      region: { startLine: 7, startColumn: 53, endLine: 7, endColumn: 59 },
    });
  });

  test('a rule has its help, and a message how it is mended', () => {
    const { rules } = sarifOf([]).runs[0].tool.driver;
    expect(rules.find(r => r.id === 'DB2010')).toMatchObject({
      shortDescription: { text: '"…" is no duration' },
      help: { text: catalogue.DB2010.help },
      defaultConfiguration: { level: 'error' },
    });
    expect(sarifOf([made({ help: 'mend it' })]).runs[0].results[0]?.message.text).toBe('wrong\nmend it');
  });

  test('a rule shows no placeholder: what differs from case to case is left open', () => {
    const { rules } = sarifOf([]).runs[0].tool.driver;
    expect(JSON.stringify(rules)).not.toMatch(/\{[a-z]+\}/);
    expect(rules.find(r => r.id === 'DB2004')).toMatchObject({
      shortDescription: { text: 'unknown step "…" in needs' },
    });
  });

  test.each([
    ['runbooks/a b#ü.yaml', { uri: 'runbooks/a%20b%23%C3%BC.yaml', uriBaseId: '%SRCROOT%' }],
    ['runbooks\\x.yaml', { uri: 'runbooks/x.yaml', uriBaseId: '%SRCROOT%' }],
    ['\ud800.yaml', { uri: '%EF%BF%BD.yaml', uriBaseId: '%SRCROOT%' }],
    ['a:b.yaml', { uri: 'a%3Ab.yaml', uriBaseId: '%SRCROOT%' }],
    ['../x.yaml', { uri: '../x.yaml', uriBaseId: '%SRCROOT%' }],
    ['/srv/x y.yaml', { uri: 'file:///srv/x%20y.yaml' }],
    ['C:\\srv\\x.yaml', { uri: 'file:///C:/srv/x.yaml' }],
  ])('the place of %s', (file, artifactLocation) => {
    const sarif = sarifOf([made({ file })]);
    expect(errorsOf(sarif)).toEqual([]);
    expect(sarif.runs[0].results[0]?.locations[0].physicalLocation.artifactLocation).toEqual(artifactLocation);
  });

  test('columns are UTF-16 units', () => {
    const rocket = `${header}steps: [ { id: a, name: "🚀", uses: wiat, with: { for: 1s } } ]\n`;
    const region = sarifOf(compile({ file: 'x', text: rocket }).diagnostics).runs[0].results[0]?.locations[0]
      .physicalLocation.region;
    const column = (rocket.split('\n')[4] ?? '').indexOf('wiat') + 1;
    expect(region).toEqual({ startLine: 5, startColumn: column, endLine: 5, endColumn: column + 4 });
    expect(encodeSarif([], { version: '1' })).toContain('"columnKind":"utf16CodeUnits"');
  });

  test('no line of a file stands in it', () => {
    const sarif = encodeSarif(diagnostics, { version: '1' });
    expect(sarif).not.toContain('needs: [db_upp]');
    expect(sarif).not.toContain('snippet');
  });
});
