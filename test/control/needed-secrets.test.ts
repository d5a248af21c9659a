import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Config, parseConfig } from '../../control/config/config.ts';
import { neededSecrets, tellMissingSecrets, trySecret } from '../../control/config/needed-secrets.ts';
import { newKey } from '../../control/signing.ts';
import { makeFolder } from '../cli/folder.ts';

const read = (text: string): Config => {
  const { config, diagnostics } = parseConfig(text, 'drillbook.yaml');
  if (config === undefined) throw new Error(JSON.stringify(diagnostics));
  return config;
};

it('each secret of the full example is needed somewhere, by whoever reads it', () => {
  const config = read(
    readFileSync(join(import.meta.dirname, 'golden-config/config-full-example/drillbook.yaml'), 'utf8'),
  );
  const needed = neededSecrets(config);
  expect(needed.map(({ name }) => name)).toEqual(Object.keys(config.secrets));
  const readers = Object.fromEntries(needed.map(each => [each.name, each.readers.join('+')]));
  expect(readers).toMatchObject({
    ...{ 'zvm-a': 'worker', 'dns-token': 'worker', 'ledger-db-ro': 'worker', smtp: 'worker', 'slack-hook': 'worker' },
    ...{ 'pd-sign': 'console', 'console-key': 'console', 'decision-key': 'console', 'ci-hmac': 'worker+console' },
    'payload-keys': 'worker+console+codec server',
  });
  expect(needed.find(({ name }) => name === 'ci-hmac')?.places).toEqual([
    ...['targets.siem.webhook.hmac', 'triggers.alertmanager.secret', 'triggers.pipeline.secret'],
  ]);
});

const text = `apiVersion: drillbook-config/v1
secrets:
  zvm: { file: zvm }
  pager: { file: pager }
  ci: { files: [ci.new, ci.old] }
  hook: { file: hook }
  sign: { file: sign }
  tls: { file: tls }
  payload: { file: payload }
  probe: { file: probe }
sites:
  site-b:
    url: https://10.20.0.5
    zerto-name: Slough
    account: { kind: client, client-id: drillbook, client-secret: zvm }
targets: { siem: { webhook: { url: "https://10.20.0.77/in", hmac: hook } } }
triggers:
  pagerduty: { kind: pagerduty, secret: pager, may: [ { runbooks: [a], modes: [drill] } ] }
  pipeline: { kind: hmac, secret: ci, may: [ { runbooks: [a], modes: [drill] } ] }
identity: { decision-key: sign }
console: { tls: { certificate: c.pem, key: tls } }
payloads: { encrypt: true, keys: payload }
`;
const good = {
  ...{ zvm: 'x', probe: 'x', pager: 'x', 'ci.new': 'a text as it stands', sign: newKey().pem, tls: newKey().pem },
  ...{ 'ci.old': `whsec_${'A'.repeat(43)}=`, hook: `whsec_${'A'.repeat(32)}`, payload: 'A'.repeat(43) },
};

function folder(files: Readonly<Record<string, string>>): string {
  const dir = makeFolder({});
  for (const [name, value] of Object.entries(files)) writeFileSync(join(dir, name), `${value}\n`, { mode: 0o600 });
  return dir;
}

/** Why each cannot be used, by name. */
async function wrong(dir: string): Promise<Record<string, string>> {
  const config = read(text);
  const found: Record<string, string> = {};
  for (const needed of neededSecrets(config))
    await trySecret(config, needed, dir).catch((error: unknown) => {
      found[needed.name] = (error as Error).message.replaceAll(dir, '');
    });
  return found;
}

it('of what can be used nothing is told', async () => {
  expect(await wrong(folder(good))).toEqual({});
});

it('defect: the console’s secrets were looked at when they were first used; each is told with whoever needs it', async () => {
  expect(await wrong(folder({}))).toMatchObject({
    zvm: 'the secret "zvm": /zvm cannot be read (ENOENT) (needed by the workers: sites.site-b.account.client-secret)',
    pager: 'the secret "pager": /pager cannot be read (ENOENT) (needed by the console: triggers.pagerduty.secret)',
    probe: expect.stringContaining('(needed by the workers: a runbook)') as string,
    payload: expect.stringContaining(
      '(needed by the workers and the console and the codec server: payloads.keys)',
    ) as string,
  });
  const told = async (...names: (keyof typeof good)[]) => {
    const lines: string[] = [];
    const dir = folder(Object.fromEntries(Object.entries(good).filter(([name]) => !names.includes(name as never))));
    const config = read(text);
    for (const reader of ['worker', 'console'] as const)
      await tellMissingSecrets(config, dir, reader, line =>
        lines.push(`${reader}: ${/"(\w+)"/.exec(line)?.[1] ?? line}`),
      );
    return lines;
  };
  expect(await told('zvm', 'pager')).toEqual(['worker: zvm', 'console: pager']);
  expect(await told('payload')).toEqual(['worker: payload', 'console: payload']);
  expect(await told()).toEqual([]);
});

it('defect: an empty webhook secret was a key; what is no key is told, and never repeated', async () => {
  const dir = folder({
    ...good,
    'ci.old': 'whsec_',
    hook: 'whsec_c2hvcnQ=',
    sign: 'hunter2',
    tls: 'hunter3',
    payload: 'hunter4',
  });
  const found = await wrong(dir);
  expect(Object.keys(found)).toEqual(['ci', 'hook', 'sign', 'tls', 'payload']);
  expect(found).toMatchObject({
    ci: 'the secret "ci" signs nothing: there is nothing behind whsec_; make one: echo "whsec_$(openssl rand -base64 32)" (needed by the console: triggers.pipeline.secret)',
    hook: expect.stringContaining('behind whsec_ it has 5 bytes in Base64, and 16 are the least') as string,
    sign: expect.stringContaining('is no Ed25519 key') as string,
    tls: expect.stringContaining('is no private key in PEM (needed by the console: console.tls.key)') as string,
  });
  expect(JSON.stringify(found)).not.toMatch(/hunter|c2hvcnQ/);
});
