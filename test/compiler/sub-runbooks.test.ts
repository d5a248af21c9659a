import { describe, expect, test } from 'vitest';
import type { ConfigNames } from '../../compiler/check/names.ts';
import { compile, type Compiled } from '../../compiler/compile.ts';
import { sha256Hex } from '../../compiler/hash.ts';
import type { Load } from '../../compiler/units.ts';

const head = (name: string): string => `apiVersion: drillbook/v1\nname: ${name}\nsite: site-b\nmodes: [drill]\n`;
const call = (id: string, file: string, more = ''): string =>
  `  - { id: ${id}, uses: runbook, with: { file: ${file}${more} } }\n`;
const leaf = `${head('leaf')}steps: [ { id: a, uses: wait, with: { for: 1s } } ]\n`;

/** Files by name, all in one folder; counts what is asked for. */
function compileFiles(files: Readonly<Record<string, string>>): { compiled: Compiled; asked: readonly string[] } {
  const asked: string[] = [];
  const load: Load = file => {
    asked.push(file);
    const text = files[file];
    return text === undefined ? { why: 'there is no such file' } : { file, text };
  };
  return { compiled: compile({ file: 'main', text: files['main'] ?? '' }, { load }), asked };
}

const codes = ({ diagnostics }: Compiled): readonly string[] => diagnostics.map(d => `${d.file} ${d.code}`);

test('DB4020: where no other file can be read', () => {
  const { diagnostics } = compile({ file: 'main', text: `${head('main')}steps:\n${call('a', 'leaf')}` });
  expect(diagnostics.map(d => d.message)).toEqual([
    'the sub-runbook leaf cannot be read: no other file can be read here',
  ]);
});

test('each file is loaded and compiled once, and named with its hash', () => {
  const calls = Array.from({ length: 20 }, (_, i) => call(`s${i}`, 'leaf')).join('');
  const main = `${head('main')}steps:\n${calls}`;
  const { compiled, asked } = compileFiles({ main, leaf });
  expect(asked).toEqual(['leaf']);
  expect(compiled.runbook?.files).toEqual([
    { name: 'main', sha256: sha256Hex(main) },
    { name: 'leaf', sha256: sha256Hex(leaf) },
  ]);
});

test('the hash of a Plan covers the sub-runbooks', () => {
  const hash = (part: string): string | undefined => {
    const planned = compileFiles({ main: `${head('main')}steps:\n${call('a', 'leaf')}`, leaf: part }).compiled.plan(
      'drill',
      {},
    );
    return 'plan' in planned ? planned.plan.hash : undefined;
  };
  expect(hash(leaf)).toMatch(/^[0-9a-f]{64}$/);
  expect(hash(`${leaf}# another one`)).not.toBe(hash(leaf));
});

describe('DB4024: levels', () => {
  /** `main` calls f1, that f2 …: so many levels. */
  const nested = (levels: number): Record<string, string> => ({
    main: `${head('main')}steps:\n${call('a', 'f1')}`,
    ...Object.fromEntries(
      Array.from({ length: levels }, (_, i) => [
        `f${i + 1}`,
        i + 1 === levels ? leaf : `${head(`f${i + 1}`)}steps:\n${call('a', `f${i + 2}`)}`,
      ]),
    ),
  });

  test('eight are fine, the ninth is refused where it is called', () => {
    expect(codes(compileFiles(nested(8)).compiled)).toEqual([]);
    expect(codes(compileFiles(nested(9)).compiled)).toContain('f8 DB4024');
  });

  test('a file that was within the limit elsewhere is refused where it stands too deep', () => {
    const files = nested(8);
    files['main'] = `${head('main')}steps:\n${call('a', 'f1')}${call('b', 'deeper')}`;
    files['deeper'] = `${head('deeper')}steps:\n${call('a', 'f1')}`;
    expect(codes(compileFiles(files).compiled)).toContain('deeper DB4024');
  });

  test('a loader that never ends does not either', () => {
    let n = 0;
    const load: Load = () => ({ file: `f${n}`, text: `${head('f')}steps:\n${call('a', `f${++n}`)}` });
    const { diagnostics } = compile({ file: 'main', text: `${head('main')}steps:\n${call('a', 'f0')}` }, { load });
    expect(diagnostics.map(d => d.code)).toContain('DB4024');
    expect(n).toBeLessThan(10);
  });
});

test('DB4025: steps are counted wherever they are called, without being written out', () => {
  const hundred = (file: string): string => Array.from({ length: 100 }, (_, i) => call(`s${i}`, file)).join('');
  const files = {
    main: `${head('main')}steps:\n${call('a', 'f1')}${call('b', 'f1')}`,
    f1: `${head('f1')}steps:\n${hundred('f2')}`,
    f2: `${head('f2')}steps:\n${hundred('leaf')}`,
    leaf,
  };
  // 100 × (1 + 100 × 2) in f1.
  const first = compileFiles(files).compiled.diagnostics.find(d => d.file === 'f1');
  expect([first?.code, first?.range.start.line]).toEqual(['DB4025', 105]);
  const fewer = { ...files, f1: `${head('f1')}steps:\n${call('a', 'f2')}` };
  expect(codes(compileFiles(fewer).compiled)).toEqual([]);
});

test('DB4025: however many calls, no sub-runbook is walked once for each', () => {
  const waits = Array.from({ length: 5_000 }, (_, i) => `  - { id: w${i}, uses: wait, with: { for: 1s } }\n`).join('');
  const calls = Array.from({ length: 5_000 }, (_, i) => call(`s${i}`, 'part')).join('');
  const live = (text: string): string => text.replace('modes: [drill]', 'modes: [failover]');
  const hook =
    'triggers: [ { webhook: { name: w, mode: failover, from: pager, if: payload.x, reason: It is down. } } ]\n';
  const started = performance.now();
  const { compiled } = compileFiles({
    main: live(`${head('main')}${hook}steps:\n${calls}`),
    part: live(`${head('part')}steps:\n${waits}`),
  });
  expect(compiled.diagnostics.map(d => d.code)).toContain('DB4025');
  // 25 million steps; a busy machine is ten times slower than an idle one.
  expect(performance.now() - started).toBeLessThan(20_000);
}, 60_000);

test('DB4035: lists within lists, more than can be looked at', () => {
  const list = `[${Array.from({ length: 1_000 }, (_, i) => i).join(', ')}]`;
  const each = (file: string): string =>
    `  - { id: each, for-each: ${list}, uses: runbook, with: { file: ${file}, inputs: { vpg: "\${{ has(inputs.vpg) ? inputs.vpg : 'v' }}-\${{ each.value }}" } } }\n`;
  const input = 'inputs: { vpg: { type: string } }\n';
  const files = {
    main: `${head('main')}${input}steps:\n${each('f1')}`,
    f1: `${head('f1')}${input}steps:\n${each('f2')}`,
    f2: `${head('f2')}inputs: { vpg: { type: string, required: true } }\nsteps:\n  - { id: up, uses: zerto/tag-checkpoint, with: { vpg: "\${{ inputs.vpg }}", tag: t } }\n`,
  };
  const planned = compileFiles(files).compiled.plan('drill', {});
  expect('diagnostics' in planned && planned.diagnostics.map(d => [d.file, d.code, d.range.start.line])).toEqual([
    ['main', 'DB4035', 7],
  ]);
});

test('DB4035: the same again and again is counted, too', () => {
  const list = `[${Array.from({ length: 1_000 }, (_, i) => i).join(', ')}]`;
  const each = (file: string): string =>
    `  - { id: each, for-each: ${list}, uses: runbook, with: { file: ${file} } }\n`;
  const files = { main: `${head('main')}steps:\n${each('f1')}`, f1: `${head('f1')}steps:\n${each('leaf')}`, leaf };
  const planned = compileFiles(files).compiled.plan('drill', {});
  expect('diagnostics' in planned && planned.diagnostics.map(d => [d.file, d.code])).toEqual([['main', 'DB4035']]);
});

test('many steps of a preflight side by side: the last one waits for all, and the Plan stays small', () => {
  const looks = (n: number, phase: string): string =>
    Array.from(
      { length: n },
      (_, i) => `  - { id: ${phase}${i}, needs: [], uses: check/tcp, with: { host: h, port: 1 } }\n`,
    ).join('');
  const planned = compileFiles({
    main: `${head('main')}preflight:\n${looks(100, 'p')}steps:\n${looks(100, 'm')}`,
  }).compiled.plan('drill', {});
  const steps = 'plan' in planned ? planned.plan.steps : [];
  expect([steps[1]?.after, steps[100]?.id, steps[100]?.after]).toEqual([[0], 'p99', 'above']);
  expect(steps.slice(101).map(s => s.after)).toEqual(Array.from({ length: 100 }, () => [100]));
});

test('what the items of a caller give a check of a sub-runbook is judged item by item', () => {
  const names: ConfigNames = {
    ...{ file: 'drillbook.yaml', sites: ['site-b'], people: [], groups: [], targets: [], probes: [], secrets: [] },
    ...{ overlapping: [], endpoints: {}, calendars: [], triggers: {} },
    commands: { look: { effect: 'read', args: 0, via: [] }, clean: { effect: 'reversible', args: 0, via: [] } },
  };
  const part = `${head('part')}inputs: { command: { type: string, required: true } }\nsteps: [ { id: a, uses: check/command, with: { command: "\${{ inputs.command }}" } } ]\n`;
  const planned = (list: string): readonly string[] => {
    const main = `${head('main')}steps: [ { id: b, for-each: ${list}, uses: runbook, with: { file: part, inputs: { command: "\${{ each.value }}" } } } ]\n`;
    const load: Load = file => ({ file, text: part });
    const result = compile({ file: 'main', text: main }, { load, names }).plan('drill', {});
    return 'diagnostics' in result ? result.diagnostics.map(d => `${d.file} ${d.code}`) : [];
  };
  expect(planned('[look, look]')).toEqual([]);
  expect(planned('[look, clean]')).toEqual(['part DB4046']);
  expect(planned('[look, other]')).toEqual(['part DB2012']);
});

test('names are only those of the scope', () => {
  const main = `${head('main')}steps:\n  - { id: b, uses: wait, with: { for: 1s } }\n${call('a', 'part')}`;
  const part = `${head('part')}steps: [ { id: c, uses: wait, with: { for: 1s }, if: steps.b.status == 'failed' } ]\n`;
  const { compiled } = compileFiles({ main, part });
  expect(codes(compiled)).toEqual(['main DB4021', 'part DB3003']);
});

test('a step that `only` leaves out reads as such, sub-runbook or not', () => {
  const main = `apiVersion: drillbook/v1\nname: main\nsite: site-b\nmodes: [drill, change]\nsteps:
  - { id: dr, only: [drill], uses: runbook, with: { file: part } }
  - { id: say, uses: notify, with: { to: log, message: "\${{ has(steps.dr.outputs.up) ? steps.dr.outputs.up : steps.dr.status }}" } }
`;
  const part = `${head('part')}outputs: { up: yes }\nsteps: [ { id: c, uses: wait, with: { for: 1s } } ]\n`;
  const { compiled } = compileFiles({ main, part });
  expect(codes(compiled)).toEqual([]);
  const bare = compileFiles({ main: main.replace(/has\(.*\? (.*) : steps.dr.status/, '$1'), part }).compiled;
  expect(codes(bare)).toEqual(['main DB3005']);
});

test('an input of VPGs that a sub-runbook reads in a roundabout way must be known at the start too', () => {
  const part = `${head('part')}inputs: { vpg: { type: string, required: true } }
steps:
  - { id: a, uses: zerto/failover-test, with: { vpg: "\${{ [inputs][0].vpg }}" } }
`;
  const main = `${head('main')}steps:
  - { id: point, uses: zerto/choose-checkpoints, with: { vpgs: [crm], checkpoint: latest } }
${call('a', 'part', ', inputs: { vpg: "${{ steps.point.outputs.oldest }}" }')}`;
  expect(codes(compileFiles({ main, part }).compiled)).toContain('main DB4030');
});
