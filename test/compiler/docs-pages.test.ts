import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { effectWords } from '../../compiler/pages/action-words.ts';
import { type Code, catalogue } from '../../compiler/catalogue.ts';
import type { Diagnostic } from '../../compiler/diagnostics.ts';
import { encodeText } from '../../compiler/encode/text.ts';
import { inputShape, objectShape } from '../../compiler/shape/fields.ts';
import { writableActions } from '../../compiler/json-schema/actions.ts';
import { actionsPage } from '../../compiler/pages/actions-page.ts';
import { diagnosticsPage } from '../../compiler/pages/diagnostics-page.ts';
import { fieldRows } from '../../compiler/pages/field-types.ts';
import { parseConfig } from '../../control/config/config.ts';
import { expectGenerated } from './generated.ts';
import { goldenCases, goldenRoot } from './golden-files.ts';

const configs = join(import.meta.dirname, '../control/golden-config');

/** Of each code the first golden case that is named after it, as `validate` shows it. */
function examples(): Partial<Record<Code, string>> {
  const found: Partial<Record<Code, string>> = {};
  const take = (
    name: string,
    diagnostics: () => readonly Diagnostic[],
    texts: Readonly<Record<string, string>>,
  ): void => {
    const code = /^DB\d{4}/.exec(name)?.[0] as Code | undefined;
    if (code === undefined || code in found) return;
    const first = diagnostics().find(d => d.code === code);
    if (first !== undefined) found[code] = encodeText([first], texts);
  };
  for (const { name, runbooks } of goldenCases()) take(name, () => expected(name), runbooks);
  for (const name of readdirSync(configs).sort()) {
    const text = readFileSync(join(configs, name, 'drillbook.yaml'), 'utf8');
    take(name, () => parseConfig(text, 'drillbook.yaml').diagnostics, { 'drillbook.yaml': text });
  }
  return found;
}

function expected(name: string): readonly Diagnostic[] {
  const file = join(goldenRoot, name, 'expected.json');
  if (!existsSync(file)) return [];
  return (JSON.parse(readFileSync(file, 'utf8')) as { diagnostics: readonly Diagnostic[] }).diagnostics;
}

describe('docs/diagnostics.md', () => {
  test('is what the catalogue and the golden cases say', () => {
    expectGenerated('docs/diagnostics.md', diagnosticsPage(examples()));
  });

  test('has every code once, under its family', () => {
    const headings = [...diagnosticsPage({}).matchAll(/^### (\S+)$/gm)].map(m => m[1]);
    expect(headings).toEqual(Object.keys(catalogue).sort());
  });

  test('shows an example of most', () => {
    const shown = Object.keys(examples()).length;
    expect(shown / Object.keys(catalogue).length).toBeGreaterThan(0.7);
    expect(examples().DB2004).toContain('^^^');
  });
});

describe('docs/actions.md', () => {
  test('is what the contracts say', () => {
    expectGenerated('docs/actions.md', actionsPage());
  });

  test('has every action that can be written, and no other', () => {
    const headings = [...actionsPage().matchAll(/^## (\S+)$/gm)].map(m => m[1]);
    expect(headings).toEqual(writableActions().map(a => a.name));
    expect(headings).not.toContain('zerto/sign-in');
  });

  test('every field of every action says what it is', () => {
    const silent = writableActions().flatMap(action =>
      [...fieldRows(inputShape(action)), ...fieldRows(objectShape(action.output))]
        .filter(row => row.description === '')
        .map(row => `${action.name} ${row.path}`),
    );
    expect(silent).toEqual([]);
  });

  test('an effect that depends on what is asked is told in words', () => {
    const dynamic = writableActions()
      .filter(a => typeof a.effect === 'function')
      .map(a => a.name);
    expect(dynamic.sort()).toEqual(Object.keys(effectWords).sort());
  });
});
