import { expect, test } from 'vitest';
import { encodeGithub } from '../../compiler/encode/github.ts';
import { encodeJson } from '../../compiler/encode/json.ts';
import { encodeSarif } from '../../compiler/encode/sarif.ts';
import { encodeText } from '../../compiler/encode/text.ts';
import { parseConfig } from '../../control/config/config.ts';

/** Stands for a secret's value, wherever one may be written by mistake. */
const S = 'hunter2SECRET9';

const base = `apiVersion: drillbook-config/v1
sites:
  s: { url: "https://a", zerto-name: A, account: { kind: windows, username: u, password: zp } }
secrets: { zp: { env: ZP } }
`;
const head = 'apiVersion: drillbook-config/v1\n';
const account = (entry: string): string => base.replace('password: zp', entry);
const probe = (entry: string): string => `${base}probes: { p: { ${entry} } }`;
const endpoint = (entry: string): string => `${base}endpoints: { e: { url: "https://a/b", ${entry} } }`;
const command = (entry: string): string => `${base}commands: { c: { run: [/x], ${entry} } }`;
const target = (entry: string): string => `${base}targets: { t: { ${entry} } }`;

const texts: readonly string[] = [
  // Under `secrets`.
  `${head}secrets: { ${S}: x }`,
  `${head}secrets: { ${S}!: { env: A } }`,
  `${head}secrets: [${S}]`,
  `${head}secrets: ${S}`,
  `${head}secrets: { zp: { value: ${S} } }`,
  `${head}secrets: { zp: { ${S}: a } }`,
  `${head}secrets: { zp: { ${S} } }`,
  `${head}secrets: { zp: { env: "${S}!" } }`,
  `${head}secrets: { zp: { files: ["-----BEGIN\\n${S}"] } }`,
  `${base}secrets: { ${S}: 1 }`,
  // Keys that were pasted.
  `${head}secrets:\n  zp: |\n    a\n   ${S}\n  b`,
  `${head}secrets:\n  zp: |\n    -----BEGIN\n${S}\n    -----END\nsites: {}\n`,
  `${head}secrets:\n  zp:\n    -----BEGIN\n${S}: x\nsites: {}\n`,
  `${head}secrets:\n  zp: -----BEGIN\n ${S}\n${S}\nsites: {}\n`,
  `${head}secrets:\n  zp: { env: ${S} }}\n`,
  `${head}secrets:\n  zp: *${S}\n`,
  `${head}secrets:\n  zp: !${S} x\n`,
  `${head}secrets:\n  zp: &${S} x\n  zq: *b\n`,
  // Accounts.
  ...[`password: ${S}`, `passwd: ${S}`, `pass: ${S}`, `pwd: ${S}`, `passwort: ${S}`, `client-secret: ${S}`].map(
    account,
  ),
  ...[`password=${S}`, `"password ${S}"`, `password: { value: ${S} }`, `password: [${S}]`, `${S}: zp`].map(account),
  ...[`pin: ${S}, kind: ${S}`, `password: "${S}`, `password: zp, password: ${S}`, `password: ${S}: x`].map(account),
  base.replace('account: {', `account: ${S}, x: {`),
  base.replace('account: {', `drill-account: ${S}, account: {`),
  // Identity and people.
  ...[`[ { person: a, sha256: ${S} } ]`, `[ ${S} ]`, S].map(tokens => `${base}identity: { tokens: ${tokens} }`),
  ...[`sealed-token: ${S}`, `sealed-token: "sha256:${S}"`, `sealed_token: ${S}`].map(
    entry => `${base}people: { a: { name: x, ${entry} } }`,
  ),
  // What is called and started.
  ...[`password: ${S}`, `proxy: "socks5://user:${S}@h:1"`, `proxy: "socks5://user:${S}%h:1"`].map(probe),
  ...[`auth: { bearer: ${S} }`, `auth: { bearer: "Bearer ${S}" }`, `auth: ${S}`].map(endpoint),
  ...[`auth: { header: { name: X, secret: ${S} } }`, `auth: { header: { name: "X: ${S}" } }`].map(endpoint),
  endpoint(`headers: { Authorization: "${S}" }`),
  ...['access_token', 'apiKey', 'auth'].map(key => `${base}endpoints: { e: { url: "https://a/b?x=1&${key}=${S}" } }`),
  ...[`env: { PGPASSWORD: [ ${S} ] }`, `env: { PGPASSWORD: ${S} }`, `env: { A_TOKEN: { secret: ${S} } }`].map(command),
  ...[`[/x, --password, ${S}]`, `[/x, --db-password, ${S}]`, `[/x, --token=${S}]`].map(
    run => `${base}commands: { c: { run: ${run} } }`,
  ),
  // What is told, and what comes in.
  ...[`slack: { url: "https://hooks.slack.com/services/T0/B0/${S}" }`, `pagerduty: { routing-key: ${S} }`].map(target),
  ...[`pagerduty: { routing_key: ${S} }`, `webhook: { url: "https://hooks.example.com/${S}", bad: 1 }`].map(target),
  target(`email: { to: [a@b.c], from: a@b.c, server: "smtps://u:${S}@h" }`),
  `${base}triggers: { t: { kind: hmac, secret: ${S}, may: [] } }`,
  `${base}triggers: { t: { kind: hmac, hmac: ${S}, may: [] } }`,
  // Elsewhere.
  `${base}evidence: { store: e, key: ${S} }`,
  `${base}payloads: { encrypt: true, keys: ${S} }`,
  `${base}secret:\n  zp: ${S}\n`,
  `${base}Secrets:\n  zp: { value: ${S} }\n`,
  `${base}secrets2:\n  p: ${S}\n x: y`,
  `${base}tokens: [ ${S} ]`,
  `${base}credentials: { a: ${S} }`,
  `${base}credentials: [ ${S} ]`,
  `${base}credentials:\n  - { x: ${S} }`,
  `${base}probes:\n  p:\n    password: ${S}\n   bad: 1`,
  `${base}probes:\n  p:\n    password: "${S}`,
  `${base}probes: { p: { password: &a ${S} } }\norganisation: *a\nevidence: *a`,
];

test.each(texts)('no output repeats a secret that stands in drillbook.yaml by mistake: %#', text => {
  const { diagnostics, config } = parseConfig(text, 'drillbook.yaml');
  expect(config).toBeUndefined();
  for (const output of [
    encodeText(diagnostics, { 'drillbook.yaml': text }),
    encodeJson(diagnostics),
    encodeSarif(diagnostics, { version: '1' }),
    encodeGithub(diagnostics),
  ])
    expect(output).not.toContain(S);
});

test('where no credential can stand, the line is shown and what is wrong in it is repeated', () => {
  const text = `${base}probes: { p: { task-quee: q } }\n`;
  const { diagnostics } = parseConfig(text, 'drillbook.yaml');
  expect(encodeText(diagnostics, { 'drillbook.yaml': text })).toContain(
    'unknown key "task-quee" in probes.p: did you mean "task-queue"?\n  5 | probes: { p: { task-quee: q } }',
  );
});

test('where one can, the mistake is told as far as the schema’s words go', () => {
  const text = account('pasword: zp').replace('windows', 'windwos');
  expect(parseConfig(text, 'drillbook.yaml').diagnostics.map(d => d.message)).toEqual([
    'sites.s.account.kind: "…" is none of windows, hypervisor, password, client: did you mean "windows"?',
  ]);
});

test('what is accepted stays accepted: names of secrets, flags of commands', () => {
  const text = `${base}commands: { c: { run: [/x, --password-file, /run/x, --token, --verbose], env: { A_TOKEN: { secret: zp } } } }\n`;
  expect(parseConfig(text, 'drillbook.yaml').diagnostics).toEqual([]);
});
