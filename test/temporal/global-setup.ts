import { accessSync, constants, statfsSync } from 'node:fs';
import { ensureBuild, ensureDependencies, ensureTemporal } from '../../scripts/set-up.mjs';

/** The workflow bundle, the command line and the dev server are built or found once, before the first test. */
export default async function setUp(): Promise<void> {
  await ensureDependencies();
  await ensureBuild();
  await ensureTemporal();
  keepInMemory('/dev/shm');
}

/** A file system in memory, where there is one with room: fifty Temporal servers write their databases there in a sixth less of a core's time. */
function keepInMemory(folder: string): void {
  if (process.env['TMPDIR'] !== undefined) return;
  try {
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize > 4 * 2 ** 30) process.env['TMPDIR'] = folder;
  } catch {
    // Not on every system.
  }
}
