import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { outside as real } from '../../cli/outside.ts';
import { drillbook } from './command-line.ts';

const line = z.object({
  sites: z.array(
    z.object({
      name: z.string(),
      url: z.string(),
      generation: z.literal('windows'),
      ca: z.string(),
      username: z.string(),
      password: z.string(),
    }),
  ),
});

it('--json prints one line once it serves; every url verifies with its ca; the ca goes with it', async () => {
  let press: () => void = () => undefined;
  let answered: number | undefined;
  let ca = '';
  const seen = await drillbook(['simulator', '--json'], {
    withCtrlC: given => {
      press = given;
    },
    outside: {
      startSimulator: async options => {
        const running = await real.startSimulator(options);
        ca = join(options.dir, 'ca.pem');
        answered = await statusOf(`${running.sites[1]?.url ?? ''}/v1/localsite`, readFileSync(ca, 'utf8'));
        setImmediate(press);
        return running;
      },
    },
  });
  expect([seen.code, seen.stderr]).toEqual([0, '']);
  const { sites } = line.parse(JSON.parse(seen.stdout));
  expect(seen.stdout.trimEnd()).not.toContain('\n');
  expect(sites.map(({ name }) => name)).toEqual(['site-a', 'site-b']);
  expect(sites.map(site => site.ca)).toEqual([ca, ca]);
  // Without a session: the TLS handshake held, the ZVM refused.
  expect(answered).toBe(401);
  expect(existsSync(ca)).toBe(false);
});

it('a taken port is a sentence, exit 1', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'drillbook-taken-'));
  const other = await real.startSimulator({ dir });
  try {
    const port = new URL(other.sites[0]?.url ?? '').port;
    const seen = await drillbook(['simulator', '--port', port]);
    expect([seen.code, seen.stdout]).toEqual([1, '']);
    expect(seen.stderr).toMatch(new RegExp(`${port}.*\n$`));
    expect(seen.stderr).not.toContain('unexpected');
  } finally {
    await other.close();
    rmSync(dir, { recursive: true });
  }
});

function statusOf(url: string, ca: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { ca }, response => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.once('error', reject);
    asked.end();
  });
}
