import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { findAction } from '../../actions/index.ts';
import { compile } from '../../compiler/compile.ts';
import { encodeText } from '../../compiler/encode/text.ts';
import { canonical, sha256Hex } from '../../compiler/hash.ts';
import { notBuilt } from '../../compiler/plan/not-built.ts';
import type { Plan } from '../../compiler/plan.ts';
import type { Json } from '../../actions/json.ts';
import { renderTemplate } from '../../expressions/evaluate.ts';

const shipped = (name: string): string => readFileSync(join(import.meta.dirname, '../../runbooks', name), 'utf8');
const header = 'apiVersion: drillbook/v1\nname: example\nsite: site-b\nmodes: [drill]\n';

function planOf(
  text: string,
  mode: 'drill' | 'failover' | 'move' | 'change' = 'drill',
  inputs: Record<string, unknown> = {},
): Plan {
  const planned = compile({ file: 'runbooks/x.yaml', text }).plan(mode, inputs);
  if ('diagnostics' in planned) throw new Error(encodeText(planned.diagnostics));
  return planned.plan;
}

describe('a file’s size and shape', () => {
  test('DB1002: more than 1 MiB', () => {
    const text = `${header}steps: [] # ${'x'.repeat(1 << 20)}`;
    expect(compile({ file: 'x', text }).diagnostics.map(d => d.code)).toEqual(['DB1002']);
  });

  test.each(['['.repeat(30_000), '- '.repeat(30_000), '{a: '.repeat(20_000), '? '.repeat(20_000)])(
    'brackets that exhaust the stack of a composer do not end the process',
    text => {
      expect(compile({ file: 'x', text }).diagnostics.map(d => d.code)).toEqual(['DB1011']);
    },
  );

  test('a byte order mark is no column', () => {
    const text = `\ufeffapiVersion: drillbook/v3\r\nname: x\r\nmodes: [drill]\r\nsteps:\r\n  - { id: A, uses: wait, with: { for: 1s } }\r\n`;
    const { diagnostics } = compile({ file: 'x', text });
    expect(diagnostics.map(d => [d.code, d.range.start, d.range.end])).toEqual([
      ['DB2013', { line: 1, column: 13 }, { line: 1, column: 25 }],
      ['DB2006', { line: 5, column: 11 }, { line: 5, column: 12 }],
    ]);
  });
});

describe('Plans', () => {
  test('the shipped runbooks compile without a word', () => {
    for (const name of ['payments.yaml', 'vpg-networks.yaml'])
      expect(compile({ file: name, text: shipped(name) }).diagnostics).toEqual([]);
  });

  test('every mode of every shipped runbook can run', () => {
    expect(notBuilt(planOf(shipped('payments.yaml')))).toEqual([]);
    expect(notBuilt(planOf(shipped('payments.yaml'), 'failover'))).toEqual([]);
    expect(notBuilt(planOf(shipped('vpg-networks.yaml'), 'change'))).toEqual([]);
    expect(notBuilt(planOf(shipped('move.yaml'), 'move'))).toEqual([]);
    expect(notBuilt(planOf(shipped('failback.yaml'), 'move'))).toEqual([]);
  });

  test('the hash is that of everything else, and of nothing more', () => {
    const plan = planOf(shipped('payments.yaml'));
    const { hash, ...rest } = plan;
    expect(hash).toBe(sha256Hex(canonical(rest as unknown as Json)));
    expect(planOf(shipped('payments.yaml')).hash).toBe(hash);
    expect(planOf(shipped('payments.yaml'), 'drill', { checkpoint: 'tag:x' }).hash).not.toBe(hash);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });

  test('SHA-256 of the file’s bytes', () => {
    expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(planOf(shipped('payments.yaml')).source).toEqual({
      file: 'x.yaml',
      sha256: sha256Hex(shipped('payments.yaml')),
    });
  });

  test('every literal `with` is what its contract takes', () => {
    for (const plan of [planOf(shipped('payments.yaml')), planOf(shipped('vpg-networks.yaml'), 'change')])
      for (const step of plan.steps) {
        if (!('lit' in step.with)) continue;
        expect(findAction(step.uses)?.input.safeParse(step.with.lit).error, step.id).toBeUndefined();
      }
  });

  test('templates render against what the engine has', () => {
    const text = `${header}steps:
  - { id: up, uses: check/tcp, with: { host: db, port: 1 } }
  - { id: tell, uses: notify, with: { to: log, message: "up after \${{ steps.up.outputs.connected_after }} in \${{ run.name }}" } }
`;
    const tell = planOf(text).steps.find(s => s.id === 'tell');
    const values = { steps: { up: { status: 'succeeded', outputs: { connected_after: 72_000 } } } };
    expect(tell && renderTemplate(tell.with, values)).toEqual({
      ok: true,
      value: { to: 'log', message: 'up after 1m12s in example' },
    });
  });

  test('an input that a mode does not give is absent, and its `has` is false', () => {
    const text = `${header}inputs: { host: { type: string } }
steps:
  - { id: up, if: has(inputs.host), uses: check/tcp, with: { host: "\${{ has(inputs.host) ? inputs.host : 'none' }}", port: 1 } }
`;
    expect(planOf(text).inputs).toEqual({});
    const step = planOf(text).steps.find(s => s.id === 'up');
    expect(step?.with).toEqual({ lit: { host: 'none', port: 1, timeout: 10_000 } });
  });

  test('a long wait is not cut short by a time-out that nobody stated', () => {
    const text = `${header}steps: [ { id: a, uses: wait, with: { for: 3d } } ]\n`;
    expect(planOf(text).steps.find(s => s.id === 'a')?.timeoutMs).toBe(3 * 86_400_000 + 60_000);
  });

  test('DB6004: a mode that the file does not have', () => {
    const planned = compile({ file: 'x', text: shipped('payments.yaml') }).plan('move', {});
    expect(planned).toMatchObject({ diagnostics: [{ code: 'DB6004', help: 'It has drill, failover.' }] });
  });

  test('only the asked modes are checked', () => {
    const text = `${header.replace('[drill]', '[drill, failover]')}steps: [ { id: a, uses: zerto/failover, with: { vpg: crm } } ]\n`;
    expect(compile({ file: 'x', text }, { modes: ['failover'] }).diagnostics.some(d => d.severity === 'error')).toBe(
      false,
    );
    expect(compile({ file: 'x', text }).diagnostics.some(d => d.code === 'DB4001')).toBe(true);
  });

  test('a list of opening steps closes in reverse, with one edge each', () => {
    const steps = Array.from(
      { length: 50 },
      (_, i) => `  - { id: s${i}, uses: zerto/failover-test, with: { vpg: v${i} } }\n`,
    );
    const closing = planOf(`${header}steps:\n${steps.join('')}`).steps.filter(s => s.phase === 'closing');
    expect(closing.map(s => s.id)).toEqual(Array.from({ length: 50 }, (_, i) => `close-s${49 - i}`));
    expect(closing.reduce((n, s) => n + s.after.length, 0)).toBe(49);
  });
});

test('1,000 steps compile in a few times the bare parse', () => {
  const step = (i: number): string =>
    `  - id: s${i}\n    uses: check/tcp\n    with:\n      host: \${{ vars.host }}\n      port: 5432\n    retry: { every: 15s, for: 5m }\n`;
  const text = `${header}vars: { host: db }\nsteps:\n${Array.from({ length: 1_000 }, (_, i) => step(i)).join('')}`;
  const time = (f: () => void): number => {
    const start = performance.now();
    f();
    return performance.now() - start;
  };
  const rounds = [1, 2, 3, 4].map(
    () => [time(() => parseDocument(text)), time(() => compile({ file: 'x', text }))] as const,
  );
  const [parse, whole] = [0, 1].map(i => Math.min(...rounds.map(r => r[i] ?? 0)));
  // The goal, 3, is measured by the benchmark; a busy machine must not fail this.
  expect((whole ?? 0) / (parse ?? 1)).toBeLessThan(6);
});
