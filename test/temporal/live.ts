import { randomUUID } from 'node:crypto';
import { withSession } from '../../local/site-call.ts';
import type { Pending } from '../../engine/pending.ts';
import type { Mode } from '../../actions/contract.ts';
import type { HeldChoice } from '../../engine/types.ts';
import type { Scenario } from '../../simulator/scenario.ts';
import { type Harness, shipped, until } from './harness.ts';

/** What a live run needs of people, and what it did to the sites as the simulator itself has it. */

/** The same world in which nobody waits for long. */
export function quick(scenario: Scenario): Scenario {
  const durations = { failoverTest: 300, stopFailoverTest: 200, failover: 400, move: 400, commit: 300, rollBack: 300 };
  return { ...scenario, durations: { ...durations, bitmapSync: 500, deltaSync: 0 } };
}

/** Starts a shipped runbook at the word of Cem, who approves nothing of his own. */
export const startShipped = (harness: Harness, file: string, mode: Mode): Promise<string> =>
  harness.start(harness.plan(shipped(file), mode), { requester: 'cem', reason: 'site A is lost' });

export async function pendingOf(harness: Harness, id: string): Promise<readonly Pending[]> {
  return await harness.control.client.workflow.getHandle(id).query<readonly Pending[]>('pending');
}

/** Until a step of this key waits for people; the empty key: until the run is held. */
export async function untilAsked(harness: Harness, id: string, key: string, withinMs?: number): Promise<Pending> {
  let found: Pending | undefined;
  await until(
    `${key === '' ? 'the run is held' : `"${key}" asks`}: ${id}`,
    async () => {
      found = (await pendingOf(harness, id)).find(pending => pending.key === key);
      return found !== undefined;
    },
    withinMs,
  );
  if (found === undefined) throw new Error('unreachable');
  return found;
}

let names: { harness: Harness; byId: ReadonlyMap<string, string> } | undefined;

async function namesOf(harness: Harness): Promise<ReadonlyMap<string, string>> {
  if (names?.harness !== harness) {
    const vpgs = await readVpgs(harness);
    names = { harness, byId: new Map(vpgs.map(vpg => [vpg.VpgIdentifier, vpg.VpgName])) };
  }
  return names.byId;
}

/** Its VpgIdentifier: a fault for one VPG must not meet a call to another. */
export async function vpgIdOf(harness: Harness, name: string): Promise<string> {
  const [id] = [...(await namesOf(harness))].find(([, known]) => known === name) ?? [];
  if (id === undefined) throw new Error(`no VPG ${name}`);
  return id;
}

/** What was sent to VPGs of this name, in order: `Failover payments-db`. */
export async function sentTo(harness: Harness, pattern: RegExp): Promise<string[]> {
  return (await sendings(harness, pattern)).map(({ what }) => what);
}

/** The same, with when it came in. */
export async function sendings(harness: Harness, pattern: RegExp): Promise<{ what: string; at: number }[]> {
  const byId = await namesOf(harness);
  return harness.simulator.requests.flatMap(({ method, path, at }) => {
    const [, id = '', what] = /^\/v1\/vpgs\/([^/]+)(?:\/(\w+))?$/i.exec(path) ?? [];
    const name = byId.get(id) ?? '';
    if (method === 'GET' || !pattern.test(name)) return [];
    return [{ what: `${what ?? method} ${name}`, at }];
  });
}

interface VpgOnWire {
  readonly VpgIdentifier: string;
  readonly VpgName: string;
  readonly SourceSite: string;
  readonly TargetSite: string;
  readonly Status: number;
  readonly SubStatus: number;
}

/** As site B tells it, which answers also where site A is lost. */
async function readVpgs(harness: Harness): Promise<readonly VpgOnWire[]> {
  const site = harness.simulator.sites.find(({ name }) => name === 'site-b');
  if (site === undefined) throw new Error('no site-b');
  return await withSession(site, async call => (await call('GET', '/v1/vpgs')) as readonly VpgOnWire[]);
}

/** `London -> Slough` by VPG, for the names that fit. */
export async function directions(harness: Harness, pattern: RegExp): Promise<Record<string, string>> {
  const vpgs = (await readVpgs(harness)).filter(vpg => pattern.test(vpg.VpgName));
  return Object.fromEntries(vpgs.map(vpg => [vpg.VpgName, `${vpg.SourceSite} -> ${vpg.TargetSite}`]));
}

/** Votes in an approval, in this order. */
export async function approve(
  harness: Harness,
  id: string,
  key: string,
  by: readonly string[],
  choice = 'approve',
): Promise<void> {
  for (const person of by)
    await tell(harness, id, 'approve', { id: randomUUID(), key, by: person, choice, reason: 'all green' });
}

export const reject = (harness: Harness, id: string, key: string, by: string): Promise<unknown> =>
  tell(harness, id, 'reject', { id: randomUUID(), key, by, reason: 'not like this' });

/** A person's way out of `held`. */
export const decide = (harness: Harness, id: string, choice: HeldChoice, by = 'bo'): Promise<unknown> =>
  tell(harness, id, 'decide', { choice, by, reason: 'we have talked about it' });

async function tell(harness: Harness, id: string, update: string, what: object): Promise<unknown> {
  return await harness.control.client.workflow.getHandle(id).executeUpdate(update, { args: [what] });
}

/** The failover of `app-001` … of the scenario hundred-vpgs, kept or given up at one person's word. */
export const oneFailover = (n: number, keepWithin = '2h'): string => `
apiVersion: drillbook/v1
name: one
site: site-b
modes: { failover: { via: lan-b } }
steps:
  - { id: db, uses: zerto/failover, with: { vpg: app-00${n} }, timeout: 2m }
  - { id: db_up, uses: check/tcp, with: { host: 10.20.${n}.10, port: 5432 }, retry: { every: 1s, for: 1m } }
  - id: keep
    uses: approval
    with: { message: Keep it?, from: [dr-managers], choices: [commit, roll-back] }
    timeout: ${keepWithin}
  - { id: commit, if: steps.keep.outputs.choice == 'commit', uses: zerto/commit, with: { reverse-protect: true } }
  - { id: back, if: steps.keep.outputs.choice == 'roll-back', uses: zerto/roll-back }
`;
