import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { bundleWorkflows } from './bundle-workflows.mjs';
import { inRoot, listFiles, root } from './paths.mjs';
import { SetUpProblem, say } from './problem.mjs';
import { runNode } from './run-command.mjs';

const stampFile = inRoot('dist', '.build-stamp');

/** Whether `dist` was made from the sources as they are now: by names, sizes and times, so that asking costs milliseconds. */
export function isBuildFresh() {
  const products = ['cli/main.js', 'workflow-bundle.js', 'workflow-bundle.json'];
  if (!products.every(file => existsSync(inRoot('dist', file)))) return false;
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === describeSources();
}

/** Compiles what changed and bundles the workflows; the caller holds the set-up's lock. */
export async function build() {
  say('Building …');
  const before = describeSources();
  const { code, output, seconds } = await runNode(inRoot('node_modules', '@typescript', 'native', 'bin', 'tsc'), [
    '-b',
    '--pretty',
    'false',
  ]);
  if (code !== 0) {
    throw new SetUpProblem(
      `${output.trimEnd()}\nThe build failed (tsc -b): mend the errors above, then run this again.`,
    );
  }
  removeOrphans();
  const bundled = await bundleWorkflows();
  writeFileSync(stampFile, before);
  say(`Built in ${(seconds + bundled).toFixed(0)} s.`);
}

/** The rooms that are compiled, as tsconfig.json lists them; an entry that is a file stands for the root's own `*.ts`. */
function rooms() {
  const { references } = JSON.parse(readFileSync(inRoot('tsconfig.json'), 'utf8'));
  return references.map(({ path }) => path).filter(path => !path.endsWith('.json'));
}

function describeSources() {
  const files = rooms().flatMap(room => listFiles(inRoot(room), /\.(ts|json)$/));
  const top = readdirSync(root).filter(name => /^(tsconfig.*\.json|worker\.ts|package-lock\.json)$/.test(name));
  return [...files, ...top.map(name => inRoot(name))]
    .sort()
    .map(file => {
      const { size, mtimeMs } = statSync(file);
      return `${relative(root, file)} ${size} ${Math.round(mtimeMs)}\n`;
    })
    .join('');
}

/** tsc leaves what it once made of a file that is gone; a dangling import would then work here and nowhere else. */
function removeOrphans() {
  for (const room of rooms()) {
    for (const file of listFiles(inRoot('dist', room), /\.js$/)) {
      const source = inRoot(relative(inRoot('dist'), file).replace(/\.js$/, '.ts'));
      if (existsSync(source)) continue;
      for (const ending of ['.js', '.js.map', '.d.ts']) rmSync(file.replace(/\.js$/, ending), { force: true });
    }
  }
}
