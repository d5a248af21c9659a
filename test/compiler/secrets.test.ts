import { expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { encodeGithub } from '../../compiler/encode/github.ts';
import { encodeJson } from '../../compiler/encode/json.ts';
import { encodeSarif } from '../../compiler/encode/sarif.ts';
import { encodeText } from '../../compiler/encode/text.ts';
import { goldenCases } from './golden-files.ts';

test('a secret that stands in a runbook is in no message and in no code frame', () => {
  const found = goldenCases().find(({ name }) => name === 'DB2052-secrets-in-text');
  const text = found?.runbooks['runbook.yaml'] ?? '';
  const { diagnostics } = compile({ file: 'runbook.yaml', text });
  expect(text).toContain('correct-horse');
  expect(diagnostics.filter(({ code }) => code === 'DB2052').length).toBeGreaterThan(10);
  for (const output of [
    encodeText(diagnostics, { 'runbook.yaml': text }),
    encodeJson(diagnostics),
    encodeGithub(diagnostics),
    encodeSarif(diagnostics, { version: '1' }),
  ])
    expect(output).not.toMatch(/correct-horse|123456/);
});
