import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload } from '@temporalio/common';
import type { PayloadKey } from './payload-keys.ts';

const encrypted = 'binary/encrypted';
const keyIdField = 'encryption-key-id';
const cipherName = 'aes-256-gcm';
/** As NIST SP 800-38D advises for random ones: up to 2^32 payloads with one key. */
const nonceBytes = 12;
const tagBytes = 16;
const lengthBytes = 4;

const text = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('utf8');

/** The id of the key that a payload needs; undefined: it is not encrypted. */
export function keyIdOf({ metadata }: Payload): string | undefined {
  return text(metadata?.['encoding']) === encrypted ? text(metadata?.[keyIdField]) : undefined;
}

/** Encrypts a payload with its metadata, so that nothing but its size can be seen: `nonce · ciphertext · tag`. */
export function encryptPayload({ metadata, data }: Payload, { id, key }: PayloadKey): Payload {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(cipherName, key, nonce).setAAD(Buffer.from(id));
  const fields = Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')]);
  const head = Buffer.from(JSON.stringify(Object.fromEntries(fields)));
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32BE(head.length);
  const body = [length, head, data ?? Buffer.alloc(0)].map(part => cipher.update(part));
  return {
    metadata: { encoding: Buffer.from(encrypted), [keyIdField]: Buffer.from(id) },
    data: Buffer.concat([nonce, ...body, cipher.final(), cipher.getAuthTag()]),
  };
}

/** Throws where the payload was changed, or the key is not its own. */
export function decryptPayload({ data }: Payload, { id, key }: PayloadKey): Payload {
  const bytes = Buffer.from(data ?? []);
  const decipher = createDecipheriv(cipherName, key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(id)).setAuthTag(bytes.subarray(-tagBytes));
  const plain = Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]);
  const end = lengthBytes + plain.readUInt32BE();
  const fields = JSON.parse(plain.subarray(lengthBytes, end).toString()) as Record<string, string>;
  const metadata = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, Buffer.from(value, 'base64')]),
  );
  return { metadata, data: plain.subarray(end) };
}
