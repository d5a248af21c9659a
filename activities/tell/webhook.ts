import { createHmac } from 'node:crypto';
import type { Target } from '../../actions/target.ts';
import { type WebhookKey, webhookKeyMend, webhookKeyOf } from '../../actions/webhook-key.ts';
import type { Message } from './message.ts';
import type { NotTold } from './not-told.ts';
import { post } from './post.ts';
import { isLive, sentenceOf } from './words.ts';

/** JSON to an address of the operator's, signed as standardwebhooks.com says. `now`: ms since 1970. */
export async function tellWebhook(
  { url, hmac, ca }: Extract<Target, { kind: 'webhook' }>,
  message: Message,
  signal: AbortSignal,
  now: number,
): Promise<NotTold | undefined> {
  const body = JSON.stringify(webhookBody(message));
  const written = await hmac?.();
  const key = written === undefined ? undefined : webhookKeyOf(written);
  if (key?.kind === 'none')
    return { why: `its secret (webhook.hmac) signs nothing: ${key.why}; ${webhookKeyMend}`, again: false };
  const timestamp = String(Math.floor(now / 1_000));
  const headers = {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    ...(key === undefined ? {} : { 'webhook-signature': `v1,${signatureOf(key, message.id, timestamp, body)}` }),
  };
  return await post({ url, body, headers, ca, secrets: written === undefined ? [] : [written], signal });
}

function webhookBody(message: Message): unknown {
  const { id, topic, at, event, over, run, runbook, mode, step, text, choices, from, since, expiresAt, url } = message;
  const time = (ms: number): string => new Date(ms).toISOString();
  return {
    type: `drillbook.${event}`,
    timestamp: time(at),
    data: {
      ...{ id, topic, event, state: over === true ? 'over' : 'open' },
      ...{ runbook, mode, live: isLive(message), text, sentence: sentenceOf(message), choices, from },
      ...(run === undefined ? {} : { run }),
      ...(step === undefined ? {} : { step }),
      ...(since === undefined ? {} : { since: time(since) }),
      ...(expiresAt === undefined ? {} : { expires: time(expiresAt) }),
      ...(url === undefined ? {} : { url }),
    },
  };
}

/** HMAC-SHA256 of `id.timestamp.body`, Base64. */
function signatureOf(key: Exclude<WebhookKey, { kind: 'none' }>, id: string, timestamp: string, body: string): string {
  const bytes = key.kind === 'base64' ? Buffer.from(key.base64, 'base64') : Buffer.from(key.text);
  return createHmac('sha256', bytes).update(`${id}.${timestamp}.${body}`).digest('base64');
}
