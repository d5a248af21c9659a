import { expect, test } from 'vitest';
import { callsOf, rejection, scripted } from './scripted-zvm.ts';

const wire = {
  VpgIdentifier: 'v1',
  VpgSettingsIdentifier: 's1',
  Basic: {
    Name: 'Payments',
    Priority: 1,
    RpoInSeconds: null,
    JournalHistoryInHours: 24,
    ProtectedSiteIdentifier: 'p',
    RecoverySiteIdentifier: 'r',
  },
  BootGroups: { BootGroups: null },
  Networks: {
    Failover: { Hypervisor: { DefaultNetworkIdentifier: 'n1' }, VCD: null },
    FailoverTest: { Hypervisor: null, VCD: null },
  },
  Scripting: { PreRecovery: { Command: null, Parameters: null, TimeoutInSeconds: 300 }, PostBackup: null },
  LongTermRetention: null,
  vms: [
    {
      vmIdentifier: 'vm-1',
      nics: [
        {
          nicIdentifier: 'Network adapter 1',
          failover: { hypervisor: { networkIdentifier: 'n1' }, vcd: null, odd: 1 },
        },
      ],
      Volumes: [{ VolumeIdentifier: 'scsi:0:0' }],
    },
  ],
};

const estate = (get: object) =>
  scripted(({ method, path }) => {
    if (path === 'vpgSettings') return { body: 's1' };
    if (path !== 'vpgSettings/s1') return undefined;
    return method === 'GET' ? get : {};
  });

test('settings are read tolerantly; what we do not know is kept and sent back', async () => {
  const { zvm, seen } = estate({ body: wire });
  const document = await zvm.vpgSettings.get('s1');
  expect(document).toEqual({
    ...wire,
    Basic: {
      Name: 'Payments',
      Priority: 'Medium',
      JournalHistoryInHours: 24,
      ProtectedSiteIdentifier: 'p',
      RecoverySiteIdentifier: 'r',
    },
    BootGroups: { BootGroups: [] },
    vms: undefined,
    Vms: [
      {
        VmIdentifier: 'vm-1',
        Nics: [
          {
            NicIdentifier: 'Network adapter 1',
            Failover: { Hypervisor: { NetworkIdentifier: 'n1' }, VCD: null, odd: 1 },
          },
        ],
        Volumes: [{ VolumeIdentifier: 'scsi:0:0' }],
      },
    ],
  });
  document.Networks.FailoverTest.Hypervisor = { DefaultNetworkIdentifier: 'n2' };
  await zvm.vpgSettings.put('s1', document);
  expect(seen.at(-1)).toMatchObject({ method: 'PUT', path: 'vpgSettings/s1', body: document });
});

test('reading settings leaves no object behind, also when the reading fails', async () => {
  const { zvm, seen } = estate({ status: 500, body: { Message: 'no' } });
  expect(await rejection(zvm.vpgSettings.read('v1'))).toMatchObject({ name: 'Refused' });
  expect(callsOf(seen).slice(2)).toEqual(['POST vpgSettings', 'GET vpgSettings/s1', 'DELETE vpgSettings/s1']);
  expect(seen[2]?.body).toEqual({ VpgIdentifier: 'v1' });
});

test('an aborted reading deletes its object all the same', async () => {
  const controller = new AbortController();
  const { zvm, seen } = scripted(({ method, path }) => {
    if (path === 'vpgSettings') return { body: 's1' };
    if (path !== 'vpgSettings/s1') return undefined;
    if (method === 'GET') controller.abort(new Error('worker stops'));
    return method === 'GET' ? 'reset' : {};
  });
  expect(await rejection(zvm.vpgSettings.read('v1', { signal: controller.signal }))).toMatchObject({
    message: 'worker stops',
  });
  expect(callsOf(seen).at(-1)).toBe('DELETE vpgSettings/s1');
});

test('a failing delete is tried once more and does not spoil what was read', async () => {
  const { zvm, seen } = scripted(({ method, path }) => {
    if (path === 'vpgSettings') return { body: 's1' };
    if (path !== 'vpgSettings/s1') return undefined;
    return method === 'GET' ? { body: wire } : { status: 503 };
  });
  expect((await zvm.vpgSettings.read('v1')).Basic.Name).toBe('Payments');
  expect(seen.filter(({ method }) => method === 'DELETE')).toHaveLength(2);
});

test('deleting what is gone is no error; committing gives the task', async () => {
  const { zvm, seen } = scripted(({ path }) => (path === 'vpgSettings/s1/commit' ? { body: 'task-1' } : undefined));
  await zvm.vpgSettings.delete('s1');
  expect(await zvm.vpgSettings.commit('s1', { notAfter: Date.now() + 1000 })).toBe('task-1');
  expect(seen.at(-1)?.body).toBeUndefined();
});
