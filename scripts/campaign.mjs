import './check-node.mjs';
import { inRoot } from './paths.mjs';
import { runScript } from './problem.mjs';
import { runNode } from './run-command.mjs';
import { ensureBuild, ensureDependencies, ensureTemporal } from './set-up.mjs';

await runScript(async () => {
  await ensureDependencies();
  await ensureBuild();
  await ensureTemporal();
  const { code } = await runNode(
    inRoot('node_modules', 'tsx', 'dist', 'cli.mjs'),
    [inRoot('test', 'campaign', 'main.ts'), ...process.argv.slice(2)],
    {
      show: true,
    },
  );
  return code;
});
