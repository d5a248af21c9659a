import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { steppedClock } from '../../simulator/clock.ts';
import type { Scenario } from '../../simulator/scenario.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import { type SimulatedSite, type Simulator, startSimulator } from '../../simulator/server.ts';
import type { Account } from '../../zerto/accounts.ts';
import { createZvm, type ZvmOptions } from '../../zerto/client.ts';
import type { Zvm } from '../../zerto/zvm.ts';

export interface Generations {
  readonly simulator: Simulator;
  readonly site: SimulatedSite;
  /** By HTTPS, with the simulator's clock and CA, and the account that site-b names first. */
  readonly client: (more?: Partial<ZvmOptions>) => Zvm;
  readonly ca: string;
  /** Method and path of the requests since this was last asked, identifiers as `*`. */
  readonly calls: () => string[];
}

/** A simulator whose site-b is of this generation, with a clock that stands still until it is advanced. */
export async function simulateGeneration(
  generation: 'windows' | 'appliance',
  more: Partial<Pick<Scenario, 'choices' | 'durations'>> = {},
  base: Scenario = healthy(),
): Promise<Generations> {
  const dir = await mkdtemp(join(tmpdir(), 'drillbook-zerto-'));
  const sites = base.sites.map(site =>
    site.name === 'site-b' ? { ...site, generation, clients: [{ clientId: 'drillbook' }] } : site,
  );
  const simulator = await startSimulator({ dir, scenario: { ...base, ...more, sites }, clock: steppedClock() });
  onTestFinished(async () => {
    await simulator.close();
    await rm(dir, { recursive: true });
  });
  const site = simulator.sites.find(each => each.name === 'site-b');
  if (site === undefined) throw new Error('no site-b');
  const ca = await readFile(site.ca, 'utf8');
  let read = 0;
  return {
    simulator,
    site,
    ca,
    client: options =>
      createZvm({
        site: 'site-b',
        url: site.url,
        account: accountOf(site),
        tls: { kind: 'ca', pem: ca },
        clock: () => simulator.clock.now(),
        requestsPerSecond: 10_000,
        ...options,
      }),
    calls() {
      const since = simulator.requests.slice(read);
      read = simulator.requests.length;
      return since.map(({ method, path }) => `${method} ${path.replace(/[0-9a-f-]{36}(\.[0-9a-f-]{36})?/g, '*')}`);
    },
  };
}

export function accountOf(
  site: SimulatedSite,
  secret = site.password,
  kind: 'windows' | 'password' = site.generation === 'appliance' ? 'password' : 'windows',
): Account {
  return {
    kind,
    username: site.username,
    password: () => Promise.resolve(secret),
  };
}

export function clientAccountOf(site: SimulatedSite, secret = site.clients[0]?.secret ?? ''): Account {
  return { kind: 'client', clientId: 'drillbook', clientSecret: () => Promise.resolve(secret) };
}

export const realmCalls = {
  find: 'GET /auth/realms/zerto/.well-known/openid-configuration',
  token: 'POST /auth/realms/zerto/protocol/openid-connect/token',
  logOut: 'POST /auth/realms/zerto/protocol/openid-connect/logout',
} as const;
