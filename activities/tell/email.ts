import { createTransport } from 'nodemailer';
import { bare } from '../dial.ts';
import type { Target } from '../../actions/target.ts';
import { hashOf, type Message } from './message.ts';
import { masked, type NotTold } from './not-told.ts';
import { readTrust } from './trust.ts';
import { cut, factsOf, helpOf, isLive, oneLine, titleOf } from './words.ts';

type Email = Extract<Target, { kind: 'email' }>;

const stageMs = 10_000;
/** All stages together: who trickles must not hold it up. */
const sentWithinMs = 25_000;

/** By SMTP, a connection a mail. Beyond loopback TLS is required, from the first byte or by STARTTLS. */
export async function tellEmail(target: Email, message: Message, signal: AbortSignal): Promise<NotTold | undefined> {
  if (message.over === true) return undefined;
  const { username, password, server, ca } = target;
  const key = await password?.();
  const { protocol, hostname, port } = new URL(server);
  const host = bare(hostname);
  const secure = protocol === 'smtps:';
  const transport = createTransport({
    host,
    port: Number(port) || (secure ? 465 : 587),
    secure,
    requireTLS: !secure && !isLoopback(host),
    tls: { minVersion: 'TLSv1.2', ...(await readTrust(ca)) },
    ...(key === undefined ? {} : { auth: { user: username, pass: key } }),
    ...{ connectionTimeout: stageMs, greetingTimeout: stageMs, socketTimeout: stageMs, dnsTimeout: stageMs },
    // What stands in a message is text, never a file or an address to fetch.
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  try {
    const bound = AbortSignal.any([signal, AbortSignal.timeout(sentWithinMs)]);
    await transport.sendMail({ ...mailOf(target, message), signal: bound });
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    return read(host, error as SmtpError, key === undefined ? [] : [key, base64(key), base64(`\0${username}\0${key}`)]);
  } finally {
    transport.close();
  }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\./.test(host);

type SmtpError = Error & { readonly code?: string; readonly responseCode?: number; readonly response?: string };

function read(host: string, error: SmtpError, secrets: readonly string[]): NotTold {
  const { code, responseCode, response } = error;
  // The password would go in clear.
  const said =
    code === 'ETLS' ? `offers no TLS by STARTTLS, which is required: ${error.message}` : (response ?? error.message);
  const words = oneLine(cut(masked(said, secrets), 200));
  // 4xx: try again later (RFC 5321). Without an answer nobody knows.
  const again = responseCode === undefined ? code !== 'EAUTH' && code !== 'ETLS' : responseCode < 500;
  return { why: `${host}: ${words}`, again };
}

/** Mails of one run are one thread: each answers a first one that nobody needs to have. */
export function mailOf({ to, from }: Pick<Email, 'to' | 'from'>, message: Message) {
  const domain = from.slice(from.lastIndexOf('@') + 1);
  const thread = `<${hashOf([message.thread])}@${domain}>`;
  return {
    from: { name: 'drillbook', address: from },
    to: [...to],
    subject: cut(titleOf(message), 200),
    text: plain(message),
    html: html(message),
    messageId: `<${message.id}@${domain}>`,
    inReplyTo: thread,
    references: [thread],
    date: new Date(message.at),
    headers: {
      // No out-of-office answers (RFC 3834).
      'Auto-Submitted': 'auto-generated',
      'X-Drillbook-Event': message.event,
      ...(isLive(message) ? { Importance: 'high' } : {}),
    },
  };
}

function plain(message: Message): string {
  const { text, url } = message;
  const help = helpOf(message);
  const facts = factsOf(message).map(([name, value]) => `${name}: ${oneLine(value)}`);
  const blocks = [
    titleOf(message),
    text,
    facts.join('\n'),
    ...(help === undefined ? [] : [help]),
    ...(url === undefined ? [] : [url]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function html(message: Message): string {
  const { text, url } = message;
  const help = helpOf(message);
  const rows = factsOf(message).map(
    ([name, value]) => `<tr><th align="left">${escaped(name)}</th><td>${escaped(value)}</td></tr>`,
  );
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(titleOf(message))}</title></head><body>`,
    `<h1 style="font-size:1.2em">${escaped(titleOf(message))}</h1>`,
    `<p style="white-space:pre-wrap">${escaped(text)}</p>`,
    `<table cellpadding="4">${rows.join('')}</table>`,
    ...(help === undefined ? [] : [`<p>${escaped(help)}</p>`]),
    ...(url === undefined ? [] : [`<p><a href="${escaped(url)}">Open the run</a></p>`]),
    '</body></html>',
  ].join('\n');
}

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
