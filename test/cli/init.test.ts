import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../local/package-root.ts';
import { writeConfigText } from '../../local/config-text.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import { drillbook, render } from './command-line.ts';
import { makeFolder } from './folder.ts';

it('says what was written and what to do next', async () => {
  const cwd = makeFolder();
  const seen = await drillbook(['init', 'dr'], { cwd });
  const said = render(seen)
    .replaceAll(cwd, '/here')
    .replaceAll(join(packageRoot(), 'bin', 'drillbook'), 'drillbook');
  expect(said).toMatchInlineSnapshot(`
    "out: Written into /here/dr:
    out:   drillbook.yaml
    out:   runbooks/first-drill.yaml
    out:   schema/runbook.schema.json
    out:   schema/drillbook.schema.json
    out:   .gitignore
    out:   .dockerignore
    out:
    out: Look at it:
    out:   cd dr
    out:   drillbook validate
    out:   drillbook graph runbooks/first-drill.yaml --mode drill > first-drill.svg
    out:
    out: Run the drill on simulated sites, which have the names of this drillbook.yaml:
    out:   drillbook dev
    out: and in another terminal, in this folder, after the two \`export\` lines that it prints:
    out:   drillbook run runbooks/first-drill.yaml --mode drill
    out:
    out: For your own sites fill in drillbook.yaml (it says what each line means), set ZVM_A_PASSWORD and ZVM_B_PASSWORD where
    out: the worker runs, and start it beside your Temporal: drillbook worker
    exit 0"
  `);
});

it('what it writes validates without errors or warnings, compiles, and is drawn', async () => {
  const cwd = makeFolder();
  expect((await drillbook(['init'], { cwd })).code).toBe(0);
  expect(render(await drillbook(['validate'], { cwd }))).toBe('err: 2 files: no errors, no warnings\nexit 0');
  const line = ['runbooks/first-drill.yaml', '--mode', 'drill'];
  for (const command of ['compile', 'graph']) {
    const seen = await drillbook([command, ...line], { cwd });
    expect([seen.code, seen.stderr], command).toEqual([0, '']);
  }
});

it('its schema lines lead to the shipped schemas', async () => {
  const cwd = makeFolder();
  await drillbook(['init'], { cwd });
  for (const [file, schema] of [
    ['drillbook.yaml', 'drillbook.schema.json'],
    ['runbooks/first-drill.yaml', 'runbook.schema.json'],
  ] as const) {
    const [first = ''] = readFileSync(join(cwd, file), 'utf8').split('\n');
    const target = resolve(dirname(join(cwd, file)), first.replace('# yaml-language-server: $schema=', ''));
    expect(readFileSync(target, 'utf8')).toBe(readFileSync(join(packageRoot(), 'schema', schema), 'utf8'));
  }
});

it('its runbook fits the simulated sites of `drillbook dev`', async () => {
  const cwd = makeFolder();
  await drillbook(['init'], { cwd });
  const scenario = healthy();
  const sites = scenario.sites.map(({ name, zertoName, networks }) => ({
    ...{
      name,
      zertoName,
      url: 'https://127.0.0.1:1',
      generation: 'windows' as const,
      ca: 'ca.pem',
      username: 'u',
      password: 'p',
      accounts: [],
    },
    testNetworks: networks.map(network => network.name),
    doors: { bubble: 'socks5://127.0.0.1:2', lan: 'socks5://127.0.0.1:3' },
  }));
  const text = writeConfigText(sites, { 'site-a-password': 'a', 'site-b-password': 'b', pagerduty: 'p' });
  const dev = makeFolder({ 'drillbook.yaml': text });
  const env = { DRILLBOOK_CONFIG: join(dev, 'drillbook.yaml') };
  const seen = await drillbook(['validate', 'runbooks/first-drill.yaml'], { cwd, env });
  expect(render(seen)).toBe('err: 1 file: no errors, no warnings\nexit 0');
  const names = readFileSync(join(cwd, 'drillbook.yaml'), 'utf8').match(/(?<=zerto-name: )\w+/g);
  expect(names).toEqual(scenario.sites.map(({ zertoName }) => zertoName));
  const vpg = /vpg: ([\w-]+)/.exec(readFileSync(join(cwd, 'runbooks/first-drill.yaml'), 'utf8'))?.[1];
  expect(scenario.vpgs.map(({ name }) => name)).toContain(vpg);
});

it('overwrites nothing', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': 'mine', 'schema/runbook.schema.json': 'mine too' });
  expect(render(await drillbook(['init'], { cwd }))).toBe(
    `err: ${cwd} has drillbook.yaml, schema/runbook.schema.json already: nothing was written. Choose another folder: drillbook init DIR\nexit 1`,
  );
  expect(readdirSync(cwd).sort()).toEqual(['drillbook.yaml', 'schema']);
  expect(readFileSync(join(cwd, 'drillbook.yaml'), 'utf8')).toBe('mine');
});

it('keeps a .gitignore and says what belongs in it', async () => {
  const cwd = makeFolder({ '.gitignore': 'x\n' });
  const { stdout, code } = await drillbook(['init'], { cwd });
  expect(code).toBe(0);
  expect(stdout).toContain('Your .gitignore was kept; these lines belong in it: .drillbook/ keys/ secrets/ .env');
  expect(readFileSync(join(cwd, '.gitignore'), 'utf8')).toBe('x\n');
});

it('a file in the place of the folder is a sentence', async () => {
  const cwd = makeFolder({ dr: '' });
  const { code, stderr, stdout } = await drillbook(['init', 'dr'], { cwd });
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toBe(`${join(cwd, 'dr')} cannot be made: something else has that name.\n`);
  expect(existsSync(join(cwd, 'runbooks'))).toBe(false);
});
