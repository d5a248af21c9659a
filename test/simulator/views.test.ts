import { describe, expect, it } from 'vitest';
import type { Scenario, SiteSpec } from '../../simulator/scenario.ts';
import { siteOf, through } from './harness.ts';
import { alertsOf, minute, refusal, second, signInAgain, stage, stateOf, withChoices } from './stage.ts';

const none = { CommitPolicy: 2 };
const answered = (signal: AbortSignal) => ({ signal });

describe('two sites', () => {
  it('tell the same VPG, each from its side', async () => {
    const { a, b, path } = await stage();
    const here = (await b.get(path)).json;
    const there = (await (await a()).get(path)).json;
    expect(here).toMatchObject({ ProtectedSite: { type: 'PeerSiteApi' }, RecoverySite: { type: 'LocalSiteApi' } });
    expect(there).toMatchObject({ ProtectedSite: { type: 'LocalSiteApi' }, RecoverySite: { type: 'PeerSiteApi' } });
  });

  it('keep the tasks that they answered with, unless the scenario has it otherwise', async () => {
    const { a, b, path, id } = await stage();
    const home = await a();
    const task = (await home.post(`vpgs/${id}/FailoverTest`)).word();
    expect(task.split('.')[1]).toBe((await home.get('localsite')).at('SiteIdentifier').json);
    expect([(await home.get(`tasks/${task}`)).status, (await b.get(`tasks/${task}`)).status]).toEqual([200, 404]);
    expect((await b.get('tasks')).json).toEqual([]);
    expect((await b.get(path)).at('ActiveProcessesApi', 'RunningFailOverTestApi').json).toEqual({ Stage: 'Starting' });

    const both = await stage(withChoices({ tasksAt: 'both-sites', taskHiddenMs: 500 }));
    const started = (await both.act('FailoverTest')).word();
    expect((await both.b.get(`tasks/${started}`)).status).toBe(404);
    both.clock.advance(500);
    expect((await (await both.a()).get(`tasks/${started}`)).status).toBe(200);
  });

  it('lose each other when one is silent', async () => {
    const { simulator, clock, a, b, id, path, vpg } = await stage();
    const home = await a();
    simulator.silence('site-a');
    clock.advance(minute);
    const unheard = simulator.fetchFor('site-a')('https://x/v1/localsite', answered(AbortSignal.timeout(20)));
    await expect(unheard).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(await stateOf(b, id)).toBe('NotMeetingSLA/RecoveryPossible');
    expect((await vpg()).json).toMatchObject({ ActualRPO: 0 });
    expect(await alertsOf(b)).toEqual(['ZVM0002 Error']);
    expect((await b.get('peersites')).at(0).json).toMatchObject({ PairingStatus: 0, IncomingThroughputInMb: 0 });
    expect((await b.get('virtualizationsites')).json).toHaveLength(2);
    const [first] = (await b.get('virtualizationsites')).items().slice(-1);
    expect((await b.get(`virtualizationsites/${first?.at('SiteIdentifier').word() ?? ''}/vms`)).status).toBe(500);
    // files is protected here and recovers there.
    expect(await stateOf(b, await b.vpg('files'))).toBe('NotMeetingSLA/DisconnectedFromPeer');
    const files = await b.post(`vpgs/${await b.vpg('files')}/FailoverTest`);
    expect(refusal(files)).toEqual([500, 'The Zerto Virtual Manager is not connected to site London.']);
    const newest = Date.parse((await b.get(`${path}/checkpoints/stats`)).at('Latest', 'TimeStamp').word());
    expect(clock.now() - newest).toBeGreaterThanOrEqual(minute);

    simulator.wake('site-a');
    expect(await stateOf(b, id)).toBe('NotMeetingSLA/DeltaSync');
    clock.advance(10 * second);
    expect([await stateOf(b, id), await stateOf(home, id), await alertsOf(b)]).toEqual([
      'MeetingSLA/None',
      'MeetingSLA/None',
      [],
    ]);
  });

  it('lets the recovery site go on alone, but not backwards', async () => {
    const { simulator, clock, b, act, done, state, path } = await stage();
    simulator.silence('site-a');
    clock.advance(3 * 24 * 60 * minute);
    expect((await b.get(`${path}/checkpoints`)).items().length).toBeGreaterThan(17_000); // they do not grow old
    expect((await act('Failover', { ...none, IsReverseProtection: true })).status).toBe(500);
    expect((await act('Move', none)).status).toBe(500);
    expect((await act('pause')).status).toBe(500);
    expect((await act('checkpoints', { CheckpointName: 'x' })).status).toBe(500);
    expect((await done('Failover', { ...none, ShutdownPolicy: 1 }, 3 * second)).json).toMatchObject({
      CompleteReason: 'Virtual machines at London cannot be shut down: not connected.',
    });
    await done('Failover', none);
    expect(await through(siteOf(simulator, 'site-b').doors.lan, '10.20.1.10', 5432)).toBe('connected');
    expect((await act('FailoverCommit', { IsReverseProtection: true })).status).toBe(500);
    await done('FailoverCommit', {});
    expect(await state()).toBe('Recovered/NeedsConfiguration');
    simulator.wake('site-a');
    clock.advance(minute);
    expect(await state()).toBe('Recovered/NeedsConfiguration');
    expect(simulator.vms('site-a')).toContainEqual({ name: 'payments-db', on: true }); // both run
  });

  it('commits without reverse protection where the timer meets a silent peer', async () => {
    const { simulator, clock, done, state } = await stage();
    await done('Failover', { CommitPolicy: 1, IsReverseProtection: true });
    simulator.silence('site-a');
    clock.advance(61 * minute);
    expect(await state()).toBe('Recovered/NeedsConfiguration');
  });

  it('may be cut from each other while both answer: each tells what it knows', async () => {
    const { simulator, clock, a, b, id, done } = await stage();
    const home = await a();
    simulator.cut('site-b', 'site-a');
    await done('Failover', none);
    expect([await stateOf(b, id), await stateOf(home, id)]).toEqual([
      'FailingOver/FailingOverBeforeCommit',
      'NotMeetingSLA/DisconnectedFromPeer',
    ]);
    expect([await alertsOf(home), (await home.get(`vpgs/${id}/checkpoints`)).status]).toEqual([['ZVM0002 Error'], 500]);
    expect((await home.post(`vpgs/${id}/FailoverRollback`)).status).toBe(500);
    simulator.heal('site-a', 'site-b');
    expect(await stateOf(home, id)).toBe('FailingOver/FailingOverBeforeCommit');
    await done('FailoverRollback');
    clock.advance(10 * second);
    expect(await stateOf(home, id)).toBe('MeetingSLA/None');
  });

  it('may be silent from the start, cut connections, and be shown as unpaired', async () => {
    const { simulator, b } = await stage(scenario =>
      withChoices({ silence: 'drop', silentPairing: 'Unpaired', lostSubStatus: 'DisconnectedFromPeer' })({
        ...scenario,
        sites: scenario.sites.map(site => ({ ...site, silent: site.name === 'site-a' })),
      }),
    );
    await expect(simulator.fetchFor('site-a')('https://x/v1/localsite')).rejects.toThrow(TypeError);
    expect((await b.get('peersites?pairingStatus=2')).json).toHaveLength(1);
    expect((await b.get('vpgs?subStatus=24')).json).toHaveLength(5);
  });

  it('synchronises anew what a lost connection interrupted', async () => {
    const { simulator, clock, b } = await stage(scenario => ({
      ...scenario,
      vpgs: scenario.vpgs.map(vpg =>
        vpg.name === 'crm' ? { ...vpg, state: { kind: 'syncing', subStatus: 'FullSync', seconds: 60 } } : vpg,
      ),
    }));
    const id = await b.vpg('crm');
    clock.advance(30 * second);
    expect((await b.get(`vpgs/${id}`)).at('ProgressPercentage').json).toBe(50);
    simulator.silence('site-a');
    clock.advance(60 * second);
    simulator.wake('site-a');
    clock.advance(59 * second);
    expect(await stateOf(b, id)).toBe('NotMeetingSLA/FullSync');
    clock.advance(second);
    expect(await stateOf(b, id)).toBe('MeetingSLA/None');
  });
});

describe('three sites', () => {
  const withThird = (scenario: Scenario): Scenario => {
    const [, b] = scenario.sites;
    if (b === undefined) throw new Error('no second site');
    const c: SiteSpec = { ...b, name: 'site-c', zertoName: 'Leeds', ipAddress: '10.30.0.5', peers: ['site-b'] };
    return { ...scenario, sites: [...scenario.sites, c] };
  };

  it('see their own VPGs and peers only', async () => {
    const { simulator, b } = await stage(withThird);
    const [a, c] = [await signInAgain(simulator, 'site-a'), await signInAgain(simulator, 'site-c')];
    expect([(await a.get('vpgs')).items().length, (await c.get('vpgs')).json]).toEqual([5, []]);
    const peers = async (client: typeof b) =>
      (await client.get('peersites')).items().map(peer => peer.at('PeerSiteName').json);
    expect([await peers(a), await peers(b), await peers(c)]).toEqual([['Slough'], ['London', 'Leeds'], ['Slough']]);
    expect((await c.get(`vpgs/${await b.vpg('crm')}`)).status).toBe(404);
    // files-01 recovers to site A and can be protected to site C too.
    const own = (await b.get('localsite')).at('SiteIdentifier').word();
    expect((await b.get(`virtualizationsites/${own}/vms`)).json).toMatchObject([{ VmName: 'files-01' }]);
    simulator.silence('site-c');
    expect([await alertsOf(a), await alertsOf(b)]).toEqual([[], ['ZVM0002 Error']]);
  });
});

describe('many sites', () => {
  it('have a VM in at most three VPGs, each to another site', async () => {
    const { simulator, clock } = await stage(scenario => {
      const [a, b] = scenario.sites;
      if (a === undefined || b === undefined) throw new Error('no two sites');
      const more = ['Leeds', 'York', 'Bath'].map(name => ({ ...b, name: name.toLowerCase(), zertoName: name }));
      return { ...scenario, sites: [a, b, ...more] };
    });
    const a = await signInAgain(simulator, 'site-a');
    const own = (await a.get('localsite')).at('SiteIdentifier').word();
    const free = async () =>
      (await a.get(`virtualizationsites/${own}/vms`)).items().find(vm => vm.at('VmName').json === 'crm-web-01');
    const VmIdentifier = (await free())?.at('VmIdentifier').word();
    const peers = (await a.get('peersites')).items().map(peer => peer.at('SiteIdentifier').word());
    const protect = async (name: string, peer: string | undefined) => {
      const path = `vpgSettings/${(await a.post('vpgSettings', {})).word()}`;
      await a.call('PUT', `${path}/basic`, { Name: name, RecoverySiteIdentifier: peer });
      const added = await a.post(`${path}/vms`, { VmIdentifier });
      if (added.status !== 200) return added.at('Message').word();
      const { status } = await a.post(`${path}/commit`);
      clock.advance(10 * second);
      return status;
    };
    expect(await protect('one', peers[0])).toBe(200);
    expect(await protect('again', peers[0])).toBe('VM crm-web-01 is protected to the same site by VPG one.');
    expect(await protect('two', peers[1])).toBe(200);
    expect((await a.get(`vms/${VmIdentifier ?? ''}`)).status).toBe(400); // in several VPGs
    expect(await free()).toBeDefined();
    expect(await protect('three', peers[2])).toBe(200);
    expect(await free()).toBeUndefined();
    expect(await protect('four', peers[3])).toBe('VM crm-web-01 is in 3 VPGs already.');
  });
});
