import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { SimClock } from '../../simulator/clock.ts';
import type { Scenario } from '../../simulator/scenario.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import { type Simulator, startSimulator } from '../../simulator/server.ts';
import { createZvm } from '../../zerto/client.ts';
import type { Zvm } from '../../zerto/zvm.ts';

/** What befalls one request before it reaches the ZVM. */
export type Mishap =
  /** It is lost on its way. */
  | { readonly kind: 'before' }
  /** It is carried out, its answer is lost. */
  | { readonly kind: 'after' }
  /** Its sender has given up before it arrives. */
  | { readonly kind: 'late'; readonly ms: number }
  | { readonly kind: 'late'; readonly until: Promise<void> }
  /** It arrives twice; one answer comes back, the first by default, or none. */
  | { readonly kind: 'doubled'; readonly answer?: 'first' | 'second' | 'none' };

export interface Simulated {
  readonly simulator: Simulator;
  readonly zvm: Zvm;
  /** The next request of this method and path (below /v1/, lower case) meets this. */
  readonly meet: (method: string, path: RegExp, mishap: Mishap) => void;
  /** Called with each request of the client, its number from 1 on, before it is sent. */
  readonly beforeEach: (hook: (number: number, request: Request) => Promise<void> | void) => void;
  /** One more client of site-b, with a session of its own, whom no mishap befalls; by default of the same account. */
  readonly another: (username?: string) => Zvm;
}

/** A simulator whose tasks end at once, and a client of site-b in the same process. */
export async function simulated(
  scenario: Scenario = healthy(),
  { tasks = quick, ...options }: { readonly clock?: SimClock; readonly tasks?: (from: Scenario) => Scenario } = {},
): Promise<Simulated> {
  const dir = await mkdtemp(join(tmpdir(), 'drillbook-zerto-'));
  const simulator = await startSimulator({ dir, scenario: tasks(scenario), ...options });
  const mishaps: { method: string; path: RegExp; mishap: Mishap }[] = [];
  const late: Promise<unknown>[] = [];
  let sent = 0;
  let hook: Parameters<Simulated['beforeEach']>[0] = () => undefined;
  const site = simulator.sites.find(each => each.name === 'site-b');
  if (site === undefined) throw new Error('no site-b');
  const through = simulator.fetchFor('site-b');
  const fetch_: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    await hook(++sent, request);
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
        late.push(('until' in mishap ? mishap.until : sleep(mishap.ms)).then(send));
        break;
      case 'doubled': {
        const { answer = 'first' } = mishap;
        const first = await send();
        const second = await send();
        if (answer !== 'none') return answer === 'first' ? first : second;
      }
    }
    throw new TypeError('fetch failed', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) });
  };
  const clients: Zvm[] = [];
  const clientOf = (username: string, fetch: typeof globalThis.fetch): Zvm => {
    const account = site.accounts.find(each => each.username === username);
    if (account === undefined) throw new Error(`no account ${username}`);
    const zvm = createZvm({
      site: 'site-b',
      url: site.url,
      account: { kind: 'windows', username: `DR\\${username}`, password: () => Promise.resolve(account.password) },
      requestsPerSecond: 10_000,
      tls: { kind: 'system' },
      clock: () => simulator.clock.now(),
      fetch,
    });
    clients.push(zvm);
    return zvm;
  };
  const zvm = clientOf(site.username, fetch_);
  onTestFinished(async () => {
    await Promise.all(late);
    for (const client of clients) await client.signOut();
    await simulator.close();
    await rm(dir, { recursive: true });
  });
  const meet: Simulated['meet'] = (method, path, mishap) => {
    mishaps.push({ method, path, mishap });
  };
  const another = (username = site.username) => clientOf(username, through);
  const beforeEach: Simulated['beforeEach'] = each => {
    sent = 0;
    hook = each;
  };
  return { simulator, zvm, meet, another, beforeEach };
}

function quick(scenario: Scenario): Scenario {
  const tasks = { failoverTest: 0, stopFailoverTest: 0, insertCheckpoint: 0, commitSettings: 0 };
  return { ...scenario, durations: { ...scenario.durations, ...tasks } };
}
