import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseConfig, resolveSecret } from '../../control/config/config.ts';
import { createLog } from '../../control/log.ts';

function record(readable = false) {
  const lines: string[] = [];
  const log = createLog({ write: line => lines.push(line), level: 'warn', readable });
  return { log, lines };
}

test('a line is JSON with the facts that find it, and nothing that may be a payload', () => {
  const { log, lines } = record();
  log.info('not told');
  log.warn('Activity failed', {
    workflowId: 'payments-drill-1',
    activityId: 'db',
    attempt: 2,
    input: 'payload',
    error: new TypeError('it broke'),
  });
  const { time, pid, ...line } = JSON.parse(lines.join('')) as Record<string, unknown>;
  expect(line).toEqual({
    level: 'warn',
    workflowId: 'payments-drill-1',
    activityId: 'db',
    attempt: 2,
    error: { name: 'TypeError', message: 'it broke' },
    msg: 'Activity failed',
  });
  expect(String(time)).toMatch(/^\d{4}-\d\d-\d\dT/);
  expect(pid).toBe(process.pid);
});

test('fields that are named like a credential are masked', () => {
  const { log, lines } = record();
  const facts = { site: 'site-a', password: 'x1', headers: { authorization: 'x2', 'x-zerto-session': 'x3' } };
  log.warn('Signing in', { facts });
  expect(lines.join('')).not.toMatch(/x[123]/);
  expect(JSON.parse(lines.join(''))).toMatchObject({ facts: { site: 'site-a', password: '[secret]' } });
});

test('a person at a terminal reads a sentence', () => {
  const { log, lines } = record(true);
  log.error('Activity failed', { attempt: 2, error: new Error('it broke') });
  expect(lines.join('').replace(/^\S+/, 'TIME')).toBe('TIME ERROR Activity failed (Error: it broke) {"attempt":2}');
});

test('the value of a secret that was read is in no line, however it got there', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'drillbook-log-'));
  onTestFinished(() => {
    rmSync(dir, { recursive: true });
  });
  const values = { plain: 'canary-Tr0ub4dor', quoted: 'canary"quote\\1', lines: 'canary-line-1\ncanary-line-2' };
  for (const [name, value] of Object.entries(values)) writeFileSync(join(dir, name), `${value}\n`, { mode: 0o600 });
  const secrets = Object.keys(values).map(name => `${name}: { file: ${name} }`);
  const text = `apiVersion: drillbook-config/v1\nsites: { s: { url: "https://10.1.1.1", zerto-name: S, account: { kind: windows, username: u, password: plain } } }\nsecrets: { ${secrets.join(', ')} }\n`;
  const { config } = parseConfig(text, 'drillbook.yaml');
  if (config === undefined) throw new Error('a config was expected');
  const { log, lines } = record();
  log.warn(`before: ${values.plain}`);
  expect(lines.join('')).toContain(values.plain);
  lines.length = 0;
  for (const name of Object.keys(values)) await resolveSecret(config, name, dir);
  for (const value of Object.values(values)) log.warn(`said ${value}`, { workflowId: value, error: new Error(value) });
  log.warn('one line of a key: canary-line-2, and in a URL: canary%22quote%5C1');
  expect(lines).toHaveLength(4);
  expect(lines.join('')).not.toContain('canary');
  expect(lines[0]).toContain('"msg":"said [secret]"');
});
