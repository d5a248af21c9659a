import { describe, expect, it } from 'vitest';
import { steppedClock } from '../../simulator/clock.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import { basic, send, simulate, siteOf } from './harness.ts';

async function accountOf(may: readonly ('test' | 'settings')[]) {
  const base = healthy();
  const account = { username: 'viewer', password: 'secret-1', may };
  const scenario = { ...base, sites: base.sites.map(site => ({ ...site, accounts: [account] })) };
  const simulator = await simulate({ clock: steppedClock(), scenario });
  const headers = { authorization: basic('viewer', 'secret-1') };
  const answer = await send(simulator, 'site-b', 'POST', 'session/add', headers);
  const token = { 'x-zerto-session': answer.headers.get('x-zerto-session') ?? '' };
  const call = (method: string, path: string, body?: unknown) => send(simulator, 'site-b', method, path, token, body);
  const id = (await call('GET', 'vpgs?name=crm')).at(0, 'VpgIdentifier').word();
  return { simulator, call, id };
}

describe('an account', () => {
  it('that may only read is refused all else, with a Message', async () => {
    const { simulator, call, id } = await accountOf([]);
    expect(siteOf(simulator, 'site-b').accounts.map(account => account.username)).toEqual(['svc-drillbook', 'viewer']);
    const calls = [
      ['POST', `vpgs/${id}/FailoverTest`],
      ['POST', `vpgs/${id}/Failover`],
      ['POST', `vpgs/${id}/MoveCommit`],
      ['POST', `vpgs/${id}/checkpoints`],
      ['POST', `vpgs/${id}/pause`],
      ['DELETE', `vpgs/${id}`],
      ['POST', 'vpgSettings/import'],
      ['POST', 'alerts/x/dismiss'],
    ] as const;
    for (const [method, path] of calls) {
      const answer = await call(method, path);
      expect([answer.status, typeof answer.at('Message').json], path).toEqual([403, 'string']);
    }
    // Reading settings makes an object, and is reading.
    const path = `vpgSettings/${(await call('POST', 'vpgSettings', { VpgIdentifier: id })).word()}`;
    expect((await call('GET', path)).status).toBe(200);
    expect((await call('PUT', `${path}/basic`, { Name: 'x' })).status).toBe(403);
    expect((await call('POST', `${path}/commit`)).status).toBe(403);
    expect((await call('DELETE', path)).status).toBe(200);
  });

  it('may do what it is allowed, and is named in the task', async () => {
    const { call, id } = await accountOf(['test']);
    expect((await call('POST', `vpgs/${id}/FailoverTest`)).status).toBe(200);
    expect((await call('GET', 'tasks')).at(0, 'InitiatedBy').json).toBe('viewer');
    expect((await call('POST', `vpgs/${id}/Failover`)).status).toBe(403);
  });
});
