import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Scenario } from '../../simulator/scenario.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import { type Simulator, startSimulator } from '../../simulator/server.ts';
import { createZvm } from '../../zerto/client.ts';
import type { Zvm } from '../../zerto/types.ts';

/** What befalls one request before it reaches the ZVM. */
export type Mishap =
  /** It is lost on its way. */
  | { readonly kind: 'before' }
  /** It is carried out, its answer is lost. */
  | { readonly kind: 'after' }
  /** Its sender has given up before it arrives. */
  | { readonly kind: 'late'; readonly ms: number }
  /** It arrives twice; the second answer is lost. */
  | { readonly kind: 'doubled' };

export interface Simulated {
  readonly simulator: Simulator;
  readonly zvm: Zvm;
  /** The next request of this method and path (below /v1/, lower case) meets this. */
  readonly meet: (method: string, path: RegExp, mishap: Mishap) => void;
}

/** A simulator whose tasks end at once, and a client of site-b in the same process. */
export async function simulated(scenario: Scenario = healthy()): Promise<Simulated> {
  const dir = await mkdtemp(join(tmpdir(), 'drillbook-zerto-'));
  const simulator = await startSimulator({ dir, scenario: quick(scenario) });
  const mishaps: { method: string; path: RegExp; mishap: Mishap }[] = [];
  const late: Promise<unknown>[] = [];
  const site = simulator.sites.find(each => each.name === 'site-b');
  if (site === undefined) throw new Error('no site-b');
  const through = simulator.fetchFor('site-b');
  const fetch_: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const path = new URL(request.url).pathname.replace('/v1/', '').toLowerCase();
    const at = mishaps.findIndex(each => each.method === request.method && each.path.test(path));
    if (at < 0) return through(request);
    const [{ mishap } = { mishap: { kind: 'before' } as Mishap }] = mishaps.splice(at, 1);
    const again = { headers: [...request.headers] as [string, string][], body: await request.text() };
    const send = () => through(request.url, { method: request.method, ...again });
    switch (mishap.kind) {
      case 'before':
        break;
      case 'after':
        await send();
        break;
      case 'late':
        late.push(new Promise(resolve => setTimeout(resolve, mishap.ms)).then(send));
        break;
      case 'doubled': {
        const answer = await send();
        await send();
        return answer;
      }
    }
    throw new TypeError('fetch failed', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) });
  };
  const zvm = createZvm({
    site: 'site-b',
    url: site.url,
    account: { kind: 'windows', username: `DR\\${site.username}`, password: () => Promise.resolve(site.password) },
    requestsPerSecond: 10_000,
    tls: { kind: 'system' },
    clock: () => simulator.clock.now(),
    fetch: fetch_,
  });
  onTestFinished(async () => {
    await Promise.all(late);
    await zvm.signOut();
    await simulator.close();
    await rm(dir, { recursive: true });
  });
  const meet: Simulated['meet'] = (method, path, mishap) => {
    mishaps.push({ method, path, mishap });
  };
  return { simulator, zvm, meet };
}

function quick(scenario: Scenario): Scenario {
  const tasks = { failoverTest: 0, stopFailoverTest: 0, insertCheckpoint: 0, commitSettings: 0 };
  return { ...scenario, durations: { ...scenario.durations, ...tasks } };
}
