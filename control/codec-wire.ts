import type { Payload } from '@temporalio/common';
import { z } from 'zod';

/** Payloads as Temporal's remote codecs, its web page and its command line exchange them: bytes in base64. */
const wirePayload = z.object({ metadata: z.record(z.string(), z.string()).optional(), data: z.string().optional() });
type WirePayload = z.output<typeof wirePayload>;
const wire = z.object({ payloads: z.array(wirePayload).optional() });

/** Undefined for what is no such document. */
export function payloadsFromWire(document: unknown): Payload[] | undefined {
  const read = wire.safeParse(document);
  return read.data === undefined ? undefined : (read.data.payloads ?? []).map(fromWire);
}

function fromWire({ metadata = {}, data }: WirePayload): Payload {
  const fields = Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')]);
  return {
    metadata: Object.fromEntries(fields) as Record<string, Buffer>,
    ...(data === undefined ? {} : { data: Buffer.from(data, 'base64') }),
  };
}

export function payloadsToWire(payloads: readonly Payload[]): object {
  return { payloads: payloads.map(toWire) };
}

function toWire({ metadata, data }: Payload): object {
  const fields = Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)]);
  return {
    metadata: Object.fromEntries(fields) as Record<string, string>,
    ...(data === null || data === undefined ? {} : { data: base64(data) }),
  };
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
