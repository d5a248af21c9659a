import { describe, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { parseConfig } from '../../control/config/config.ts';

/** What a file can ask of the compiler beyond measure, and what once made it throw. */

const head = 'apiVersion: drillbook/v1\nname: example\nsite: site-b\n';
const codesOf = (text: string): readonly string[] => compile({ file: 'x', text }).diagnostics.map(d => d.code);
const many = (n: number, of: (i: number) => string): string => Array.from({ length: n }, (_, i) => of(i)).join('');

describe('nesting without end is refused before anything walks it', () => {
  test.each([
    ['flow maps that nothing closes', `x: ${'{a: $'.repeat(3_000)}`],
    ['expressions that nothing closes', `x: ${'{a: ${{ '.repeat(2_000)}`],
    ['lists on one line', '- '.repeat(60_000)],
    ['keys of keys', '? '.repeat(60_000)],
    ['indented maps', many(500, i => `${' '.repeat(i)}a:\n`)],
    ['brackets that close', `x: ${'['.repeat(20_000)}${']'.repeat(20_000)}`],
  ])('%s', (_, text) => {
    expect(codesOf(text)).toEqual(['DB1011']);
    expect(parseConfig(text, 'drillbook.yaml').diagnostics.map(d => d.code)).toEqual(['DB1011']);
  });

  test('sixty levels are no error of YAML', () => {
    expect(codesOf(`x: ${'['.repeat(60)}${']'.repeat(60)}`)).not.toContain('DB1011');
    expect(codesOf(`x: ${'['.repeat(80)}${']'.repeat(80)}`)).toContain('DB1011');
  });
});

test('a file of wrong names gets suggestions for the first two hundred', () => {
  const steps = many(3_000, i => `  - { id: step${i}, needs: [stpe${i}], uses: wait, with: { for: 1s } }\n`);
  const start = performance.now();
  const { diagnostics } = compile({ file: 'x', text: `${head}modes: [drill]\nsteps:\n${steps}` });
  expect(diagnostics).toHaveLength(3_000);
  expect(diagnostics.filter(d => d.message.includes('did you mean'))).toHaveLength(200);
  expect(performance.now() - start).toBeLessThan(5_000);
});

describe('a step that the mode leaves out, in brackets', () => {
  test.each([
    "(steps.go).status == 'skipped'",
    "((steps.go)).status == ('skipped')",
    "(steps.go.status) == 'skipped'",
    "(steps.go)['status'] == 'skipped'",
    '!has((steps.go).outputs.choice)',
    "has((steps.go.outputs).choice) || (steps.go).status == 'skipped'",
  ])('%s', condition => {
    const compiled = compile({
      file: 'x',
      text: `${head}modes: [failover, drill]\nsteps:
  - { id: go, only: [failover], uses: approval, timeout: 5m, with: { message: go, from: [ops] } }
  - { id: pause, if: "${condition}", uses: wait, with: { for: 1s } }\n`,
    });
    expect(compiled.diagnostics.filter(d => !d.code.startsWith('DB7') && d.code !== 'DB3005')).toEqual([]);
    const drill = compile(
      {
        file: 'x',
        text: `${head}modes: [failover, drill]\nsteps:
  - { id: go, only: [failover], uses: approval, timeout: 5m, with: { message: go, from: [ops] } }
  - { id: pause, only: [drill], if: "${condition}", uses: wait, with: { for: 1s } }\n`,
      },
      {},
    );
    expect(drill.diagnostics).toEqual([]);
    expect(drill.plan('drill', {})).toHaveProperty('plan');
  });
});

test("an expression's text in three quotes may hold a quote and }}", () => {
  const compiled = compile({
    file: 'x',
    text: `${head}modes: [drill]\nsteps:\n  - id: tell\n    uses: notify\n    with:\n      to: log\n      message: |\n        say \${{ '''it's }}''' + run.id }} now\n`,
  });
  expect(compiled.diagnostics).toEqual([]);
  const planned = compiled.plan('drill', {});
  if (!('plan' in planned)) throw new Error('it does not plan');
  expect(planned.plan.steps.find(s => s.id === 'tell')?.with).toMatchObject({
    map: { message: { text: ['say ', { cel: expect.stringContaining("'''it's }}'''") as string }, ' now\n'] } },
  });
});
