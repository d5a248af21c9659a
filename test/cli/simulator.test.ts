import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { outside as real } from '../../cli/outside.ts';
import type { SimulatorOptions } from '../../simulator/server.ts';
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

describe('with files', () => {
  const folder = (files: Readonly<Record<string, string>>): string => {
    const dir = mkdtempSync(join(tmpdir(), 'drillbook-simulator-'));
    onTestFinished(() => {
      rmSync(dir, { recursive: true });
    });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
    return dir;
  };
  const scenario = `scenario: mine
sites:
  here: { zerto-name: Here, networks: { lan: lan }, accounts: [{ username: me, password: known }] }
`;

  it('serves the scenario of a file, with its faults, on its clock and of the generation that is asked for', async () => {
    const cwd = folder({
      'mine.yaml': scenario,
      'faults.yaml': 'faults: [{ path: x, then: { kind: hang } }]',
    });
    let press: () => void = () => undefined;
    let options: SimulatorOptions | undefined;
    const files = ['--scenario', 'mine.yaml', '--faults', 'faults.yaml'];
    const seen = await drillbook(['simulator', ...files, '--clock', '60×', '--generation', 'appliance'], {
      cwd,
      withCtrlC: given => {
        press = given;
      },
      outside: {
        startSimulator: async given => {
          options = given;
          setImmediate(press);
          return real.startSimulator(given);
        },
      },
    });
    expect([seen.code, seen.stderr]).toEqual([0, '']);
    expect(seen.stdout).toMatch(/^here {2}https:.* {2}\(appliance\)\n {2}sign in as me with known\n/);
    expect(seen.stdout).toContain('The certificate of all of them: /');
    expect(options?.scenario).toMatchObject({ name: 'mine', sites: [{ generation: 'appliance' }] });
    expect(options?.faults).toMatchObject([{ path: 'x', then: { kind: 'hang' } }]);
    const begun = [Date.now(), options?.clock?.now() ?? 0] as const;
    await new Promise(resolve => setTimeout(resolve, 20));
    const [passed, simulated] = [Date.now() - begun[0], (options?.clock?.now() ?? 0) - begun[1]];
    expect(simulated / passed).toBeGreaterThan(50);
  });

  it.each([
    [['--scenario', 'mine.yaml'], { 'mine.yaml': 'scenario: x' }, 'mine.yaml:1:1: sites: is missing'],
    [['--scenario', 'none.yaml'], {}, /^There is no file .*none\.yaml\.$/],
    [
      ['--faults', 'f.yaml'],
      { 'f.yaml': 'faults:\n  - path: x\n    site: site-c\n    then: { kind: hang }' },
      'f.yaml:3:5: faults[0].site: site-c is no site: site-a, site-b',
    ],
  ] as const)('says what is wrong in a file: %s', async (args, files, says) => {
    const seen = await drillbook(['simulator', ...args], { cwd: folder(files) });
    expect([seen.code, seen.stdout]).toEqual([1, '']);
    expect(seen.stderr.trimEnd()).toMatch(typeof says === 'string' ? new RegExp(`^${escape(says)}$`) : says);
  });

  it('prints a scenario made from a live site, and starts nothing', async () => {
    const cwd = folder({ 'drillbook.yaml': '' });
    const asked: unknown[] = [];
    const seen = await drillbook(['simulator', '--from', 'site-b'], {
      cwd,
      outside: {
        scenarioFromSite: options => {
          asked.push(options);
          return Promise.resolve(scenario);
        },
        startSimulator: () => Promise.reject(new Error('must not start')),
      },
    });
    expect(seen).toEqual({ code: 0, stdout: scenario, stderr: '' });
    expect(asked).toEqual([
      { configPath: join(cwd, 'drillbook.yaml'), site: 'site-b', now: Date.UTC(2026, 10, 21, 2, 30) },
    ]);
  });

  it('needs a drillbook.yaml for that', async () => {
    const seen = await drillbook(['simulator', '--from', 'site-b'], { cwd: folder({}) });
    expect([seen.code, seen.stdout]).toEqual([1, '']);
    expect(seen.stderr).toContain('There is no drillbook.yaml here or above');
  });
});

const escape = (text: string): string => text.replace(/[.[\]]/g, '\\$&');

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
