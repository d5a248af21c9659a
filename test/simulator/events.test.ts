import { describe, expect, it } from 'vitest';
import { minute, second, stage } from './stage.ts';

describe('events', () => {
  it('tell of every task when it ends, of log-ins and of alerts', async () => {
    const { b, a, done, clock, id } = await stage();
    const before = clock.now();
    await done('FailoverTest');
    await done('FailoverTestStop');
    await done('Failover', { CommitPolicy: 2 });
    clock.advance(minute);
    const words = async (query: string) =>
      (await b.get(`events?${query}`)).items().map(e => e.at('Description').word());
    expect(await words(`vpgIdentifier=${id}&category=Events`)).toEqual([
      'FailOverTest completed',
      'StopFailOverTest completed',
      'FailOver completed',
    ]);
    const [one] = (await b.get('events?eventType=4')).items();
    expect(one?.json).toMatchObject({
      EventType: 4,
      EventCategory: 'Events',
      EventCompletedSuccessfully: true,
      EntityType: 0,
      UserName: 'svc-drillbook',
      SiteName: 'Slough',
      RelatedEntities: { Vpgs: [{ identifier: id }] },
    });
    expect(Date.parse(one?.at('OccurredOn').word() ?? '')).toBe(before + 2500);
    expect((await b.get(`events/${one?.at('EventIdentifier').word() ?? ''}`)).status).toBe(200);
    expect((await b.get('events/x')).status).toBe(404);
    expect(await words('category=Alerts')).toEqual(['VPG payments-db is waiting for commit or rollback.']);
    expect(await words('eventType=Login')).toHaveLength(1);
    expect(await words('userName=System&category=0')).toHaveLength(1);
    expect(await words(`startDate=${new Date(clock.now()).toISOString()}`)).toEqual([]);
    expect(await words('vpg=crm')).toEqual([]);
    expect(await words('siteName=London&eventType=FailOver')).toEqual([]);
    const home = await a();
    expect((await home.get('events?eventType=FailOver')).json).toMatchObject([{ SiteName: 'Slough' }]);
  });

  it('are the last thousand', async () => {
    const { b, act, clock } = await stage();
    for (let n = 0; n < 1010; n++) await act('checkpoints', { CheckpointName: `c${n}` });
    clock.advance(second);
    expect((await b.get('events')).items()).toHaveLength(1000);
  });

  it('name the task’s failure, and alerts that were dismissed come back undismissed', async () => {
    const { simulator, b, done } = await stage();
    await done('FailoverTest');
    simulator.faults.add({
      method: 'POST',
      path: 'vpgs/*/failoverteststop',
      then: { kind: 'fail-task', reason: 'stuck' },
    });
    await done('FailoverTestStop');
    expect((await b.get('events?eventType=StopFailOverTest')).json).toMatchObject([
      { Description: 'StopFailOverTest failed: stuck', EventCompletedSuccessfully: false },
    ]);
    const alert = (await b.get('alerts')).at(0);
    expect(alert.json).toMatchObject({ HelpIdentifier: 'VPG0051', Level: 'Error' });
    const path = `alerts/${alert.at('Link', 'identifier').word()}`;
    await b.post(`${path}/dismiss`);
    expect((await b.get('alerts?isDismissed=true')).json).toHaveLength(1);
    await b.post(`${path}/undismiss`);
    expect((await b.get('alerts?isDismissed=true')).json).toEqual([]);
    await done('FailoverTestStop');
    expect([(await b.get('alerts')).json, (await b.get(path)).status]).toEqual([[], 404]);
  });
});
