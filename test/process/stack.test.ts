import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { type SiteAccess, withSession } from '../../local/site-call.ts';
import { startStack } from '../../local/stack.ts';
import { makeScratch } from '../local/scratch.ts';
import { isAlive } from './is-alive.ts';

const entry = fileURLToPath(new URL('./local-entry.mjs', import.meta.url));

test('a stack has a Temporal, two sites and a worker, and leaves nothing', async () => {
  const dir = makeScratch();
  process.env['LOCAL_ENTRY_DIR'] = dir;
  const lines: string[] = [];
  const stack = await startStack({ dir, entry, log: line => lines.push(line) });
  onTestFinished(() => stack.stop());
  expect(lines.at(-1)).toMatch(/^Temporal: a dev server by /);
  expect(stack.address).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(stack.env).toMatchObject({ TEMPORAL_ADDRESS: stack.address, TEMPORAL_NAMESPACE: 'default' });

  const config = parse(readFileSync(stack.configPath, 'utf8')) as {
    sites: Record<string, { url: string; 'zerto-name': string; peer: string; account: { password: string } }>;
    secrets: Record<string, { file: string }>;
  };
  expect(Object.entries(config.sites).map(([name, site]) => [name, site['zerto-name'], site.peer])).toEqual([
    ['site-a', 'London', 'site-b'],
    ['site-b', 'Slough', 'site-a'],
  ]);
  for (const site of stack.sites) {
    const file = config.secrets[config.sites[site.name]?.account.password ?? '']?.file ?? '';
    expect(readFileSync(file, 'utf8')).toBe(site.password);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  }
  const texts = ['drillbook.yaml', 'simulator.log', 'worker.log'].map(name => readFileSync(join(dir, name), 'utf8'));
  expect(stack.sites.filter(site => texts.some(text => text.includes(site.password)))).toEqual([]);

  expect(await stack.testsRunning()).toEqual([]);
  await startTest(stack.sites[1], 'crm');
  expect(await stack.testsRunning()).toEqual(['crm']);

  await expect(startStack({ dir, entry })).rejects.toThrow(`Another drillbook (process ${process.pid}) runs in ${dir}`);

  const pids = [stack.worker.pid, (await stack.startWorker()).pid];
  await stack.stop();
  expect(pids.filter(isAlive)).toEqual([]);
  expect(readFileSync(join(dir, 'worker.log'), 'utf8')).toBe(`signed out, ${stack.address}\n`.repeat(2));
  expect(readFileSync(join(dir, 'simulator', 'end.log'), 'utf8')).toBe('simulator ended\n');
  await stack.stop();
});

async function startTest(site: SiteAccess | undefined, name: string): Promise<void> {
  if (site === undefined) throw new Error('no such site');
  await withSession(site, async call => {
    const vpgs = (await call('GET', '/v1/vpgs')) as { VpgName: string; VpgIdentifier: string }[];
    const vpg = vpgs.find(({ VpgName }) => VpgName === name);
    await call('POST', `/v1/vpgs/${vpg?.VpgIdentifier ?? ''}/FailoverTest`);
  });
}
