import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Payload } from '@temporalio/common';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { codecWithKeys } from '../../control/codec.ts';
import { payloadsFromWire, payloadsToWire } from '../../control/codec-wire.ts';
import { loadConfig } from '../../control/config/config.ts';
import { createPayloadCodec, plainCodec } from '../../control/payload-codec.ts';
import { type PayloadKeys, readPayloadKey } from '../../control/payload-keys.ts';

const key = (fill: string) => readPayloadKey(Buffer.alloc(32, fill).toString('base64'), 'payload-keys');
const codecOf = (...[first, ...rest]: PayloadKeys) => createPayloadCodec(() => Promise.resolve([first, ...rest]));
const [old, young] = [key('1'), key('2')];

const json = (value: unknown): Payload => ({
  metadata: { encoding: Buffer.from('json/plain') },
  data: Buffer.from(JSON.stringify(value)),
});
const plain = ({ metadata, data }: Payload) => [
  Object.entries(metadata ?? {}).map(([name, bytes]) => [name, Buffer.from(bytes).toString()]),
  createHash('sha256')
    .update(data ?? Buffer.alloc(0))
    .digest('hex'),
];

describe('payloads', () => {
  test('come back as they were, small and large, with any metadata, also by the wire', async () => {
    const payload = fc.record({
      metadata: fc
        .dictionary(fc.string({ minLength: 1 }), fc.uint8Array())
        .map(fields => ({ ...fields, encoding: Buffer.from('json/plain') })),
      data: fc
        .tuple(fc.uint8Array({ minLength: 1 }), fc.constantFrom(1, 9_000))
        .map(([part, times]) => Buffer.concat(Array<Uint8Array>(times).fill(part))),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(payload, { maxLength: 3 }), async payloads => {
        for (const codec of [plainCodec, codecOf(old)]) {
          const encoded = payloadsFromWire(JSON.parse(JSON.stringify(payloadsToWire(await codec.encode(payloads)))));
          expect((await codec.decode(encoded ?? [])).map(plain)).toEqual(payloads.map(plain));
        }
      }),
      { numRuns: 50 },
    );
  });

  test('are compressed before they are encrypted, and nothing of them shows', async () => {
    const [sealed = {}] = await codecOf(old).encode([json('payments-db '.repeat(10_000))]);
    expect(sealed.data?.length).toBeLessThan(2_000);
    expect(Buffer.from(sealed.data ?? []).includes('payments')).toBe(false);
    expect(Buffer.from(sealed.metadata?.['encoding'] ?? []).toString()).toBe('binary/encrypted');
    expect(Object.keys(sealed.metadata ?? {})).toEqual(['encoding', 'encryption-key-id']);
  });

  test('without data (`undefined` of a workflow) are encrypted too', async () => {
    const codec = codecOf(old);
    const nothing = { metadata: { encoding: Buffer.from('binary/null') } };
    const [sealed = {}] = await codec.encode([nothing]);
    expect((await codec.decode([sealed])).map(plain)).toEqual([nothing].map(plain));
  });

  test('the same one twice is not the same ciphertext', async () => {
    const [a = {}, b = {}] = await codecOf(old).encode([json(1), json(1)]);
    expect(Buffer.from(a.data ?? []).equals(Buffer.from(b.data ?? []))).toBe(false);
  });

  test('the first key encrypts, each decrypts; what is not encrypted is read as it is', async () => {
    const [before = {}] = await codecOf(old).encode([json('before')]);
    const both = codecOf(young, old);
    const [after = {}] = await both.encode([json('after')]);
    const [never = {}] = await plainCodec.encode([json('never')]);
    const read = await both.decode([before, after, never]);
    expect(read.map(({ data }) => Buffer.from(data ?? []).toString())).toEqual(['"before"', '"after"', '"never"']);
    await expect(codecOf(young).decode([before])).rejects.toThrow(
      `What Temporal stores is encrypted with the key ${old.id}; \`payloads.keys\` has ${young.id}: add the older key behind the first.`,
    );
    await expect(plainCodec.decode([before])).rejects.toThrow(
      `What Temporal stores is encrypted (with the key ${old.id}), and nothing here says how to read it`,
    );
  });

  test('one that was changed, or carries another key’s id, is not read', async () => {
    const codec = codecOf(old, young);
    const [sealed = {}] = await codec.encode([json('x')]);
    for (const at of [0, 20, -1]) {
      const data = Buffer.from(sealed.data ?? []);
      const place = at < 0 ? data.length + at : at;
      data[place] = (data[place] ?? 0) ^ 1;
      await expect(codec.decode([{ ...sealed, data }])).rejects.toThrow('has been changed since');
    }
    const metadata = { ...sealed.metadata, 'encryption-key-id': Buffer.from(young.id) };
    await expect(codec.decode([{ ...sealed, metadata }])).rejects.toThrow('has been changed since');
    await expect(codec.decode([{ ...sealed, data: Buffer.alloc(3) }])).rejects.toThrow('has been changed since');
  });

  test('a key that is added while the codec is used is found without a restart', async () => {
    let keys: PayloadKeys = [old];
    let [reads, now] = [0, 0];
    const codec = createPayloadCodec(
      () => {
        reads++;
        return Promise.resolve(keys);
      },
      () => now,
    );
    await codec.encode([json(1)]);
    const [sealed = {}] = await codecOf(young).encode([json('new')]);
    keys = [old, young];
    // The set was read less than a second ago: once more is not read for each payload of a history.
    await expect(codec.decode([sealed])).rejects.toThrow(young.id);
    now = 1_050;
    expect(await codec.decode([sealed])).toHaveLength(1);
    expect(reads).toBe(2);
  });
});

describe('a key', () => {
  test('is 32 bytes in base64 or hexadecimal; its id tells nothing about it', () => {
    const bytes = randomBytes(32);
    const [a, b] = [bytes.toString('base64'), bytes.toString('hex')].map(text => readPayloadKey(`${text}\n`, 'k'));
    expect(a?.id).toBe(b?.id);
    expect(a?.id).toMatch(/^[0-9a-f]{16}$/);
    expect(bytes.toString('hex')).not.toContain(a?.id ?? '');
  });

  test('that is something else is refused in a sentence that does not repeat it', () => {
    for (const [text, why] of [
      ['correct horse', 'it is neither base64 nor hexadecimal'],
      [Buffer.alloc(16, 'x').toString('base64'), 'it has 16 bytes'],
    ] as const) {
      expect(() => readPayloadKey(text, 'payload-keys')).toThrow(
        `the secret "payload-keys": a key of 32 bytes is wanted, in base64 or hexadecimal, and ${why}; make one: openssl rand -base64 32`,
      );
      expect(() => readPayloadKey(text, 'payload-keys')).not.toThrow(text);
    }
  });
});

describe('drillbook.yaml', () => {
  const dir = mkdtempSync(join(tmpdir(), 'drillbook-codec-'));
  afterAll(() => {
    rmSync(dir, { recursive: true });
  });
  const site =
    'sites: { s: { url: "https://10.1.1.1", zerto-name: S, account: { kind: windows, username: u, password: p } } }';
  const text = (encrypt: boolean) =>
    `apiVersion: drillbook-config/v1\nsecrets: { p: { env: P }, k: { files: [new.key, old.key] } }\n${site}\npayloads: { encrypt: ${String(encrypt)}, keys: k }\n`;

  test('says whether payloads are encrypted, and with which keys', async () => {
    const path = join(dir, 'drillbook.yaml');
    const write = (name: string, content: string): void => {
      writeFileSync(join(dir, name), content, { mode: 0o600 });
    };
    write('new.key', `${Buffer.alloc(32, '2').toString('base64')}\n`);
    write('old.key', `${Buffer.alloc(32, '1').toString('hex')}\n`);
    write('drillbook.yaml', text(true));
    const codec = await codecWithKeys(await loadConfig(path), dir);
    const [sealed = {}] = await codec.encode([json('x')]);
    expect(Buffer.from(sealed.metadata?.['encryption-key-id'] ?? []).toString()).toBe(young.id);
    expect(await codec.decode(await codecOf(old).encode([json('y')]))).toHaveLength(1);
    write('new.key', 'not a key');
    await expect(codecWithKeys(await loadConfig(path), dir)).rejects.toThrow('a key of 32 bytes is wanted');
    write('drillbook.yaml', text(false));
    expect(await codecWithKeys(await loadConfig(path), dir)).toBe(plainCodec);
  });
});

test('a worker whose payloads are encrypted takes nothing that is not, unless drillbook.yaml says so', async () => {
  const strict = createPayloadCodec(() => Promise.resolve([young]), undefined, { strict: true });
  const sealed = await codecOf(young).encode([json({ run: 'mine' }), {}]);
  expect((await strict.decode(sealed)).map(plain)).toEqual([json({ run: 'mine' }), {}].map(plain));
  await expect(strict.decode([json({ run: 'forged' })])).rejects.toThrow(
    /What came is not encrypted.*accept-plain: true/,
  );
  const marked = { ...json({ run: 'forged' }), metadata: { encoding: Buffer.from('binary/encrypted') } };
  await expect(strict.decode([marked])).rejects.toThrow();
  // A large one is compressed by whoever likes.
  await expect(strict.decode(await plainCodec.encode([json('x'.repeat(9_000))]))).rejects.toThrow('not encrypted');
});

test('a run whose payloads are encrypted could not be cancelled while a step was between two attempts', async () => {
  const strict = createPayloadCodec(() => Promise.resolve([young]), undefined, { strict: true });
  // The server's own words, as it writes them into the history.
  const ofTheServer = json('ACTIVITY_ID_NOT_STARTED');
  expect((await strict.decode([ofTheServer])).map(plain)).toEqual([ofTheServer].map(plain));
  for (const other of ['ACTIVITY_ID_NOT_STARTED!', { a: 'ACTIVITY_ID_NOT_STARTED' }])
    await expect(strict.decode([json(other)])).rejects.toThrow('not encrypted');
});
