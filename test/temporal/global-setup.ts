import { ensureBuild, ensureDependencies, ensureTemporal } from '../../scripts/set-up.mjs';

/** The workflow bundle, the command line and the dev server are built or found once, before the first test. */
export default async function setUp(): Promise<void> {
  await ensureDependencies();
  await ensureBuild();
  await ensureTemporal();
}
