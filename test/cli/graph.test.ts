import { expect, it } from 'vitest';
import { packageRoot } from '../../local/package-root.ts';
import { drillbook, render } from './command-line.ts';
import { makeFolder } from './folder.ts';
import { config } from './sample-config.ts';
import { runbook } from './sample-run.ts';

const folder = () => makeFolder({ 'drillbook.yaml': config, 'a.yaml': runbook });

it('is an SVG, and nothing else on standard output', async () => {
  const { code, stdout, stderr } = await drillbook(['graph', 'a.yaml', '--mode', 'drill'], { cwd: folder() });
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
  for (const word of ['small, drill', 'Recover the database', 'zerto/failover-test', 'close-db', 'Closing'])
    expect(stdout).toContain(word);
});

it('as Mermaid', async () => {
  const seen = await drillbook(['graph', 'a.yaml', '--mode', 'drill', '--format', 'mermaid'], { cwd: folder() });
  expect(seen.code).toBe(0);
  expect(seen.stdout).toContain('flowchart TB\n');
  expect(seen.stdout).toContain('n1 -. closes .-> n3\n');
});

it('as DOT', async () => {
  const seen = await drillbook(['graph', 'a.yaml', '--mode', 'drill', '--format', 'dot'], { cwd: folder() });
  expect(seen.stdout).toMatch(/^digraph runbook \{[\s\S]*"db" -> "close-db" \[style=dashed[\s\S]*\}\n$/);
});

it('a mode that cannot run yet is drawn too, and that is said', async () => {
  const seen = await drillbook(['graph', 'runbooks/payments.yaml', '--mode', 'failover'], { cwd: packageRoot() });
  expect(seen.code).toBe(0);
  expect(seen.stdout).toContain('2 of dr-managers: commit or roll-back');
});

it('what does not compile is no picture', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': config, 'a.yaml': 'steps: [' });
  const seen = await drillbook(['graph', 'a.yaml', '--mode', 'drill'], { cwd });
  expect(render(seen)).toMatch(/^err: a\.yaml:1:8 error DB1001 .*\n[\s\S]*exit 1$/);
  expect(seen.stdout).toBe('');
});
