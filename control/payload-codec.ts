import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Payload, PayloadCodec } from '@temporalio/common';

const compress = promisify(gzip);
const expand = promisify(gunzip);

/** Payloads above this size are compressed, bytes: a Plan of 10,000 steps is 4 MiB, over the server's limit, gzipped 270 KiB. */
const threshold = 8 * 1024;
const gzipped = 'binary/gzip';
const innerEncoding = 'drillbook-encoding';

const text = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('utf8');

/** Compresses large payloads; what it did not compress passes through unread. The same in client and worker. */
export const payloadCodec: PayloadCodec = {
  encode: payloads => Promise.all(payloads.map(encodeOne)),
  decode: payloads => Promise.all(payloads.map(decodeOne)),
};

async function encodeOne(payload: Payload): Promise<Payload> {
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

async function decodeOne(payload: Payload): Promise<Payload> {
  const { data, metadata } = payload;
  if (data === null || data === undefined || text(metadata?.['encoding']) !== gzipped) return payload;
  const { [innerEncoding]: encoding = Buffer.alloc(0), ...rest } = metadata ?? {};
  return { metadata: { ...rest, encoding }, data: await expand(data) };
}

/** The JSON values of payloads as a history holds them; what is no JSON is `undefined`. */
export async function readPayloads(payloads: readonly Payload[] | null | undefined): Promise<unknown[]> {
  const decoded = await payloadCodec.decode([...(payloads ?? [])]);
  return decoded.map(({ data }) => {
    try {
      return JSON.parse(text(data)) as unknown;
    } catch {
      return undefined;
    }
  });
}
