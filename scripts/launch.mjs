import './check-node.mjs';
import { runScript } from './problem.mjs';
import { ensureBuild, ensureDependencies } from './set-up.mjs';

await runScript(async () => {
  await ensureDependencies();
  await ensureBuild();
});
if (process.exitCode === 0) {
  process.exitCode = undefined;
  await import('../dist/cli/main.js');
}
