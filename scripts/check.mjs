import './check-node.mjs';
import { availableParallelism } from 'node:os';
import { inRoot } from './paths.mjs';
import { runScript, say } from './problem.mjs';
import { runNode } from './run-command.mjs';
import { ensureDependencies } from './set-up.mjs';

const tool = (...path) => inRoot('node_modules', ...path);

/** The longest first; none needs what another made. */
const steps = [
  { name: 'unit tests', run: [tool('vitest', 'vitest.mjs'), 'run', '--project', 'fast', '--reporter=minimal'] },
  // With the types of each room; it checks those of the tests and the benches on the way.
  { name: 'lint and types', run: [tool('oxlint', 'bin', 'oxlint')] },
  { name: 'build', run: [inRoot('scripts', 'build.mjs')] },
  { name: 'dead code', run: [tool('knip', 'bin', 'knip.js'), '--no-progress'] },
  {
    name: 'boundaries',
    run: [tool('dependency-cruiser', 'bin', 'dependency-cruise.mjs'), '--output-type', 'err', '.'],
  },
  { name: 'format', run: [tool('@biomejs', 'biome', 'bin', 'biome'), 'format', '.'] },
];

await runScript(async () => {
  await ensureDependencies();
  const began = performance.now();
  const waiting = [...steps];
  const failed = [];
  const lane = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const { code, output, seconds } = await runNode(step.run[0], step.run.slice(1));
      say(`${code === 0 ? 'passed' : 'FAILED'}  ${step.name} (${seconds.toFixed(1)} s)`);
      if (code === 0) continue;
      failed.push(step.name);
      say(output.trimEnd());
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, availableParallelism()) }, lane));
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  if (failed.length > 0) {
    say(`Failed after ${seconds} s: ${failed.join(', ')}.`);
    return 1;
  }
  say(`All ${steps.length} checks passed in ${seconds} s.`);
  return 0;
});
