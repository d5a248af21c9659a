import { pickByName } from '../zerto/names.ts';
import type { Vpg } from '../zerto/vpgs.ts';
import { assertDirections } from './direction.ts';
import { endingOf, StepErrored, StepFailed } from './outcome.ts';
import { assertIdentity } from './sites.ts';
import { reachOf, type Context, type Implementation } from './surroundings.ts';

/** A session on the run's site, the proof that it is the right one, and the VPGs of the Plan by name. */
export const signIn: Implementation<'zerto/sign-in'> = async (call, context) => {
  const { signal } = context;
  assertSameConfig(call.run.configSha256 ?? '', context);
  const zvm = await context.sites.zvm(call.site, reachOf(call));
  const [local, all] = await Promise.all([zvm.sites.local({ signal }), zvm.vpgs.list({}, { signal })]);
  // The process proved it when it signed in; each run proves it again.
  assertIdentity(local, call.site, context.sites.settings(call.site));
  const vpgs = findVpgs(all, call.with.vpgs, call.site);
  assertDirections(vpgs, { site: call.site, identifier: local.identifier }, context.sites);
  return {
    outputs: {
      zerto_name: local.name,
      site_identifier: local.identifier,
      version: local.version,
      vpgs: Object.fromEntries(vpgs.map(vpg => [vpg.name, vpg.id])),
    },
  };
};

/** A rehearsal's file and production's must not be swapped unseen: what a run was checked with is what its worker uses. */
function assertSameConfig(
  started: string,
  { configSha256, fileSha256, files }: Pick<Context, 'configSha256' | 'fileSha256' | 'files'>,
): void {
  if (started === '' || started === configSha256 || started === fileSha256) return;
  throw new StepErrored(
    `the run was started with another drillbook.yaml (SHA-256 ${started.slice(0, 12)}…) than this worker reads ` +
      `(${configSha256.slice(0, 12)}…, in ${files.base}): use the same file, or restart the worker if sites, probes, endpoints, commands or policy were changed`,
  );
}

/** @throws StepFailed telling every name that is not there, so that a runbook is mended at one go */
function findVpgs(all: readonly Vpg[], names: readonly string[], site: string): Vpg[] {
  const found: Vpg[] = [];
  const wrong: string[] = [];
  for (const name of new Set(names)) {
    try {
      found.push(pickByName(all, name, 'VPG', { site, operation: 'GET vpgs' }));
    } catch (error) {
      wrong.push(endingOf(error).message);
    }
  }
  if (wrong.length > 0) throw new StepFailed(wrong.join(' '));
  return found;
}
