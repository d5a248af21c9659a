import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeScratch } from './scratch.ts';

// A script in plain JavaScript; its path is no literal, so that the compiler does not look for types.
const script = new URL('../../scripts/test-count.mjs', import.meta.url).href;
const { countTests } = (await import(script)) as { countTests: (file: string, exitCode: number) => { line: string } };

const tests = (...statuses: string[]): { status: string }[] => statuses.map(status => ({ status }));
const file = (status: string, ...statuses: string[]): object => ({ status, assertionResults: tests(...statuses) });

test.each([
  ['all passed', [file('passed', 'passed', 'passed')], 0, '2 passed, 0 failed'],
  ['some failed', [file('failed', 'passed', 'failed'), file('passed', 'passed')], 1, '2 passed, 1 failed'],
  ['some skipped', [file('passed', 'passed', 'skipped', 'todo', 'pending')], 0, '1 passed, 0 failed, 3 skipped'],
  ['a file that does not load counts', [file('failed'), file('passed', 'passed')], 1, '1 passed, 1 failed'],
  ['an error outside every test counts', [file('passed', 'passed')], 1, '1 passed, 1 failed'],
])('%s', (_name, testResults, exitCode, line) => {
  const path = join(makeScratch(), 'report.json');
  writeFileSync(path, JSON.stringify({ testResults }));
  expect(countTests(path, exitCode).line).toBe(line);
});

test('no report is one failure', () => {
  expect(countTests(join(makeScratch(), 'none.json'), 1).line).toBe('0 passed, 1 failed');
});
