import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { hashOf } from '../../control/access/token-hash.ts';
import { parseConfig } from '../../control/config/config.ts';
import { knownToken } from '../../console/identity/known-token.ts';
import { drillbook } from './command-line.ts';
import { makeFolder } from './folder.ts';
import { config } from './sample-config.ts';

const people = `${config}people:
  ana: { name: Ana Ruiz }
  bo: { name: Bo }
`;
const roles = `groups: { board: { oidc-group: change-board } }
roles:
  - { role: viewer, to: [bo] }
  - { role: operator, to: [ana], runbooks: ["pay*"], modes: [drill] }
  - { role: approver, to: [board] }
`;

it('keys token: the token once, and a line with its hash that lets it in until its last day', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': people });
  const made = await drillbook(['keys', 'token', 'ana'], { cwd });
  expect(made.code).toBe(0);
  const [token = '', line = ''] = made.stdout.split('\n');
  expect(token).toMatch(/^drillbook_[\w-]{43}$/);
  expect(line).toBe(`- { person: ana, sha256: "${hashOf(token)}", expires: "2027-02-19" }`);
  expect(made.stderr).not.toContain(token);
  expect(readFileSync(join(cwd, 'drillbook.yaml'), 'utf8')).toBe(people);
  const read = parseConfig(`${people}identity: { tokens: [ ${line.slice(2)} ] }\n`, 'drillbook.yaml').config;
  if (read === undefined) throw new Error('the line does not fit');
  expect(knownToken(read, token, Date.UTC(2027, 1, 19, 23))?.caller).toMatchObject({ person: 'ana', how: 'token' });
  expect(knownToken(read, token, Date.UTC(2027, 1, 20))).toBeUndefined();
});

it('keys token --sealed, and what is refused', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': people });
  const [token = '', line = ''] = (await drillbook(['keys', 'token', 'bo', '--sealed'], { cwd })).stdout.split('\n');
  const read = parseConfig(people.replace('name: Bo', `name: Bo, ${line}`), 'drillbook.yaml').config;
  if (read === undefined) throw new Error('the line does not fit');
  expect(knownToken(read, token, 0)?.caller).toMatchObject({ person: 'bo', how: 'sealed-token' });
  const refused = async (...args: string[]) => {
    const { code, stdout, stderr } = await drillbook(['keys', 'token', ...args], { cwd });
    expect(stdout).toBe('');
    return `${code} ${stderr.trim()}`;
  };
  expect(await refused('eve')).toBe('1 drillbook.yaml has no person eve.');
  expect(await refused('bo', '--sealed', '--expires', '2027-01-01')).toContain('2 A sealed token has no last day');
  expect(await refused('bo', '--expires', '2026-11-20')).toBe('2 --expires 2026-11-20 is over already.');
  expect(await refused('bo', '--expires', '2027-02-30')).toContain('it is a day, year first');
});

/** A console that knows one token. */
async function fakeConsole(): Promise<string> {
  const server = createServer((request, response) => {
    const known = request.headers.authorization === 'Bearer good' && request.url === '/api/v1/whoami';
    response.statusCode = known ? 200 : 401;
    const said = known
      ? { person: 'ana', name: 'Ana Ruiz', how: 'token', verified: true, groups: [] }
      : { detail: 'Nobody is known by this token: it is over.' };
    response.end(JSON.stringify(said));
  });
  await new Promise<void>(done => {
    server.listen(0, '127.0.0.1', done);
  });
  onTestFinished(() => {
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('login keeps a token that the console takes, for nobody else to read, and whoami asks with it', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': people });
  const env = { XDG_CONFIG_HOME: join(cwd, 'home') };
  const url = await fakeConsole();
  const file = join(cwd, 'home', 'drillbook', 'login.json');
  const login = (typed: string, ...more: string[]) =>
    drillbook(['login', '--url', url, '--token-stdin', ...more], { cwd, env, typed });
  expect(await login('bad')).toEqual({ code: 1, stdout: '', stderr: 'Nobody is known by this token: it is over.\n' });
  expect((await drillbook(['whoami'], { cwd, env })).stdout).toBe('ana on this machine (ana; nothing proves it).\n');
  const kept = await login('good\nsecond line');
  expect([kept.code, kept.stdout]).toEqual([0, `ana (Ana Ruiz), by token at ${url}.\n`]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(kept.stdout + kept.stderr).not.toContain('good');
  expect((await drillbook(['whoami'], { cwd, env })).stdout).toContain(`ana (Ana Ruiz), by token at ${url}.\n`);
  const json = JSON.parse((await drillbook(['whoami', '--json'], { cwd, env })).stdout) as unknown;
  expect(json).toEqual({
    local: { user: 'ana', person: 'ana', verified: false },
    console: { url, person: 'ana', name: 'Ana Ruiz', how: 'token', verified: true },
  });
  writeFileSync(file, '{');
  expect((await drillbook(['whoami'], { cwd, env })).code).toBe(0);
});

it('login sends no token without TLS to another machine, and tells what is no console', async () => {
  const cwd = makeFolder({});
  const login = async (...args: string[]) => (await drillbook(['login', ...args], { cwd, typed: 'good' })).stderr;
  expect(await login('--url', 'http://10.0.0.9:8080')).toContain('has no TLS');
  expect(await login('--url', 'ftp://x')).toContain('is no address of a console');
  expect(await login('--url', 'http://127.0.0.1:1')).toContain('No console answers at http://127.0.0.1:1 (');
  expect(await login()).toContain('Where is the console?');
});

it('access tells who may do what, by runbook and mode', async () => {
  const cwd = makeFolder({
    'drillbook.yaml': people + roles,
    'payments.yaml': 'apiVersion: drillbook/v1\nname: payments\n',
    'other.yaml': 'apiVersion: drillbook/v1\nname: ledger\n',
  });
  const { code, stdout, stderr } = await drillbook(['access'], { cwd });
  expect([code, stderr]).toEqual([0, 'Who is in board only the identity provider knows: they are not counted here.\n']);
  expect(stdout).toMatchInlineSnapshot(`
    "person  runbook   modes                       roles     may
    ana     payments  drill                       operator  see, start, break the glass, report, pause, resume, retry, skip, roll-back, extend, abort, cancel
    bo      ledger    drill failover move change  viewer    see
    bo      payments  drill failover move change  viewer    see
    "
  `);
  const rows = JSON.parse(
    (await drillbook(['access', '--json', '--person', 'ana', '--runbook', 'payroll'], { cwd })).stdout,
  ) as unknown;
  expect(rows).toMatchObject([{ person: 'ana', runbook: 'payroll', modes: ['drill'], roles: ['operator'] }]);
  expect((await drillbook(['access', '--person', 'eve'], { cwd })).stderr).toBe('drillbook.yaml has no person eve.\n');
  expect((await drillbook(['access'], { cwd: makeFolder({ 'drillbook.yaml': people }) })).stdout).toContain(
    'has no roles',
  );
});
