import './check-node.mjs';
import { runScript, say } from './problem.mjs';
import { ensureBuild, ensureDependencies } from './set-up.mjs';

await runScript(async () => {
  await ensureDependencies();
  await ensureBuild();
  say('The build is up to date.');
});
