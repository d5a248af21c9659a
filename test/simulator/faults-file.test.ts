import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { describe, expect, it } from 'vitest';
import { realClock, steppedClock } from '../../simulator/clock.ts';
import { createFaults } from '../../simulator/faults.ts';
import { readFaults } from '../../simulator/faults-file.ts';
import { basic, type Client, signIn, simulate, siteOf } from './harness.ts';

const read = (text: string) => readFaults(text, 'f.yaml', ['site-a', 'site-b']);

async function ready(script: string) {
  const simulator = await simulate({ clock: steppedClock(), faults: read(`faults: [${script}]`) });
  const client = await signIn(simulator);
  const id = await client.vpg('crm');
  return { simulator, client, id, start: () => client.post(`vpgs/${id}/FailoverTest`) };
}

const onTest = 'method: POST, path: vpgs/*/failovertest';
const state = async (client: Client, task: string) => (await client.get(`tasks/${task}`)).at('Status', 'State').json;

describe('a fault script', () => {
  it('answers with a status and a body, after some calls and for some', async () => {
    const then = 'then: { kind: status, status: 503, body: { Message: busy } }';
    const { client } = await ready(`{ method: GET, path: alerts, after: 1, times: 2, ${then} }`);
    const seen = [];
    for (let n = 0; n < 5; n++) seen.push((await client.get('alerts')).status);
    expect(seen).toEqual([200, 503, 503, 200, 200]);
  });

  it('meets every method, and one site alone', async () => {
    const { simulator, client } = await ready(
      '{ path: "**", site: site-a, times: 9, then: { kind: status, status: 502 } }',
    );
    await expect(signIn(simulator, 'site-a')).rejects.toThrow('502');
    expect((await client.get('vpgs')).status).toBe(200);
  });

  it('loses an answer before or after the effect', async () => {
    const before = await ready(`{ ${onTest}, then: { kind: drop-before } }`);
    await expect(before.start()).rejects.toThrow('fetch failed');
    expect(before.simulator.testsStarted('crm')).toBe(0);
    const after = await ready(`{ ${onTest}, then: { kind: drop-after } }`);
    await expect(after.start()).rejects.toThrow('fetch failed');
    expect(after.simulator.testsStarted('crm')).toBe(1);
  });

  it('waits before the effect, or only with the answer', async () => {
    const slow = await ready(`{ ${onTest}, then: { kind: delay, for: 40ms } }`);
    const starting = slow.start();
    expect(slow.simulator.testsStarted('crm')).toBe(0);
    expect((await starting).status).toBe(200);
    const late = await ready(`{ ${onTest}, then: { kind: late, for: 40ms } }`);
    const begun = performance.now();
    const answered = late.start();
    await expect.poll(() => late.simulator.testsStarted('crm')).toBe(1);
    expect((await answered).status).toBe(200);
    expect(performance.now() - begun).toBeGreaterThan(35);
  });

  it('lets a call arrive twice, and answers once or not at all', async () => {
    const once = await ready(`{ ${onTest}, then: { kind: twice } }`);
    expect((await once.start()).status).toBe(200);
    expect(once.simulator.testsStarted('crm')).toBe(1);
    const refused = await ready(`{ ${onTest}, then: { kind: twice, answer: second } }`);
    expect(await refused.start()).toMatchObject({ status: 500 });
    expect(refused.simulator.testsStarted('crm')).toBe(1);
    const lost = await ready(`{ ${onTest}, then: { kind: twice, answer: none } }`);
    await expect(lost.start()).rejects.toThrow('fetch failed');
    expect(lost.simulator.testsStarted('crm')).toBe(1);
  });

  it('never answers', async () => {
    const { simulator } = await ready('{ path: localsite, then: { kind: hang } }');
    const asked = simulator.fetchFor('site-b')('https://x/v1/localsite', { signal: AbortSignal.timeout(20) });
    await expect(asked).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('ends sessions, and loses settings objects', async () => {
    const { client, id } = await ready(
      '{ method: GET, path: vpgsettings/*, then: { kind: lose-settings } }, { path: tasks, then: { kind: expire-sessions } }',
    );
    const settings = (await client.post('vpgSettings', { VpgIdentifier: id })).word();
    expect((await client.get(`vpgSettings/${settings}`)).status).toBe(404);
    expect((await client.get('tasks')).status).toBe(401);
  });

  it('makes a task slow', async () => {
    const { simulator, client, start } = await ready(`{ ${onTest}, then: { kind: slow-task, by: 60s } }`);
    const task = (await start()).word();
    simulator.clock.advance(60_000);
    expect(await state(client, task)).toBe(1);
    simulator.clock.advance(3000);
    expect(await state(client, task)).toBe(6);
  });

  it('lets a task fail', async () => {
    const { simulator, client, start } = await ready(`{ ${onTest}, then: { kind: fail-task, reason: no space } }`);
    const task = (await start()).word();
    simulator.clock.advance(3000);
    expect((await client.get(`tasks/${task}`)).json).toMatchObject({
      Status: { State: 4 },
      CompleteReason: 'no space',
    });
  });

  it('lets the clock jump', async () => {
    const { client, start } = await ready('{ path: serverdatetime/*, then: { kind: jump-clock, by: 10m } }');
    const task = (await start()).word();
    expect((await client.get('serverDateTime/serverDateTimeUtc')).word()).toMatch(/T09:10:0/);
    expect(await state(client, task)).toBe(6);
  });

  it('restarts the ZVM: it is away, then without sessions and settings, and its tasks went on', async () => {
    const { simulator, client, id, start } = await ready(
      '{ path: localsite, then: { kind: restart, silent-for: 30s } }',
    );
    await client.post('vpgSettings', { VpgIdentifier: id });
    const task = (await start()).word();
    await expect(client.get('localsite')).rejects.toThrow('fetch failed');
    const away = simulator.fetchFor('site-b')('https://x/v1/', { signal: AbortSignal.timeout(20) });
    await expect(away).rejects.toMatchObject({ name: 'TimeoutError' });
    simulator.clock.advance(30_000);
    expect((await client.get('localsite')).status).toBe(401);
    expect(simulator.openSettings()).toBe(0);
    expect(await state(await signIn(simulator), task)).toBe(6);
  });

  it('restarts at once where no time is given', async () => {
    const { simulator, client } = await ready('{ path: localsite, then: { kind: restart } }');
    expect((await client.get('localsite')).status).toBe(401);
    expect((await (await signIn(simulator)).get('localsite')).status).toBe(200);
  });

  it('cuts a real connection', async () => {
    const faults = read('faults: [{ path: session/add, then: { kind: drop-after } }]');
    const simulator = await simulate({ faults });
    const { url, ca, username, password } = siteOf(simulator, 'site-a');
    const headers = { authorization: basic(username, password) };
    const pem = await readFile(ca, 'utf8');
    const asked = new Promise((resolve, reject) => {
      request(`${url}/v1/session/add`, { method: 'POST', ca: pem, headers, agent: false }, resolve)
        .on('error', reject)
        .end();
    });
    await expect(asked).rejects.toThrow('socket hang up');
    expect(simulator.requests.at(-1)).toMatchObject({ status: 0 });
  });
});

describe('a probability', () => {
  const drawn = (seed: number): string => {
    const faults = createFaults();
    for (const fault of read(`seed: ${seed}\nfaults: [{ path: tasks/*, probability: 0.3, then: { kind: hang } }]`))
      faults.add(fault);
    return Array.from({ length: 200 }, (_, n) => (faults.take('site-a', 'GET', `tasks/${n}`) ? 'x' : '.')).join('');
  };

  it('strikes the same requests for the same seed, others for another', () => {
    expect(drawn(7)).toBe(drawn(7));
    expect(new Set([0, 1, 2, 3, 4, 5].map(drawn)).size).toBe(6);
  });

  it('strikes about as often as it says', () => {
    const hits = Array.from({ length: 50 }, (_, seed) => drawn(seed).replaceAll('.', '').length);
    expect(hits.reduce((sum, n) => sum + n, 0) / (50 * 200)).toBeCloseTo(0.3, 1);
    expect(Math.max(...hits)).toBeLessThan(90);
    expect(Math.min(...hits)).toBeGreaterThan(30);
  });

  it('is bounded by times', () => {
    const faults = createFaults();
    const [fault] = read('faults: [{ path: x, probability: 0.5, times: 3, then: { kind: hang } }]');
    if (fault !== undefined) faults.add(fault);
    const hits = Array.from({ length: 100 }, () => faults.take('site-a', 'GET', 'x')).filter(hit => hit !== undefined);
    expect(hits).toHaveLength(3);
  });
});

it.each([
  ['faults: [{ path: x, then: { kind: explode } }]', 'faults[0].then.kind: one of status, delay,'],
  ['faults: [{ path: x, site: site-c, then: { kind: hang } }]', 'faults[0].site: site-c is no site: site-a, site-b'],
  ['faults: [{ path: x, then: { kind: delay } }]', 'f.yaml:1:21: faults[0].then.for: is missing'],
  ['faults: [{ path: x, probability: 2, then: { kind: hang } }]', 'faults[0].probability: 1 is the most, this is 2'],
  ['faults: [{ method: PATCH, path: x, then: { kind: hang } }]', 'GET, POST, PUT or DELETE is wanted, this is "PATCH"'],
  ['seed: 1', 'f.yaml:1:1: faults: is missing'],
])('a wrong script is told with its place: %#', (text, words) => {
  expect(() => read(text)).toThrow(words);
});

describe('a scaled clock', () => {
  it('lets time pass faster, and timers with it', async () => {
    const clock = realClock(1000);
    const begun = clock.now();
    const rang = new Promise<number>(resolve => clock.at(begun + 20_000, resolve));
    expect(await rang).toBe(begun + 20_000);
    expect(clock.now() - begun).toBeGreaterThanOrEqual(20_000);
    clock.advance(3_600_000);
    expect(clock.now() - begun).toBeGreaterThanOrEqual(3_620_000);
  });
});
