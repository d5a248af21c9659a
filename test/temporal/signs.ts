import { createPrivateKey, sign } from 'node:crypto';
import { textToSign } from '../../actions/proof.ts';
import type { Sign } from '../../control/say.ts';
import type { newKey } from '../../control/signing.ts';

type Key = ReturnType<typeof newKey>;

/** Signs as the command line does, with a key that lies in no file. */
export function signsWith({ pem, publicKey: key }: Key): Sign {
  return word => {
    const at = new Date().toISOString();
    const signature = sign(null, Buffer.from(textToSign({ ...word, at })), createPrivateKey(pem));
    return { key, at, signature: signature.toString('base64url') };
  };
}

/** A drillbook.yaml in which names alone are believed so far, and these people have keys. `more`: top-level sections. */
export function withKeys(
  unverified: 'refuse' | 'drills',
  keys: Readonly<Record<string, Key>>,
  more: string,
): (text: string) => string {
  const lines = Object.entries(keys).map(([person, key]) => listedKey(person, key));
  const identity = `identity:\n  unverified: ${unverified}\n  keys:\n${lines.join('\n')}\n${more}`;
  return text => text.replace(/^identity:\n {2}unverified: allow\n/m, identity);
}

/** The line of `identity.keys`. */
export const listedKey = (person: string, { publicKey }: Key): string =>
  `    - { id: ${person}-1, person: ${person}, public: "${publicKey}" }`;
