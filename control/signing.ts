import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { textToSign } from '../actions/proof.ts';
import { isOpenToOthers } from './config/open-to-others.ts';
import type { Sign } from './say.ts';

/** A key's file cannot be used or made. Names the file and why, never what is in it. */
export class KeyRefused extends Error {
  override readonly name = 'KeyRefused';
}

/** Signs words with the key in a PEM file. Throws KeyRefused. */
export async function signWith(path: string): Promise<Sign> {
  return signerOf(await readPrivateKey(path));
}

/**
 * The same with the text of a PEM file, which a secret of that name holds. `groups`: in which the identity provider has whoever
 * says it.
 */
export function signWithText(pem: string, secret: string, groups: readonly string[] = []): Sign {
  return signerOf(keyIn(pem, `The secret "${secret}"`), groups);
}

function signerOf(privateKey: KeyObject, groups: readonly string[] = []): Sign {
  const key = publicHalf(privateKey);
  return word => {
    const at = new Date().toISOString();
    const own = groups.length === 0 ? {} : { groups };
    const signature = sign(null, Buffer.from(textToSign({ ...word, at, ...own })), privateKey).toString('base64url');
    return { key, at, signature, ...own };
  };
}

/** An Ed25519 key out of a PEM file that nobody else may read. Throws KeyRefused. */
export async function readPrivateKey(path: string): Promise<KeyObject> {
  let text: string;
  try {
    if (isOpenToOthers(await stat(path)))
      throw new KeyRefused(`Others may read ${path}; take that away: chmod 600 ${path}`);
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof KeyRefused) throw error;
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw new KeyRefused(`The key ${path} cannot be read (${code}).`);
  }
  return keyIn(text, path);
}

function keyIn(text: string, whence: string): KeyObject {
  try {
    const key = createPrivateKey(text);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // What OpenSSL says of it may repeat it.
  }
  throw new KeyRefused(`${whence} is no Ed25519 key: "drillbook keys new" makes one.`);
}

/** As drillbook.yaml lists it. */
export function publicHalf(privateKey: KeyObject): string {
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  return `ed25519:${x}`;
}

/** The same of the text of a PEM file, which a secret of that name holds. Throws KeyRefused. */
export function publicHalfOf(pem: string, secret: string): string {
  return publicHalf(keyIn(pem, `The secret "${secret}"`));
}

/** A new key: its private half as PEM, its public half as drillbook.yaml lists it. */
export function newKey(): { readonly pem: string; readonly publicKey: string } {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), publicKey: publicHalf(privateKey) };
}
