import { z } from 'zod';
import { type SiteAccess, withSession } from './site-call.ts';

// A running test has no status of its own: this object is null until one starts.
const vpgs = z.array(
  z.object({
    VpgName: z.string(),
    ActiveProcessesApi: z.object({ RunningFailOverTestApi: z.object({ Stage: z.string() }).nullable() }),
  }),
);

/** Names of the VPGs that are in test, starting and stopping included, sorted; asked of every site. */
export async function listRunningTests(sites: readonly SiteAccess[]): Promise<string[]> {
  const lists = await Promise.all(
    sites.map(site => withSession(site, async call => vpgs.parse(await call('GET', '/v1/vpgs')))),
  );
  const names = lists.flat().filter(vpg => vpg.ActiveProcessesApi.RunningFailOverTestApi !== null);
  return [...new Set(names.map(vpg => vpg.VpgName))].sort();
}
