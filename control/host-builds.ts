import type { Client } from '@temporalio/client';
import type { KeptBundles } from './kept-bundles.ts';
import { type Host, OlderBuilds } from './older-builds.ts';
import { type Bundle, shortBuild } from './own-bundle.ts';
import { NoVersions, promoteSoon, readVersions, type Versions } from './versions.ts';

/** Starts workers of builds in this process. */
export interface BuildHosts {
  /** @param unversioned for a server that knows no versions */
  addBuild(bundle: Bundle, unversioned?: boolean): Promise<Host>;
  /** Something that needs workers which ask for work. */
  whenRunning(what: () => Promise<void>): void;
}

/**
 * Hosts this build, and those before it that are needed. Gives how to look again at what is needed, which throws when
 * Temporal does not answer.
 */
export async function hostBuilds(
  own: Bundle,
  hosts: BuildHosts,
  client: Client,
  options: {
    readonly kept: KeptBundles;
    readonly tell: (line: string) => void;
    /** Make this build current, whatever was before. */
    readonly promote?: boolean | undefined;
  },
): Promise<() => Promise<void>> {
  const { tell, kept } = options;
  const why = kept.keep(own);
  if (why !== undefined)
    tell(`The bundle of this build cannot be kept in ${kept.folder} (${why}): a later release cannot end its runs.`);
  const versions = await readVersions(client).catch((error: unknown): Versions | undefined => {
    if (!(error instanceof NoVersions)) throw error;
    tell(`Runs are not bound to the build that they began with: ${error.message}.`);
    return undefined;
  });
  await hosts.addBuild(own, versions === undefined);
  if (versions === undefined) return () => askTemporal(client);
  const becomes = versions.current === undefined || options.promote === true;
  const older = new OlderBuilds({ own, kept, tell, clock: Date.now, start: bundle => hosts.addBuild(bundle) });
  await older.adjust(becomes ? { ...versions, current: own.id } : versions);
  if (becomes && versions.current !== own.id) {
    hosts.whenRunning(async () => {
      await promoteSoon(client, own.id);
      tell(`New runs begin with build ${shortBuild(own.id)}.`);
    });
  }
  return async () => {
    await older.adjust(await readVersions(client));
  };
}

/** Throws when Temporal does not answer. */
export async function askTemporal(client: Client): Promise<void> {
  await client.workflowService.getSystemInfo({});
}
