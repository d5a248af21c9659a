import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type AuditLine, openAudit } from '../../control/audit.ts';
import { noteSecretValue } from '../../control/config/secret-values.ts';

const line = (text: string): AuditLine => ({
  ...{ person: 'ana', how: 'token', call: 'vote', run: 'r', step: 'go', counted: true, text, address: '::1' },
});
const folder = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'drillbook-audit-'));
  onTestFinished(() => {
    rmSync(dir, { recursive: true });
  });
  return dir;
};

it('each line is on the disk when it is written, in order, one a line, and no secret in it', async () => {
  const file = join(folder(), 'state', 'audit.jsonl');
  const audit = openAudit(
    file,
    () => Date.UTC(2026, 10, 21, 2, 30),
    () => undefined,
  );
  noteSecretValue('hunter2-of-the-zvm');
  await Promise.all(['one\ntwo', 'hunter2-of-the-zvm', 'three'].map(text => audit(line(text))));
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines.map(text => (JSON.parse(text) as { text: string }).text)).toEqual(['one\ntwo', '[secret]', 'three']);
  expect(lines[0]).toBe(
    '{"at":"2026-11-21T02:30:00.000Z","person":"ana","how":"token","call":"vote","run":"r","step":"go","counted":true,"text":"one\\ntwo","address":"::1"}',
  );
});

it('what cannot be written is told, and stops nobody', async () => {
  const dir = folder();
  writeFileSync(join(dir, 'state'), 'a file where a folder is wanted');
  const told: string[] = [];
  const file = join(dir, 'state', 'audit.jsonl');
  const audit = openAudit(file, Date.now, text => told.push(text));
  await audit(line('one'));
  expect(told[0]).toContain(`The audit line cannot be written to ${file} (EEXIST)`);
  rmSync(join(dir, 'state'));
  await audit(line('two'));
  expect(readFileSync(file, 'utf8')).toContain('"text":"two"');
});
