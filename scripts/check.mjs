import './check-node.mjs';
import { availableParallelism } from 'node:os';
import { inRoot } from './paths.mjs';
import { runScript, say } from './problem.mjs';
import { runNode } from './run-command.mjs';
import { ensureDependencies } from './set-up.mjs';

const tool = (...path) => inRoot('node_modules', ...path);

/** The longest first; `after` names what must have passed before. */
const steps = [
  // Without its cache: a kept result does not know what a change in another file did to the types here.
  { name: 'lint', run: [tool('eslint', 'bin', 'eslint.js'), '.'] },
  { name: 'types', run: [inRoot('scripts', 'build.mjs')] },
  {
    name: 'types of the tests',
    run: [tool('typescript', 'bin', 'tsc'), '-p', 'test', '--pretty', 'false'],
    after: 'types',
  },
  { name: 'format', run: [tool('@biomejs', 'biome', 'bin', 'biome'), 'format', '.'] },
  {
    name: 'boundaries',
    run: [tool('dependency-cruiser', 'bin', 'dependency-cruise.mjs'), '--output-type', 'err', '.'],
  },
  { name: 'dead code', run: [tool('knip', 'bin', 'knip.js'), '--no-progress'] },
  { name: 'unit tests', run: [tool('vitest', 'vitest.mjs'), 'run', '--project', 'fast', '--reporter=dot'] },
];

await runScript(async () => {
  await ensureDependencies();
  const began = performance.now();
  const waiting = [...steps];
  const passed = new Set();
  const failed = [];
  const lane = async () => {
    for (let step = next(); step !== undefined; step = next()) {
      const { code, output, seconds } = await runNode(step.run[0], step.run.slice(1));
      say(`${code === 0 ? 'passed' : 'FAILED'}  ${step.name} (${seconds.toFixed(1)} s)`);
      if (code === 0) passed.add(step.name);
      else {
        failed.push(step.name);
        say(output.trimEnd());
      }
    }
  };
  // A step whose condition is still being worked on goes behind the others; one whose condition failed is not run.
  const next = () => {
    const index = waiting.findIndex(({ after }) => after === undefined || passed.has(after) || failed.includes(after));
    if (index < 0) return undefined;
    const [step] = waiting.splice(index, 1);
    if (step.after === undefined || passed.has(step.after)) return step;
    say(`left out  ${step.name} (${step.after} failed)`);
    return next();
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
