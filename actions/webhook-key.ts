/** How a key of Standard Webhooks is written: `whsec_` and its bytes in Base64, or the bytes as they stand. */
const mark = 'whsec_';

/** A shorter one could be tried out; Standard Webhooks asks for 24 to 64. */
const leastBytes = 16;

/** What signs and verifies; or why nothing should be signed or verified with it, for people. It does not repeat the key. */
export type WebhookKey =
  | { readonly kind: 'base64'; readonly base64: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'none'; readonly why: string };

export function webhookKeyOf(written: string): WebhookKey {
  if (written.trim() === '') return { kind: 'none', why: 'there is nothing in it' };
  if (!written.startsWith(mark)) return { kind: 'text', text: written };
  const base64 = written.slice(mark.length).trim();
  if (base64 === '') return { kind: 'none', why: `there is nothing behind ${mark}` };
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(base64)) return { kind: 'none', why: `what stands behind ${mark} is no Base64` };
  const bytes = Math.floor((base64.replace(/=+$/, '').length * 3) / 4);
  if (bytes >= leastBytes) return { kind: 'base64', base64 };
  return { kind: 'none', why: `behind ${mark} it has ${bytes} bytes in Base64, and ${leastBytes} are the least` };
}

/** The mend, for whoever reads such a reason. */
export const webhookKeyMend = `make one: echo "${mark}$(openssl rand -base64 32)"`;
