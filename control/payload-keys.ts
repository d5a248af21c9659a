import { createHash, createSecretKey, type KeyObject } from 'node:crypto';
import { type Config, resolveSecrets, SecretUnreadable } from './config/config.ts';

/** One key of `payloads.keys`. `id` goes with what it encrypts, and tells nothing about it. */
export interface PayloadKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** The first encrypts, each decrypts. */
export type PayloadKeys = readonly [PayloadKey, ...PayloadKey[]];

/** AES-256. */
const keyBytes = 32;

/** Reads a key: 32 bytes in base64 or in hexadecimal digits. Throws SecretUnreadable, which does not repeat it. */
export function readPayloadKey(text: string, name: string): PayloadKey {
  const bytes = bytesOf(text.trim());
  if (bytes?.length !== keyBytes) {
    const found = bytes === undefined ? 'it is neither base64 nor hexadecimal' : `it has ${bytes.length} bytes`;
    throw new SecretUnreadable(
      `the secret "${name}": a key of ${keyBytes} bytes is wanted, in base64 or hexadecimal, and ${found}; make one: openssl rand -base64 32`,
    );
  }
  return {
    id: createHash('sha256').update('drillbook payload key\0').update(bytes).digest('hex').slice(0, 16),
    key: createSecretKey(bytes),
  };
}

function bytesOf(text: string): Buffer | undefined {
  if (/^[0-9a-f]+$/i.test(text) && text.length === 2 * keyBytes) return Buffer.from(text, 'hex');
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

/** The keys as they are now; undefined where drillbook.yaml does not ask for encryption. Throws SecretUnreadable. */
export async function readPayloadKeys(config: Config, base: string): Promise<PayloadKeys | undefined> {
  const { encrypt, keys: name = '' } = config.payloads;
  if (!encrypt) return undefined;
  const [first, ...rest] = (await resolveSecrets(config, name, base)).map(text => readPayloadKey(text, name));
  if (first === undefined) throw new SecretUnreadable(`the secret "${name}" names no key`);
  return [first, ...rest];
}
