import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { steppedClock } from '../../simulator/clock.ts';
import { routes } from '../../simulator/routes.ts';
import { shippedScenario } from '../../simulator/scenario-file/shipped.ts';
import type { ShippedScenario } from '../../simulator/scenario-file/shipped-names.ts';
import { startSimulator } from '../../simulator/server.ts';
import { createZvm } from '../../zerto/client.ts';
import type { Zvm } from '../../zerto/zvm.ts';
import { type Watched, watchCalls } from './contract-calls.ts';
import { constantReadsOf, findPlaces, pathAt, type Places, readsOf } from './contract-reads.ts';
import { createRecorder, type Exchange, type Recorder } from './contract-record.ts';
import { allStates, lostStates, someStates, type Stage, type State } from './contract-states.ts';
import { accountOf } from './generations.ts';

export interface Run {
  readonly exchanges: readonly Exchange[];
  readonly watched: Watched;
  /** Reads of the client that did not give a value, or not the same by XML: state, method, what was wrong. */
  readonly faults: readonly string[];
}

const statesOf: Readonly<Record<ShippedScenario, (stage: Stage) => AsyncGenerator<State>>> = {
  payments: allStates,
  'hundred-vpgs': someStates,
  hyperv: someStates,
  vcd: someStates,
  'site-lost': lostStates,
};

/** Drives the ZVM of site-b through its states; in each the client reads all it can, the rest of the GET routes are asked. */
export async function runContract(name: ShippedScenario, generation: 'windows' | 'appliance'): Promise<Run> {
  const dir = await mkdtemp(join(tmpdir(), 'drillbook-contract-'));
  const scenario = shippedScenario(name, generation);
  const simulator = await startSimulator({ dir, scenario, clock: steppedClock() });
  const site = simulator.sites.find(each => each.name === 'site-b');
  if (site === undefined) throw new Error('no site-b');
  const recorder = createRecorder(simulator.fetchFor('site-b'), name, generation);
  const watched = watchCalls(
    createZvm({
      site: site.name,
      url: site.url,
      account: accountOf(site),
      requestsPerSecond: 1_000_000,
      tls: { kind: 'system' },
      clock: () => simulator.clock.now(),
      fetch: recorder.fetch,
    }),
    method => {
      recorder.begin(method);
    },
  );
  const { zvm } = watched;
  const faults: string[] = [];
  const known = new Set<string>();
  try {
    await zvm.signIn();
    const here = (await zvm.sites.local()).identifier;
    const vpgs = (await zvm.vpgs.list()).filter(vpg => vpg.recoverySite.identifier === here);
    for await (const [state, vpgId] of statesOf[name]({ simulator, zvm, vpgs })) {
      const first = known.size === 0;
      recorder.state = state;
      const places = await findPlaces(zvm, vpgId, simulator.clock.now());
      faults.push(...(await readAll(zvm, places, recorder, known)).map(fault => `${state}: ${fault}`));
      await askRest(zvm, places, recorder, first ? ['application/json', 'application/xml'] : ['application/json']);
      await zvm.vpgSettings.delete(places.settings);
    }
    await zvm.signOut();
  } finally {
    await simulator.close();
    await rm(dir, { recursive: true });
  }
  return { exchanges: recorder.exchanges, watched, faults };
}

async function readAll(zvm: Zvm, places: Places, recorder: Recorder, known: Set<string>): Promise<string[]> {
  const faults: string[] = [];
  const reads = known.size === 0 ? [...constantReadsOf(zvm, places), ...readsOf(zvm, places)] : readsOf(zvm, places);
  for (const read of reads) {
    try {
      const json = withoutRaw(await read({}));
      // What was the same in an earlier state need not be read again.
      const last = recorder.exchanges.at(-1);
      const key = `${recorder.by ?? ''} ${last?.path ?? ''} ${last?.text ?? ''}`;
      if (known.has(key)) continue;
      known.add(key);
      const xml = withoutRaw(await read({ xml: true }));
      if (JSON.stringify(xml) !== JSON.stringify(json)) {
        faults.push(`${recorder.by ?? ''}: ${JSON.stringify(xml)} by XML, ${JSON.stringify(json)} by JSON`);
      }
    } catch (error) {
      faults.push(`${recorder.by ?? ''}: ${String(error)}`);
    }
  }
  return faults;
}

/** Those GET routes of which the client knows nothing. */
async function askRest(zvm: Zvm, places: Places, recorder: Recorder, forms: readonly string[]): Promise<void> {
  await zvm.signIn();
  recorder.begin(undefined);
  const read = new Set(recorder.exchanges.filter(({ by }) => by !== undefined).map(({ endpoint }) => endpoint));
  const paths = routes
    .filter(route => route.method === 'GET' && !read.has(`GET ${route.path}`))
    .flatMap(route => pathAt(route.path, places) ?? [])
    .map(path => `v1/${path}`);
  for (const path of paths) {
    for (const accept of forms) {
      await recorder.fetch(`https://zvm.invalid/${path}`, { headers: { ...recorder.session(), accept } });
    }
  }
}

/** What the vendor sent stands in `raw` as it came, and XML has no types: all else must be the same. */
function withoutRaw(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutRaw);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([key]) => key !== 'raw');
  return Object.fromEntries(members.map(([key, member]) => [key, withoutRaw(member)]));
}
