import { expect, test } from 'vitest';
import { stage } from './stage.ts';

/** A VPG that keeps backups, and the calls of its retention. */
async function kept() {
  const on = await stage();
  const settings = (await on.b.post('vpgSettings', { VpgIdentifier: on.id })).word();
  expect((await on.b.post(`vpgSettings/${settings}/ltr`, { enabled: true })).status).toBe(200);
  await on.b.post(`vpgSettings/${settings}/commit`);
  on.clock.advance(60_000);
  const retention = (action: string, body?: unknown) => on.b.post(`ltr/vpgs/${on.id}/retention${action}`, body);
  return { ...on, retention };
}

test('a retention run is a task, and its VPG says Backup meanwhile', async () => {
  const { retention, state, b, clock } = await kept();
  const task = await retention('start', {});
  expect(task.text).toMatch(/^"[0-9a-f-]{36}\.[0-9a-f-]{36}"$/);
  expect(await state()).toContain('Backup');
  clock.advance(60_000);
  expect(await state()).not.toContain('Backup');
  expect((await b.get(`tasks/${task.word()}`)).json).toMatchObject({ Type: 'VpgBackup', Status: { State: 6 } });
});

test('a failover is refused until the retention run is aborted', async () => {
  const { retention, act, b } = await kept();
  const task = (await retention('start')).word();
  const refused = await act('Failover', { CommitPolicy: 'None' });
  expect([refused.status, refused.at('Message').word()]).toEqual([500, expect.stringContaining('retention')]);
  expect((await retention('start')).status).toBe(500);
  expect(await retention('abort')).toMatchObject({ status: 200, text: '' });
  expect((await b.get(`tasks/${task}`)).at('Status', 'State').json).toBe(5);
  expect((await act('Failover', { CommitPolicy: 'None' })).status).toBe(200);
});

test('no retention run without backups in the settings, of no such checkpoint, in a test; no abort of none', async () => {
  const plain = await stage();
  expect((await plain.b.post(`ltr/vpgs/${plain.id}/retentionstart`)).status).toBe(500);
  const { retention, done } = await kept();
  expect((await retention('start', { CheckpointId: '1' })).status).toBe(400);
  expect((await retention('abort')).status).toBe(500);
  await done('FailoverTest', {});
  expect((await retention('start')).status).toBe(500);
});
