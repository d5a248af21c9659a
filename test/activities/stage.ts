import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ActionCall } from '../../actions/call.ts';
import { actions, type ActionName, type Input } from '../../actions/index.ts';
import type { Json } from '../../actions/json.ts';
import { endingOf, type Ending } from '../../activities/outcome.ts';
import { createSites, type SiteConfig, type Sites } from '../../activities/sites.ts';
import type { Context } from '../../activities/surroundings.ts';
import { createWriteAhead, type WriteAhead } from '../../activities/write-ahead-file.ts';
import type { Scenario } from '../../simulator/scenario.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import { type Simulator, startSimulator } from '../../simulator/server.ts';
import type { Vpg } from '../../zerto/vpgs.ts';

export const testNetworks = ['B-Bubble-120', 'B-Bubble-130'];

/** For what opens nothing. */
export const nothingWritten: WriteAhead = {
  temporal: 'test',
  write: () => Promise.reject(new Error('nothing is opened here')),
  open: () => Promise.resolve([]),
  compact: () => Promise.resolve(),
};

/** A simulator, the surroundings that a worker would have, and what a test needs to look behind both. */
export interface Stage {
  readonly simulator: Simulator;
  readonly sites: Sites;
  readonly context: Context;
  readonly dir: string;
  /** VPG name → VpgIdentifier, as sign-in gives it. */
  readonly vpgs: Readonly<Record<string, string>>;
  /** What an activity kept for its next attempt. */
  readonly kept: () => Json | undefined;
  /** The same with something recalled from an attempt before. */
  readonly recalling: (value: Json | undefined, attempt?: number) => Context;
  readonly vpg: (name: string) => Promise<Vpg>;
}

export async function setStage(
  options: {
    scenario?: Scenario;
    sites?: Partial<Record<'site-a' | 'site-b', Partial<SiteConfig>>>;
    signal?: AbortSignal;
    /** Beside the sites' own, which are called as the sites. */
    secrets?: Readonly<Record<string, string>>;
  } = {},
): Promise<Stage> {
  const dir = await mkdtemp(join(tmpdir(), 'drillbook-activities-'));
  const scenario = options.scenario ?? quick(healthy());
  const simulator = await startSimulator({ scenario, dir });
  const configs = Object.fromEntries(
    simulator.sites.map(site => [
      site.name,
      {
        url: site.url,
        'zerto-name': site.zertoName,
        generation: site.generation,
        'requests-per-second': 1000,
        account: { kind: 'windows', username: site.username, password: site.name },
        peer: site.name === 'site-a' ? 'site-b' : 'site-a',
        'test-networks': site.name === 'site-b' ? testNetworks : ['A-Bubble-120'],
        ...options.sites?.[site.name as 'site-a'],
      } satisfies SiteConfig,
    ]),
  );
  const secret = (name: string) =>
    Promise.resolve(options.secrets?.[name] ?? simulator.sites.find(s => s.name === name)?.password ?? 'wrong');
  const clock = () => simulator.clock.now();
  const sites = createSites(configs, { secret, base: dir, clock, fetchFor: site => simulator.fetchFor(site) });
  onTestFinished(async () => {
    await sites.signOutAll();
    await simulator.close();
    await rm(dir, { recursive: true });
  });
  const fresh = await simulatorVpgs(simulator);
  const openings = createWriteAhead(join(dir, 'openings'), 'test');
  let kept: Json | undefined;
  const recalling = (recalled: Json | undefined, attempt = 1): Context => ({
    sites,
    probes: () => undefined,
    telling: () => Promise.resolve({ targets: () => undefined }),
    files: { base: dir },
    openings,
    whyNotAsked: () => Promise.resolve(undefined),
    configSha256: '',
    clock,
    signal: options.signal ?? new AbortController().signal,
    memory: {
      attempt,
      recalled,
      keep: value => {
        kept = value;
      },
    },
  });
  return {
    simulator,
    sites,
    dir,
    vpgs: fresh,
    context: recalling(undefined),
    kept: () => kept,
    recalling,
    vpg: async name => {
      const vpg = (await (await sites.zvm('site-b', 'plan')).vpgs.list()).find(v => v.name === name);
      if (vpg === undefined) throw new Error(`no VPG ${name}`);
      return vpg;
    },
  };
}

/** Tasks that have ended when they are first asked for. */
export function quick(scenario: Scenario): Scenario {
  return { ...scenario, durations: { failoverTest: 0, stopFailoverTest: 0, insertCheckpoint: 0, commitSettings: 0 } };
}

/** By a client of its own, so that the stage's one has not signed in yet. */
async function simulatorVpgs(simulator: Simulator): Promise<Record<string, string>> {
  const { createZvm } = await import('../../zerto/client.ts');
  const site = simulator.sites[1];
  if (site === undefined) throw new Error('no site');
  const zvm = createZvm({
    site: site.name,
    url: site.url,
    account: {
      kind: site.generation === 'appliance' ? 'password' : 'windows',
      username: site.username,
      password: () => Promise.resolve(site.password),
    },
    requestsPerSecond: 10_000,
    tls: { kind: 'system' },
    fetch: simulator.fetchFor(site.name),
  });
  const vpgs = await zvm.vpgs.list();
  await zvm.signOut();
  return Object.fromEntries(vpgs.map(vpg => [vpg.name, vpg.id]));
}

/** A call as the engine makes it; `given` is read by the contract, so defaults are filled in. */
export function callOf<A extends ActionName>(
  action: A,
  given: unknown,
  more: Partial<ActionCall<Input<A>>> & { mode?: ActionCall['run']['mode'] } = {},
): ActionCall<Input<A>> {
  const { mode = 'drill', ...rest } = more;
  return {
    action,
    run: { id: 'payments-1', name: 'payments', mode, requester: 'ana' },
    step: 'step',
    site: 'site-b',
    vpgs: {},
    with: actions[action].input.parse(given) as Input<A>,
    deadline: Date.now() + 60_000,
    ...rest,
  };
}

/** How an implementation ended that did not succeed. */
export async function endingFrom(work: Promise<unknown>): Promise<Ending> {
  try {
    await work;
  } catch (error) {
    return endingOf(error);
  }
  throw new Error('it succeeded');
}
