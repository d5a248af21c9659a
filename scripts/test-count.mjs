import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inRoot } from './paths.mjs';

/** The runner's own report of the newest `npm test`. */
export const testReport = inRoot('.drillbook', 'test-report.json');

/**
 * The closing line of a test run, out of the runner's own JSON report. A file that could not be loaded has no tests in the report, and
 * an error outside every test fails the run with none: each counts as one failure, so that "0 failed" and a failed run cannot meet.
 * @param {string} file the report; missing when the runner ended before it wrote one
 * @param {number} exitCode the runner's
 * @returns {{ line: string, passed: number, failed: number, skipped: number }}
 */
export function countTests(file, exitCode) {
  const report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { testResults: [] };
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const count = status => tests.filter(test => test.status === status).length;
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some(test => test.status === 'failed'),
  ).length;
  const passed = count('passed');
  const found = count('failed') + broken;
  const failed = found === 0 && exitCode !== 0 ? 1 : found;
  const skipped = tests.length - passed - count('failed');
  return {
    line: `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
    passed,
    failed,
    skipped,
  };
}

// node scripts/test-count.mjs EXIT_CODE: the line again, of the newest `npm test`, which ended with this code.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(countTests(testReport, Number(process.argv[2] ?? 0)).line);
}
