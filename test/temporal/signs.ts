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
  return withIdentity(unverified, `  keys:\n${lines.join('\n')}\n${more}`);
}

/** One in which the console's word counts, signed with the secret `decision`. `more`: the rest of `identity`, then top-level sections. */
export const withDecisionKey = ({ publicKey }: Key, more: string): ((text: string) => string) =>
  withIdentity('refuse', `  decision-key: decision\n  keys:\n    - { id: console, public: "${publicKey}" }\n${more}`);

const withIdentity = (unverified: string, more: string) => (text: string) =>
  text.replace(/^identity:\n {2}unverified: allow\n/m, `identity:\n  unverified: ${unverified}\n${more}`);

/** The line of `identity.keys`. */
export const listedKey = (person: string, { publicKey }: Key): string =>
  `    - { id: ${person}-1, person: ${person}, public: "${publicKey}" }`;
