import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { webhookKeyOf } from '../../actions/webhook-key.ts';
import type { Config } from '../../control/config/config.ts';

export type Trigger = Config['triggers'][string];

/** What came in, before anybody has looked into it. */
export interface Came {
  readonly body: Uint8Array;
  readonly header: (name: string) => string | undefined;
  /** ms since 1970. */
  readonly now: number;
  /** Of the trigger; while it is rotated, several. */
  readonly secrets: readonly string[];
}

/**
 * `id`: the same of each redelivery, where the sender gives one. `signature`: as it was made, whatever stands around it in the header: a
 * replay with another spelling is the same. `forged`: nothing shows that it is from whom it should be.
 */
export type Verified =
  | { readonly id?: string; readonly signature?: string }
  | { readonly refused: string; readonly forged: boolean };

/** Slack's own; whoever delivers must be within it. */
const slackWindowMs = 5 * 60_000;

/** Whether a delivery is from the sender that the trigger means. Nothing of the body is read but for its signature. */
export function verify(trigger: Trigger, came: Came): Verified {
  switch (trigger.kind) {
    case 'pagerduty':
      return verifyPagerDuty(came);
    case 'slack':
      return verifySlack(came);
    case 'alertmanager':
      return verifyAlertmanager(came);
    case 'hmac':
      return verifyStandard(came, trigger.window);
  }
}

/** `X-PagerDuty-Signature: v1=…,v1=…`: HMAC-SHA256 of the body, hexadecimal; several while PagerDuty rotates. */
function verifyPagerDuty({ body, header, secrets }: Came): Verified {
  const given = header('x-pagerduty-signature');
  if (given === undefined) return forged('the header X-PagerDuty-Signature is missing');
  const fits = isOneOf(versioned(given, ',', 'v1='), secrets, key => hmac(key, [body]).toString('hex'));
  return fits ? {} : forged('the signature is not that of this body by a secret of this trigger');
}

/** `X-Slack-Signature: v0=…` over `v0:timestamp:body`, hexadecimal. Slack sends one, and nothing beside it is read. */
function verifySlack({ body, header, secrets, now }: Came): Verified {
  const [given, at] = [header('x-slack-signature'), header('x-slack-request-timestamp')];
  if (given === undefined || at === undefined)
    return forged('the headers X-Slack-Signature and X-Slack-Request-Timestamp are wanted');
  const hex = /^v0=([0-9a-f]{64})$/.exec(given)?.[1];
  if (hex === undefined) return forged('X-Slack-Signature is not v0= and 64 small hexadecimal digits, once');
  const fits = isOneOf([hex], secrets, key => hmac(key, [`v0:${at}:`, body]).toString('hex'));
  if (!fits) return forged('the signature is not that of this body by a secret of this trigger');
  return whyNotNow(at, now, slackWindowMs) ?? { signature: given };
}

/** `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,…` over `id.timestamp.body`, Base64 (standardwebhooks.com). */
function verifyStandard({ body, header, secrets, now }: Came, windowMs: number): Verified {
  const [id, at, given] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(header);
  if (id === undefined || at === undefined || given === undefined)
    return forged('the headers webhook-id, webhook-timestamp and webhook-signature are wanted');
  const keys = secrets.flatMap(keyBytes);
  const fits = isOneOf(versioned(given, ' ', 'v1,'), keys, key => hmac(key, [`${id}.${at}.`, body]).toString('base64'));
  if (!fits) return forged('the signature is not that of this id, time and body by a secret of this trigger');
  // Where it could be guessed, one delivery could be taken for another.
  if (!/^[\x21-\x7e]{1,200}$/.test(id)) return { refused: 'webhook-id is no id: 1 to 200 characters', forged: false };
  return whyNotNow(at, now, windowMs) ?? { id };
}

/** It cannot sign: the secret itself comes, as a bearer token or as the password. */
function verifyAlertmanager({ header, secrets }: Came): Verified {
  const [, scheme = '', value = ''] = /^(\w+) +(\S+) *$/.exec(header('authorization') ?? '') ?? [];
  const password = Buffer.from(value, 'base64').toString('utf8');
  const given =
    scheme.toLowerCase() === 'bearer'
      ? value
      : scheme.toLowerCase() === 'basic' && password.includes(':')
        ? password.slice(password.indexOf(':') + 1)
        : undefined;
  if (given === undefined)
    return forged('the header Authorization with the secret is wanted, as a bearer token or as the password');
  return isOneOf([given], secrets, key => key) ? {} : forged('the secret is none of this trigger');
}

const forged = (refused: string): Verified => ({ refused, forged: true });

/** Of `v1=a,v1=b` these two; other versions are not known. */
const versioned = (header: string, between: string, version: string): readonly string[] =>
  header
    .slice(0, 4_000)
    .split(between)
    .map(part => part.trim())
    .flatMap(part => (part.startsWith(version) ? [part.slice(version.length)] : []));

/** All are compared, whatever was found, and digests of one length: the time tells nothing. */
function isOneOf<T>(given: readonly string[], secrets: readonly T[], wanted: (secret: T) => string): boolean {
  let found = false;
  for (const secret of secrets)
    for (const each of given) if (timingSafeEqual(digest(wanted(secret)), digest(each))) found = true;
  return found;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function hmac(key: string | Buffer, parts: readonly (string | Uint8Array)[]): Buffer {
  const made = createHmac('sha256', key);
  for (const part of parts) made.update(part);
  return made.digest();
}

/** None for what is no key: with an empty one everybody could sign. */
function keyBytes(written: string): readonly Buffer[] {
  const key = webhookKeyOf(written);
  if (key.kind === 'none') return [];
  return [key.kind === 'base64' ? Buffer.from(key.base64, 'base64') : Buffer.from(key.text)];
}

/** `at`: seconds since 1970, as it was signed. */
function whyNotNow(at: string, now: number, windowMs: number): Verified | undefined {
  const apart = /^[1-9]\d{0,11}$/.test(at) ? Math.abs(now - Number(at) * 1_000) : Infinity;
  if (apart <= windowMs) return undefined;
  return { refused: `it was signed more than ${windowMs / 1_000} s ago, or ahead: look at the clocks`, forged: false };
}
