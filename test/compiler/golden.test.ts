import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { catalogue } from '../../compiler/catalogue.ts';
import type { Diagnostic } from '../../compiler/diagnostics.ts';
import { configNames, parseConfig } from '../../control/config/config.ts';

/**
 * A folder a case, named after what it shows: `runbook.yaml`, perhaps sub-runbooks, `drillbook.yaml` and `inputs.json`, and
 * `expected.json`, which `UPDATE=1` writes anew. A case whose name begins with a code must show that code.
 */
const root = join(import.meta.dirname, 'golden');
const cases = readdirSync(root).sort();
/** A new input must not need a whole Plan in its folder. */
const wantsPlans = (name: string): boolean => name.startsWith('plan-');

function read(name: string): { diagnostics: readonly Diagnostic[]; plans: Record<string, unknown> } {
  const path = (file: string): string => join(root, name, file);
  const text = readFileSync(path('runbook.yaml'), 'utf8');
  const config = existsSync(path('drillbook.yaml'))
    ? parseConfig(readFileSync(path('drillbook.yaml'), 'utf8'), 'drillbook.yaml').config
    : undefined;
  const inputs = existsSync(path('inputs.json'))
    ? (JSON.parse(readFileSync(path('inputs.json'), 'utf8')) as Record<string, unknown>)
    : {};
  const names = configNames(config);
  const load = (file: string, from: string): { file: string; text: string } | { why: string } => {
    const found = posix.join(posix.dirname(from), file);
    return existsSync(path(found))
      ? { file: found, text: readFileSync(path(found), 'utf8') }
      : { why: 'it is not there' };
  };
  const compiled = compile({ file: 'runbook.yaml', text }, { ...(names !== undefined && { names }), load });
  const plans: Record<string, unknown> = {};
  const more: Diagnostic[] = [];
  for (const mode of compiled.runbook?.modes ?? []) {
    if (compiled.diagnostics.some(d => d.severity === 'error')) break;
    const planned = compiled.plan(mode, inputs);
    if ('diagnostics' in planned) more.push(...planned.diagnostics);
    else {
      more.push(...planned.notBuilt);
      if (wantsPlans(name)) plans[mode] = planned.plan;
    }
  }
  return { diagnostics: [...compiled.diagnostics, ...more], plans };
}

test.each(cases)('%s', name => {
  const found = read(name);
  const path = join(root, name, 'expected.json');
  const json = `${JSON.stringify(found, null, 2)}\n`;
  if (process.env['UPDATE'] === '1') writeFileSync(path, json);
  expect(json).toBe(readFileSync(path, 'utf8'));
  const code = /^DB\d{4}/.exec(name)?.[0];
  if (code !== undefined) expect(found.diagnostics.map(d => d.code)).toContain(code);
});

test('every code of a runbook has a case, or a test by its name', () => {
  const here = ['compile.test.ts', 'golden.test.ts', 'mends.test.ts', 'sub-runbooks.test.ts'].map(f =>
    readFileSync(join(import.meta.dirname, f), 'utf8'),
  );
  const shown = new Set(cases.flatMap(name => read(name).diagnostics.map(d => d.code)));
  // Those of drillbook.yaml: test/control/config-golden.test.ts.
  const missing = Object.keys(catalogue).filter(
    code =>
      !code.startsWith('DB8') &&
      !shown.has(code as Diagnostic['code']) &&
      !here.some(text => text.includes(`'${code}'`)),
  );
  expect(missing).toEqual([]);
});
