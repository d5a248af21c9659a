import { describe, expect, it } from 'vitest';
import { steppedClock } from '../../simulator/clock.ts';
import { signIn, simulate } from './harness.ts';

const test = 'vpgs/*/failovertest';

async function ready() {
  const simulator = await simulate({ clock: steppedClock() });
  const client = await signIn(simulator);
  const id = await client.vpg('crm');
  return { simulator, client, id, start: () => client.post(`vpgs/${id}/FailoverTest`) };
}

describe('a fault', () => {
  it('drops the connection before the call is executed', async () => {
    const { simulator, start } = await ready();
    simulator.faults.add({ method: 'POST', path: test, then: { kind: 'drop-before' } });
    await expect(start()).rejects.toMatchObject({ name: 'TypeError', cause: { code: 'UND_ERR_SOCKET' } });
    expect(simulator.testsRunning()).toEqual([]);
    expect(simulator.requests.at(-1)).toMatchObject({ method: 'POST', status: 0 });
    expect((await start()).status).toBe(200);
  });

  it('drops the connection after the call was executed', async () => {
    const { simulator, start } = await ready();
    simulator.faults.add({ method: 'POST', path: test, then: { kind: 'drop-after' } });
    await expect(start()).rejects.toThrow(TypeError);
    expect([simulator.testsRunning(), simulator.testsStarted('crm')]).toEqual([['crm'], 1]);
    expect((await start()).status).toBe(500);
  });

  it('answers with a status of its own, as often as it is told, at one site', async () => {
    const { simulator, client, start } = await ready();
    const body = { Message: 'busy' };
    simulator.faults.add({ method: 'POST', path: test, site: 'site-a', then: { kind: 'status', status: 418 } });
    simulator.faults.add({ method: 'POST', path: test, times: 2, then: { kind: 'status', status: 503, body } });
    for (let n = 1; n <= 2; n++) expect(await start()).toMatchObject({ status: 503, json: body });
    expect((await start()).status).toBe(200);
    expect((await client.get('vpgs')).status).toBe(200);
  });

  it('lets a task fail, and the VPG is as before', async () => {
    const { simulator, client, id, start } = await ready();
    simulator.faults.add({
      method: 'POST',
      path: /^vpgs\/.*\/failovertest$/,
      then: { kind: 'fail-task', reason: 'no space' },
    });
    const task = (await start()).word();
    simulator.clock.advance(2500);
    expect((await client.get(`tasks/${task}`)).json).toMatchObject({
      Status: { State: 4 },
      CompleteReason: 'no space',
    });
    expect(simulator.testsRunning()).toEqual([]);

    await start();
    simulator.clock.advance(5000);
    expect(simulator.openGuests()).toBe(1);
    simulator.faults.add({
      method: 'POST',
      path: '/v1/vpgs/*/FailoverTestStop',
      then: { kind: 'fail-task', reason: 'stuck' },
    });
    await client.post(`vpgs/${id}/FailoverTestStop`);
    simulator.clock.advance(5000);
    expect([simulator.testsRunning(), simulator.openGuests()]).toEqual([['crm'], 1]);
  });

  it('ends sessions and loses settings before the request is looked at', async () => {
    const { simulator, client, id } = await ready();
    const settings = (await client.post('vpgSettings', { VpgIdentifier: id })).word();
    simulator.faults.add({ method: 'PUT', path: 'vpgsettings/**', then: { kind: 'lose-settings' } });
    expect((await client.call('PUT', `vpgSettings/${settings}/basic`, {})).status).toBe(404);
    simulator.faults.add({ method: 'GET', path: 'tasks/*', then: { kind: 'expire-sessions' } });
    expect((await client.get('tasks/x')).status).toBe(401);
    expect((await client.get('tasks')).status).toBe(401);
  });

  it('delays, hangs until the client gives up, and can be cleared', async () => {
    const { simulator, client } = await ready();
    simulator.faults.add({ method: 'GET', path: 'localsite', then: { kind: 'delay', ms: 30 } });
    const begun = performance.now();
    expect((await client.get('localsite')).status).toBe(200);
    expect(performance.now() - begun).toBeGreaterThan(25);
    simulator.faults.add({ method: 'GET', path: 'localsite', then: { kind: 'hang' } });
    const hung = simulator.fetchFor('site-b')('https://x/v1/localsite', { signal: AbortSignal.timeout(30) });
    await expect(hung).rejects.toMatchObject({ name: 'TimeoutError' });
    simulator.faults.add({ method: 'GET', path: 'localsite', times: 9, then: { kind: 'hang' } });
    simulator.faults.clear();
    expect((await client.get('localsite')).status).toBe(200);
  });
});
