import { createPublicKey, verify } from 'node:crypto';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { textToSign } from '../../actions/proof.ts';
import { signWith } from '../../control/signing.ts';
import type { Sign } from '../../control/say.ts';
import { control, drillbook } from './command-line.ts';
import { makeFolder } from './folder.ts';
import { config } from './sample-config.ts';

const people = `${config}people: { ana: { name: Ana }, bo: { name: Bo } }\n`;

it('new, list and rotate: private halves are 0600 and never told; two keys hold beside each other', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': people });
  const made = await drillbook(['keys', 'new'], { cwd });
  expect(made.code).toBe(0);
  expect(made.stdout).toMatch(/^- \{ id: ana, person: ana, public: "ed25519:[\w-]{43}" \}\n$/);
  const file = join(cwd, 'keys', 'ana.pem');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const pem = readFileSync(file, 'utf8');
  expect(made.stdout + made.stderr).not.toContain(pem.split('\n')[1]);
  expect(await drillbook(['keys', 'new'], { cwd })).toMatchObject({ code: 1, stdout: '' });
  expect(readFileSync(file, 'utf8')).toBe(pem);
  expect((await drillbook(['keys', 'list'], { cwd })).stdout).toMatch(
    /^ana {2}[0-9a-f]{16} {2}not listed in drillbook.yaml/,
  );
  expect(await drillbook(['keys', 'rotate', 'ana'], { cwd })).toMatchObject({
    code: 1,
    stderr: 'drillbook.yaml lists no key ana (identity.keys): "drillbook keys list" shows them.\n',
  });
  const listed = `${people}identity:\n  keys:\n    ${made.stdout}`;
  writeFileSync(join(cwd, 'drillbook.yaml'), listed);
  const next = await drillbook(['keys', 'rotate', 'ana'], { cwd });
  expect(next.stdout).toMatch(/^- \{ id: ana-2, person: ana, public: "ed25519:[\w-]{43}" \}\n$/);
  writeFileSync(join(cwd, 'drillbook.yaml'), `${listed}    ${next.stdout}`);
  const list = JSON.parse((await drillbook(['keys', 'list', '--json'], { cwd })).stdout) as unknown[];
  expect(list).toMatchObject([
    { id: 'ana', person: 'ana', listed: true, file },
    { id: 'ana-2', person: 'ana', listed: true },
  ]);
});

it('a key for nobody vouches for whomever it names; a person must be known', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': people });
  const made = await drillbook(['keys', 'new', 'console', '--person', 'nobody'], { cwd });
  expect(made.stdout).toMatch(/^- \{ id: console, public: /);
  const both = ['keys', 'new', 'ci', '--person', 'nobody', '--for', 'decisions,starts'];
  const scoped = await drillbook(both, { cwd });
  expect(scoped.stdout).toMatch(/^- \{ id: ci, for: \[starts, decisions\], public: /);
  expect(await drillbook([...both.slice(0, -1), 'votes'], { cwd })).toMatchObject({
    stderr: expect.stringContaining('some of starts,decisions,schedules,library is wanted') as string,
  });
  // The next one is for the same, and one without a scope or a person is warned of.
  writeFileSync(join(cwd, 'drillbook.yaml'), `${people}identity:\n  keys:\n    ${made.stdout}    ${scoped.stdout}`);
  expect((await drillbook(['keys', 'rotate', 'ci'], { cwd })).stdout).toMatch(
    /^- \{ id: ci-2, for: \[starts, decisions\],/,
  );
  expect((await drillbook(['keys', 'list'], { cwd })).stdout).toMatch(/for whomever it names, starts and decisions/);
  const checked = await drillbook(['config', 'check'], { cwd });
  expect([checked.code, checked.stderr.match(/DB8023/g)?.length]).toEqual([0, 1]);
  expect((await drillbook(['keys', 'new', '--person', 'eve'], { cwd })).stderr).toBe(
    'drillbook.yaml has no person eve.\n',
  );
  expect((await drillbook(['keys', 'new', 'NO'], { cwd })).code).toBe(1);
});

it.each(['--key', 'DRILLBOOK_KEY'])('%s signs what is said', async how => {
  const cwd = makeFolder({ 'drillbook.yaml': people });
  await drillbook(['keys', 'new'], { cwd });
  let signed: Sign | undefined;
  const outside = {
    connect: () => Promise.resolve(control),
    vote: (_control: unknown, _run: string, _ballot: unknown, sign?: Sign) => {
      signed = sign;
      return Promise.resolve({ counted: true, text: 'it counts' });
    },
  };
  const file = join('keys', 'ana.pem');
  const line = ['approve', 'r', 'go', ...(how === '--key' ? ['--key', file] : [])];
  const env = how === '--key' ? {} : { DRILLBOOK_KEY: file };
  expect((await drillbook(line, { cwd, outside, env })).code).toBe(0);
  const word = { person: 'ana', run: 'r', step: 'go', to: 'vote', choice: '', reason: '', id: '1' };
  const proof = signed?.(word);
  if (proof === undefined) throw new Error('nothing was signed');
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: proof.key.slice(8) }, format: 'jwk' });
  const text = Buffer.from(textToSign({ ...word, at: proof.at }));
  expect(verify(null, text, publicKey, Buffer.from(proof.signature, 'base64url'))).toBe(true);
});

it('leases signs too, and the list needs no key', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': people });
  await drillbook(['keys', 'new'], { cwd });
  const signed: unknown[] = [];
  const hear = (_control: unknown, _word: unknown, sign?: Sign) => {
    signed.push(
      sign?.({ person: 'ana', run: 'r', step: 'x', to: 'leases adopt', choice: '', reason: '', id: '1' }).key,
    );
    return Promise.resolve({ counted: true, text: 'it counts' });
  };
  const outside = { connect: () => Promise.resolve(control), adoptOpening: hear, endOpening: hear };
  for (const deed of ['adopt', 'commit', 'roll-back']) {
    const line = ['leases', deed, 'site-b/db', '--reason', 'x', '--key', join('keys', 'ana.pem')];
    expect((await drillbook(line, { cwd, outside })).code).toBe(0);
  }
  expect(signed).toEqual(Array(3).fill(expect.stringMatching(/^ed25519:/)));
});

it('a key that others may read, that is gone or that is none is refused in a sentence', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': people, 'no.pem': 'secret words' });
  const no = join(cwd, 'no.pem');
  chmodSync(no, 0o644);
  await expect(signWith(no)).rejects.toThrow(`Others may read ${no}`);
  chmodSync(no, 0o600);
  await expect(signWith(no)).rejects.toThrow(`${no} is no Ed25519 key: "drillbook keys new" makes one.`);
  await expect(signWith(join(cwd, 'gone.pem'))).rejects.toThrow('cannot be read (ENOENT)');
});
