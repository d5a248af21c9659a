import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Client } from '@temporalio/client';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { decryptPayload, encryptPayload, keyIdOf } from './payload-cipher.ts';
import type { PayloadKeys } from './payload-keys.ts';

const compress = promisify(gzip);
const expand = promisify(gunzip);

/** Payloads above this size are compressed, bytes: a Plan of 10,000 steps is 4 MiB, over the server's limit, gzipped 270 KiB. */
const threshold = 8 * 1024;
const gzipped = 'binary/gzip';
const innerEncoding = 'drillbook-encoding';

/** So long a set of keys is used before it is read again, ms: rotation needs no restart. */
const keysLastMs = 30_000;

const text = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('utf8');

/** What Temporal stores cannot be read here. The message is a sentence for people. */
export class PayloadEncrypted extends Error {
  override readonly name = 'PayloadEncrypted';
}

/** Gives the keys as they are now. */
export type ReadKeys = () => Promise<PayloadKeys>;

/**
 * The form in which Temporal stores what drillbook gives it, the same in every client and worker: large payloads are
 * compressed, then, with keys, all are encrypted. On reading, what is not encrypted is taken as it is, so that what is older
 * than encryption can be read; but not by a `strict` one. `keys` absent: nothing is encrypted, and nothing encrypted can be
 * read.
 */
export function createPayloadCodec(
  readKeys?: ReadKeys,
  clock = () => performance.now(),
  { strict = false }: { readonly strict?: boolean } = {},
): PayloadCodec {
  const ring = readKeys === undefined ? undefined : new KeyRing(readKeys, clock);
  return {
    async encode(payloads) {
      const packed = await Promise.all(payloads.map(pack));
      if (ring === undefined) return packed;
      const [first] = await ring.keys();
      return packed.map(payload => encryptPayload(payload, first));
    },
    decode: payloads =>
      Promise.all(
        payloads.map(async payload => {
          if (strict && keyIdOf(payload) === undefined && !isOfTheServer(payload)) throw new PayloadPlain();
          return unpack(await open(payload, ring));
        }),
      ),
  };
}

/**
 * What Temporal itself gives as the details of an activity that was cancelled between two attempts, or before the first: it has no
 * key, and a workflow that did not take it could never end. The words alone say nothing that somebody could forge.
 */
function isOfTheServer({ data, metadata }: Payload): boolean {
  return text(metadata?.['encoding']) === 'json/plain' && text(data) === '"ACTIVITY_ID_NOT_STARTED"';
}

/** Only who has a key can form what is encrypted. The message is a sentence for people. */
class PayloadPlain extends Error {
  override readonly name = 'PayloadPlain';
  constructor() {
    super(
      'What came is not encrypted, and `payloads.encrypt` of drillbook.yaml takes nothing else: it is older than that, or of somebody without a key. `accept-plain: true` takes it (docs/security.md).',
    );
  }
}

/** Without keys: for whoever has a drillbook.yaml that does not ask for encryption, or none. */
export const plainCodec: PayloadCodec = createPayloadCodec();

/** The codec of a client, for what it does not decode itself. */
export function codecOf(client: Client): PayloadCodec {
  return client.options.loadedDataConverter.payloadCodecs[0] ?? plainCodec;
}

async function open(payload: Payload, ring: KeyRing | undefined): Promise<Payload> {
  const id = keyIdOf(payload);
  if (id === undefined) return payload;
  if (ring === undefined)
    throw new PayloadEncrypted(
      `What Temporal stores is encrypted (with the key ${id}), and nothing here says how to read it: go to the folder of the drillbook.yaml with \`payloads.encrypt\`, or name it in DRILLBOOK_CONFIG.`,
    );
  const key = await ring.find(id);
  try {
    return decryptPayload(payload, key);
  } catch {
    throw new PayloadEncrypted(
      `A payload that was encrypted with the key ${id} has been changed since: it cannot be read.`,
    );
  }
}

class KeyRing {
  readonly #read: ReadKeys;
  readonly #clock: () => number;
  #keys: Promise<PayloadKeys> | undefined;
  #readAt = 0;

  constructor(read: ReadKeys, clock: () => number) {
    this.#read = read;
    this.#clock = clock;
  }

  keys(): Promise<PayloadKeys> {
    const now = this.#clock();
    if (this.#keys === undefined || now - this.#readAt > keysLastMs) this.#renew(now);
    return this.#keys ?? this.#read();
  }

  /** A key that was added a moment ago is read at once. */
  async find(id: string): Promise<PayloadKeys[number]> {
    const known = (await this.keys()).find(key => key.id === id);
    if (known !== undefined) return known;
    const now = this.#clock();
    // Not for each payload of a long history.
    if (now - this.#readAt > 1_000) this.#renew(now);
    const keys = await this.keys();
    const found = keys.find(key => key.id === id);
    if (found !== undefined) return found;
    throw new PayloadEncrypted(
      `What Temporal stores is encrypted with the key ${id}; \`payloads.keys\` has ${keys.map(key => key.id).join(', ')}: add the older key behind the first.`,
    );
  }

  #renew(now: number): void {
    this.#readAt = now;
    const reading = this.#read();
    this.#keys = reading;
    // What could not be read is asked for again the next time.
    reading.catch(() => {
      if (this.#keys === reading) this.#keys = undefined;
    });
  }
}

async function pack(payload: Payload): Promise<Payload> {
  const { data, metadata } = payload;
  if (data === null || data === undefined || data.length <= threshold) return payload;
  return {
    metadata: {
      ...metadata,
      [innerEncoding]: metadata?.['encoding'] ?? Buffer.alloc(0),
      encoding: Buffer.from(gzipped),
    },
    data: await compress(data),
  };
}

async function unpack(payload: Payload): Promise<Payload> {
  const { data, metadata } = payload;
  if (data === null || data === undefined || text(metadata?.['encoding']) !== gzipped) return payload;
  const { [innerEncoding]: encoding = Buffer.alloc(0), ...rest } = metadata ?? {};
  return { metadata: { ...rest, encoding }, data: await expand(data) };
}

/** The JSON values of payloads as a history holds them; what is no JSON is `undefined`. */
export async function readPayloads(
  codec: PayloadCodec,
  payloads: readonly Payload[] | null | undefined,
): Promise<unknown[]> {
  const decoded = await codec.decode([...(payloads ?? [])]);
  return decoded.map(({ data }) => {
    try {
      return JSON.parse(text(data)) as unknown;
    } catch {
      return undefined;
    }
  });
}
