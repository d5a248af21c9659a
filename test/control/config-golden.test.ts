import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { catalogue } from '../../compiler/catalogue.ts';
import { encodeJson } from '../../compiler/encode/json.ts';
import { encodeText } from '../../compiler/encode/text.ts';
import { type ConfigRead, parseConfig } from '../../control/config/config.ts';
import { acceptedNotUsed } from '../../control/config/later.ts';
import { configJsonSchema } from '../../control/config/json-schema.ts';

/**
 * A folder a case, named after what it shows: `drillbook.yaml` and `expected.json`, which `UPDATE=1` writes anew. A case whose
 * name begins with a code must show that code; one whose name begins with `config-` has the typed result too.
 */
const root = join(import.meta.dirname, 'golden-config');
const cases = readdirSync(root).sort();
/** Stands for a secret's value in the cases: it must be in no output. */
const canary = /correct-horse[a-z-]*/i;

const textOf = (name: string): string => readFileSync(join(root, name, 'drillbook.yaml'), 'utf8');
const read = (name: string): ConfigRead => parseConfig(textOf(name), 'drillbook.yaml');

test.each(cases)('%s', name => {
  const { config, diagnostics, later } = read(name);
  const path = join(root, name, 'expected.json');
  const found = { diagnostics, later, ...(name.startsWith('config-') && { config }) };
  const json = `${JSON.stringify(found, null, 2)}\n`;
  if (process.env['UPDATE'] === '1') writeFileSync(path, json);
  expect(json).toBe(readFileSync(path, 'utf8'));
  const code = /^DB\d{4}/.exec(name)?.[0];
  if (code !== undefined) expect([...diagnostics, ...later].map(d => d.code)).toContain(code);
  expect(config === undefined).toBe(diagnostics.some(d => d.severity === 'error'));
});

test('no output repeats a secret’s value', () => {
  const holding = cases.filter(name => canary.test(textOf(name)));
  expect(holding.length).toBeGreaterThan(7);
  for (const name of holding) {
    const { diagnostics, later } = read(name);
    const all = [...diagnostics, ...later];
    for (const output of [encodeText(all, { 'drillbook.yaml': textOf(name) }), encodeJson(all)])
      expect(canary.exec(output), name).toBeNull();
  }
});

test('no message is the schema library’s', () => {
  const foreign = /invalid input|expected|received|too (?:small|big)|unrecognized/i;
  for (const name of cases)
    for (const { message } of read(name).diagnostics) expect(message, name).not.toMatch(foreign);
});

/** What the file alone does not show: an iCalendar file beside it (test/cli/config.test.ts). */
const ofOtherFiles = ['DB8040'];

test('every code of drillbook.yaml has a case', () => {
  const shown = new Set(cases.flatMap(name => [...read(name).diagnostics, ...read(name).later].map(d => d.code)));
  const missing = Object.keys(catalogue).filter(code => code.startsWith('DB8') && !shown.has(code as never));
  expect(missing).toEqual(ofOtherFiles);
});

test('what is accepted and not used is in the schema', () => {
  for (const path of acceptedNotUsed) {
    let at: unknown = configJsonSchema();
    for (const key of path.split('.')) {
      const { properties, additionalProperties } = at as Record<string, Record<string, unknown>>;
      at = key === '*' ? additionalProperties : properties?.[key];
      expect(at, path).toBeDefined();
    }
  }
});
