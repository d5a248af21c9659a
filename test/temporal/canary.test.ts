import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CodecServer, startCodecServer } from '../../console/codec-server.ts';
import { startConsole } from '../../console/console.ts';
import { codecWithKeys } from '../../control/codec.ts';
import { loadConfig } from '../../control/config/config.ts';
import { connect } from '../../control/connection.ts';
import { readJournal } from '../../control/journal.ts';
import { renderHtml } from '../../report/html.ts';
import { renderJson } from '../../report/json.ts';
import { renderText } from '../../report/text.ts';
import { secretNameOf, triggerSecret } from '../../local/config-text.ts';
import type { Generation } from '../../simulator/scenario.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import { type Harness, startHarness, until } from './harness.ts';
import { allThatTemporalHolds, listenToRequests } from './search.ts';

const commandLine = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const newKey = () => randomBytes(32).toString('base64');
const [oldKey, youngKey] = [newKey(), newKey()];
const webhookKey = `canary-${randomBytes(12).toString('hex')}`;
const reason = `because-${randomBytes(8).toString('hex')}`;

const runbook = `
apiVersion: drillbook/v1
name: one
site: site-b
modes: [drill]
limits: { timeout: 10m }
steps:
  - { id: db, uses: zerto/failover-test, with: { vpg: payments-db }, timeout: 2m }
  - { id: tag, uses: zerto/tag-checkpoint, with: { vpg: crm, tag: after }, on-failure: continue }
  - { id: pause, uses: wait, with: { for: 1s } }
  - id: page
    uses: check/http
    with: { url: "http://127.0.0.1:9/", headers: { authorization: { secret: ${triggerSecret} } } }
    on-failure: continue
  - { id: told, uses: notify, with: { to: dr-drills, message: "payments-db is up" } }
`;

const log: string[] = [];

async function startOne(generation: Generation, encrypt: boolean): Promise<Harness> {
  const scenario = healthy();
  const harness = await startHarness({
    scenario: { ...scenario, sites: scenario.sites.map(site => ({ ...site, generation })) },
    worker: false,
    log: line => log.push(line),
  });
  const { dir, configPath } = harness;
  // Of the file that the harness made, whose value is an ordinary word.
  writeSecret(harness, `${triggerSecret}.secret`, webhookKey);
  writeSecret(harness, 'old.key', oldKey);
  const text = readFileSync(configPath, 'utf8').replace(
    'secrets:\n',
    `secrets:\n  payload-keys: { files: [${join(dir, 'old.key')}] }\n`,
  );
  writeFileSync(configPath, `${text}payloads: { encrypt: ${String(encrypt)}, keys: payload-keys }\n`);
  await harness.startWorker();
  return harness;
}

function writeSecret({ dir }: Harness, name: string, value: string): void {
  writeFileSync(join(dir, name), `${value}\n`, { mode: 0o600 });
}

/** A drill in which a password is wrong at first, and refusals repeat what the request was signed with. */
async function drill(harness: Harness): Promise<{ failed: string; passed: string; secrets: string[] }> {
  const { simulator, configPath } = harness;
  const config = await loadConfig(configPath);
  const codec = await codecWithKeys(config, harness.dir);
  const control = await connect({ codec });
  const heard = listenToRequests();
  try {
    const site = simulator.sites.find(({ name }) => name === 'site-b');
    if (site === undefined) throw new Error('the scenario has a site-b');
    const wrong = `wrong-${randomBytes(8).toString('hex')}`;
    writeSecret(harness, `${secretNameOf(site)}.secret`, wrong);
    const body = { Message: `no account with the password ${wrong}`, error_description: `not ${wrong}` };
    for (const path of ['session/add', /openid-connect\/token/])
      simulator.faults.add({ site: 'site-b', path, then: { kind: 'status', status: 401, body } });
    const with_ = { ...harness, control };
    const start = () => startIn(with_, config.pinnedSha256);
    const failed = await start();
    await control.client.workflow.getHandle(failed).result();
    writeSecret(harness, `${secretNameOf(site)}.secret`, site.password);
    simulator.faults.clear();
    const passed = await start();
    const { origin } = new URL(site.url);
    const session = () => [...heard.tokens].findLast(([, of]) => of === origin)?.[0] ?? '';
    await until('it has signed in', () => session() !== '');
    for (let i = 0; i < 2; i++)
      simulator.faults.add({
        method: 'POST',
        path: 'vpgs/*/checkpoints',
        then: { kind: 'status', status: 500, body: { Message: `not with ${session()}` } },
      });
    await control.client.workflow.getHandle(passed).result();
    const passwords = simulator.sites.flatMap(({ password, clients }) => [password, ...clients.map(c => c.secret)]);
    return { failed, passed, secrets: [wrong, ...passwords, ...heard.tokens.keys(), webhookKey, oldKey, youngKey] };
  } finally {
    heard.end();
    await control.close();
  }
}

async function passOnce(harness: Harness): Promise<string> {
  const config = await loadConfig(harness.configPath);
  const control = await connect({ codec: await codecWithKeys(config, harness.dir) });
  try {
    const run = await startIn({ ...harness, control }, config.pinnedSha256);
    await control.client.workflow.getHandle(run).result();
    return run;
  } finally {
    await control.close();
  }
}

async function startIn({ control, plan }: Pick<Harness, 'control' | 'plan'>, configSha256: string): Promise<string> {
  const { startRun } = await import('../../control/runs.ts');
  const info = { trigger: 'cli', requester: 'ana', verified: false, reason, url: '', configSha256 } as const;
  return await startRun(control, plan(runbook, 'drill'), info);
}

/** What a person sees of a run: watched, and as a report in each form. */
async function cli(harness: Harness, args: string[], env: Record<string, string> = {}): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [commandLine, ...args], {
    env: { ...process.env, NO_COLOR: '1', DRILLBOOK_CONFIG: harness.configPath, ...env },
    maxBuffer: 64 * 1024 * 1024,
  }).catch((error: unknown) => error as { stdout: string; stderr: string });
  return `${stdout}\n${stderr}`;
}

async function reportsOf(harness: Harness, run: string): Promise<string> {
  const control = await connect({ codec: await codecWithKeys(await loadConfig(harness.configPath), harness.dir) });
  try {
    const journal = await readJournal(control, run, 'Example Bank');
    return [renderHtml(journal), renderJson(journal), renderText(journal)].join('\n');
  } finally {
    await control.close();
  }
}

const hits = (text: string, words: readonly string[]): string[] => words.filter(word => text.includes(word));

describe('secrets', () => {
  let harness: Harness;
  let seen: Awaited<ReturnType<typeof drill>>;
  beforeAll(async () => {
    harness = await startOne('appliance', false);
    seen = await drill(harness);
  });
  afterAll(() => harness.close());

  it('are in no history, memo, search attribute, failure or heartbeat', async () => {
    const text = await allThatTemporalHolds(harness.control);
    // The search itself is tried: with what is known to be there, in a payload, a Plan that is compressed or not, and a failure.
    expect(hits(text, [reason, 'payments-db', 'not with [secret]', 'zerto/failover-test'])).toHaveLength(4);
    expect(seen.secrets.length).toBeGreaterThan(6);
    expect(hits(text, seen.secrets)).toEqual([]);
  });

  it('are in no write-ahead file, and neither is what a step names by its name', async () => {
    expect(hits(written(harness), ['payments-db', 'zerto/failover-test'])).toHaveLength(2);
    expect(hits(written(harness), seen.secrets)).toEqual([]);
    const text = await allThatTemporalHolds(harness.control);
    expect(text).toContain(`{"secret":"${triggerSecret}"}`);
    expect(seen.secrets).toContain(webhookKey);
    expect(hits(text, [webhookKey])).toEqual([]);
  });

  it('are in no log of the worker, which is JSON lines', () => {
    expect(log.length).toBeGreaterThan(0);
    expect(log.filter(line => line.includes('"msg":"Activity failed"')).length).toBeGreaterThan(0);
    expect(hits(log.join('\n'), seen.secrets)).toEqual([]);
  });

  it('are in no report, and in nothing that the command line prints', async () => {
    const reports = await Promise.all([seen.failed, seen.passed].map(run => reportsOf(harness, run)));
    expect(hits(reports.join('\n'), [reason, 'not with [secret]', 'payments-db'])).toHaveLength(3);
    const printed = await Promise.all([
      cli(harness, ['watch', seen.failed]),
      cli(harness, ['watch', seen.passed, '--json']),
    ]);
    expect(printed.every(text => text.includes(seen.passed) || text.includes(seen.failed))).toBe(true);
    expect(hits([...reports, ...printed].join('\n'), seen.secrets)).toEqual([]);
    expect(hits(readFileSync(join(harness.dir, 'notifications.jsonl'), 'utf8'), seen.secrets)).toEqual([]);
  });

  it('are on no page of the console, in no answer of its API, and not in its log', async () => {
    const lines: string[] = [];
    const server = await startConsole({
      configPath: harness.configPath,
      port: 0,
      log: line => lines.push(line),
    });
    try {
      const ofRuns = [seen.failed, seen.passed].flatMap(run => [
        ...['', '/report'].map(part => `/runs/${run}${part}`),
        ...['', '/report', '/report?format=html'].map(part => `/api/v1/runs/${run}${part}`),
      ]);
      const others = ['/', '/runbooks', '/audit', '/api/v1/runs', '/api/v1/pending', '/api/v1/leases', '/readyz'];
      const pages = await Promise.all(
        [...ofRuns, ...others].map(async path => {
          const answer = await fetch(`${server.url}${path}`);
          expect([path, answer.status]).toEqual([path, 200]);
          return await answer.text();
        }),
      );
      expect(hits(pages.join('\n'), [reason, 'not with [secret]', 'payments-db'])).toHaveLength(3);
      expect(hits([...pages, ...lines].join('\n'), seen.secrets)).toEqual([]);
    } finally {
      await server.close();
    }
  });
});

/** The write-ahead file, all that is left of it: lines go once nothing of a site is open. */
function written({ dir }: Harness): string {
  const folder = join(dir, '.drillbook', 'openings');
  return readdirSync(folder)
    .map(name => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}

describe('with encryption', () => {
  let harness: Harness;
  let codecServer: CodecServer;
  let seen: Awaited<ReturnType<typeof drill>>;
  beforeAll(async () => {
    harness = await startOne('windows', true);
    codecServer = await startCodecServer({ configPath: harness.configPath, port: 0 });
    seen = await drill(harness);
  });
  afterAll(async () => {
    await codecServer.close();
    await harness.close();
  });

  it('nothing of the runbook, of people’s words or of failures can be read in what Temporal holds', async () => {
    const text = await allThatTemporalHolds(harness.control);
    // Ids, types and search attributes are never encrypted.
    expect(hits(text, [seen.passed, 'zerto/sign-in', 'tag'])).toHaveLength(3);
    const words = ['payments-db', 'crm', reason, 'not with', 'no account', 'payments-db is up', 'limits.timeout'];
    expect(hits(text, [...words, ...seen.secrets])).toEqual([]);
    expect(text).toContain('Encoded failure');
  });

  it('the report is whole: failures are read too', async () => {
    const [failed, passed] = await Promise.all([seen.failed, seen.passed].map(run => reportsOf(harness, run)));
    expect(failed).toContain('refused the sign-in of');
    expect(hits(passed ?? '', [reason, 'not with [secret]'])).toHaveLength(2);
    expect(hits([failed, passed].join('\n'), seen.secrets)).toEqual([]);
  });

  it('the command line goes through the codec server, and says so where there is none', async () => {
    const env = { DRILLBOOK_CODEC: codecServer.url };
    expect(await cli(harness, ['report', seen.passed, '--format', 'text'], env)).toContain(reason);
    expect(await cli(harness, ['watch', seen.passed], env)).toContain('PASSED WITH EXCEPTIONS');
    const without = { DRILLBOOK_CODEC: 'http://127.0.0.1:9' };
    expect(await cli(harness, ['report', seen.passed], without)).toContain(
      'the codec server at http://127.0.0.1:9 does not answer',
    );
    const nowhere = { DRILLBOOK_CONFIG: '', DRILLBOOK_CODEC: '' };
    expect(await cli(harness, ['watch', seen.passed], nowhere)).toContain(
      'What Temporal stores is encrypted (with the key',
    );
  });

  it('who cannot read a run cannot tell it anything either: it would stand there unencrypted', async () => {
    const nowhere = { DRILLBOOK_CONFIG: '', DRILLBOOK_CODEC: '' };
    for (const args of [
      ['cancel', seen.passed, '--reason', 'said-in-clear'],
      ['reject', seen.passed, 'db', '--reason', 'said-in-clear'],
      ['leases', 'adopt', 'site-b/crm', '--reason', 'said-in-clear'],
    ])
      expect(await cli(harness, args, nowhere)).toContain('What Temporal stores is encrypted');
    expect(await allThatTemporalHolds(harness.control)).not.toContain('said-in-clear');
  });

  it('keys rotate: the first encrypts, each decrypts; without the old one a sentence says which is missing', async () => {
    const { configPath, dir } = harness;
    writeSecret(harness, 'young.key', youngKey);
    const use = (files: string[]): void => {
      const text = readFileSync(configPath, 'utf8');
      const listed = files.map(file => join(dir, file)).join(', ');
      writeFileSync(
        configPath,
        text.replace(/payload-keys: \{ files: \[.*\] \}/, `payload-keys: { files: [${listed}] }`),
      );
    };
    use(['young.key', 'old.key']);
    await harness.stopWorker();
    await harness.startWorker();
    const again = await passOnce(harness);
    expect(hits(await reportsOf(harness, seen.passed), [reason])).toHaveLength(1);
    expect(hits(await reportsOf(harness, again), [reason])).toHaveLength(1);
    use(['young.key']);
    expect(hits(await reportsOf(harness, again), [reason])).toHaveLength(1);
    await expect(reportsOf(harness, seen.passed)).rejects.toThrow('add the older key behind the first');
  });
});
