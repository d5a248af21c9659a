import './check-node.mjs';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { inRoot } from './paths.mjs';
import { runScript, tellProblem } from './problem.mjs';
import { runNode } from './run-command.mjs';
import { ensureBuild, ensureDependencies, ensureTemporal } from './set-up.mjs';
import { countTests, testReport } from './test-count.mjs';

await runScript(async () => {
  mkdirSync(dirname(testReport), { recursive: true });
  rmSync(testReport, { force: true });
  const code = await runTests().catch(tellProblem);
  const { line, failed } = countTests(testReport, code);
  console.log(line);
  return failed > 0 && code === 0 ? 1 : code;
});

async function runTests() {
  await ensureDependencies();
  await ensureBuild();
  await ensureTemporal();
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${testReport}`];
  const { code } = await runNode(
    inRoot('node_modules', 'vitest', 'vitest.mjs'),
    ['run', ...reporters, ...process.argv.slice(2)],
    { show: true },
  );
  return code;
}
