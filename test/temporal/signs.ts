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

/** The line of `identity.keys`. */
export const listedKey = (person: string, { publicKey }: Key): string =>
  `    - { id: ${person}-1, person: ${person}, public: "${publicKey}" }`;
