import type { HttpRequest } from './http-request.ts';

const secretFields = ['password', 'client_secret', 'refresh_token'];
/** Below this, what is masked would be found in ordinary words. */
const leastCharacters = 4;

/**
 * A refusal ends in reports and in Temporal's histories, and a ZVM, or a proxy before it, may repeat in it what the request
 * was signed with. Gives its text without that.
 */
export function maskEcho(text: string, { headers = {}, form = {} }: HttpRequest): string {
  const signed = Object.values(headers).flatMap(valuesOf);
  const sent = secretFields.flatMap(field => form[field] ?? []);
  let masked = text;
  for (const secret of [...signed, ...sent].filter(({ length }) => length >= leastCharacters))
    for (const spelt of new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]))
      masked = masked.replaceAll(spelt, '[secret]');
  return masked;
}

/** `Bearer abc` is repeated whole or without its scheme; of `Basic` the password alone too. */
function valuesOf(header: string): readonly string[] {
  const [, scheme = '', value = ''] = /^(Bearer|Basic) (.+)$/i.exec(header) ?? [];
  if (value === '') return [header];
  if (scheme.toLowerCase() === 'bearer') return [value];
  const plain = Buffer.from(value, 'base64').toString();
  return [value, plain.slice(plain.indexOf(':') + 1)];
}
