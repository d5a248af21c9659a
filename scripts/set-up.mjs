import './check-node.mjs';
import { build, isBuildFresh } from './build-tree.mjs';
import { areDependenciesFresh, installDependencies } from './dependencies.mjs';
import { withLock } from './lock.mjs';
import { inRoot, isClone } from './paths.mjs';
import { SetUpProblem, say } from './problem.mjs';

/** One set-up at a time in one clone. */
const lock = inRoot('.drillbook', 'set-up.lock');

/** Installs `node_modules` with `npm ci` when it is missing or stale. Throws a SetUpProblem with the mend. */
export async function ensureDependencies() {
  if (!isClone() || areDependenciesFresh()) return;
  await withLock(lock, async () => {
    if (!areDependenciesFresh()) await installDependencies();
  });
}

/** Compiles the rooms and bundles the workflows when a source changed. Throws a SetUpProblem with tsc's errors. */
export async function ensureBuild() {
  if (!isClone() || isBuildFresh()) return;
  await withLock(lock, async () => {
    if (!isBuildFresh()) await build();
  });
}

/** Finds or fetches the Temporal dev server, so that what follows starts at once. Needs the build. */
export async function ensureTemporal() {
  const { provideTemporal, TemporalMissing } = await import('../dist/local/temporal-cli.js');
  await provideTemporal({ log: say }).catch(error => {
    throw error instanceof TemporalMissing ? new SetUpProblem(error.message) : error;
  });
}
