import { describe, expect, it } from 'vitest';
import { steppedClock } from '../../simulator/clock.ts';
import { basic, send, signIn, simulate, siteOf } from './harness.ts';

const minute = 60_000;

describe('a session', () => {
  it.each([undefined, { AuthenticationMethod: 0 }, { AuthenticationMethod: 1 }, { authenticationmethod: 1 }])(
    'opens with body %j: empty answer, id in the header',
    async body => {
      const simulator = await simulate();
      const { username, password } = siteOf(simulator, 'site-a');
      const authorization = basic(username, password);
      const answer = await send(simulator, 'site-a', 'POST', 'session/add', { authorization }, body);
      expect([answer.status, answer.text]).toEqual([200, '']);
      expect(answer.headers.get('x-zerto-session')).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it.each(['DR\\svc-drillbook', 'svc-drillbook@dr.example.com', 'SVC-Drillbook'])('opens for %s', async username => {
    const simulator = await simulate();
    const { password } = siteOf(simulator, 'site-b');
    const headers = { authorization: basic(username, password) };
    expect((await send(simulator, 'site-b', 'POST', 'session/add', headers)).status).toBe(200);
  });

  it('is refused for a wrong password, a wrong name, the other site’s password and no credentials', async () => {
    const simulator = await simulate();
    const { username, password } = siteOf(simulator, 'site-a');
    for (const headers of [
      { authorization: basic(username, 'wrong') },
      { authorization: basic('nobody', password) },
      { authorization: basic(username, siteOf(simulator, 'site-b').password) },
      {},
    ]) {
      const answer = await send(simulator, 'site-a', 'POST', 'session/add', headers);
      expect(answer.status).toBe(401);
      expect(answer.headers.has('x-zerto-session')).toBe(false);
    }
  });

  it('ends after 30 minutes without a call, not 30 minutes after sign-in', async () => {
    const simulator = await simulate({ clock: steppedClock() });
    const client = await signIn(simulator);
    simulator.clock.advance(29 * minute);
    expect((await client.get('localsite')).status).toBe(200);
    simulator.clock.advance(29 * minute);
    expect((await client.get('localsite')).status).toBe(200);
    simulator.clock.advance(30 * minute);
    expect((await client.get('localsite')).status).toBe(401);
  });

  it('ends by DELETE and belongs to one site', async () => {
    const simulator = await simulate();
    const client = await signIn(simulator, 'site-a');
    const elsewhere = await send(simulator, 'site-b', 'GET', 'vpgs', { 'x-zerto-session': client.token });
    expect(elsewhere.status).toBe(401);
    expect(await client.call('DELETE', 'session')).toMatchObject({ status: 200, text: '' });
    expect((await client.get('vpgs')).status).toBe(401);
  });

  it('ends at one site or at all at the word of a test', async () => {
    const simulator = await simulate();
    const [a, b] = [await signIn(simulator, 'site-a'), await signIn(simulator, 'site-b')];
    simulator.endSessions('site-a');
    expect([(await a.get('vpgs')).status, (await b.get('vpgs')).status]).toEqual([401, 200]);
    simulator.endSessions();
    expect((await b.get('vpgs')).status).toBe(401);
  });
});
