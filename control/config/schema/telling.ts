import { z } from 'zod';
import { modes } from '../../../actions/contract.ts';
import { caFile, duration, email, modeList, ref, runbookPatterns, secretName, text, webUrl } from './values.ts';

/** Whom and what drillbook tells: targets, and what is told without a `notify` step. */

const fallback = { fallback: ref('target', 'Told when this one cannot be').optional() };

const mailServer = z
  .string()
  .refine(isMailServer, 'a mail server is wanted: smtps://host[:port], or smtp://host[:port] where it offers STARTTLS')
  .describe('smtps://host[:port], or smtp://host[:port]: beyond loopback only with STARTTLS');

export const target = z
  .union([
    z.strictObject({
      slack: z.strictObject({ url: secretName('The hook’s address') }).describe('A channel, by its incoming hook'),
      ...fallback,
    }),
    z.strictObject({
      pagerduty: z
        .strictObject({
          'routing-key': secretName('The integration’s key'),
          url: webUrl(
            'Where events are sent; default: events.pagerduty.com. In the EU https://events.eu.pagerduty.com',
          ).optional(),
        })
        .describe('A PagerDuty service'),
      ...fallback,
    }),
    z.strictObject({
      email: z
        .strictObject({
          to: z.array(email('An address')).min(1).describe('To whom'),
          from: email('From whom; also the user name at the server'),
          username: text('At the server, where it is not `from`').optional(),
          server: mailServer,
          password: secretName('At the server').optional(),
          tls: caFile.optional().describe('What the server’s certificate verifies with; default: the system'),
        })
        .describe('Mail'),
      ...fallback,
    }),
    z.strictObject({
      webhook: z
        .strictObject({
          url: webUrl('Where the event is posted'),
          hmac: secretName('Signs what is posted').optional(),
          tls: caFile.optional().describe('What the server’s certificate verifies with; default: the system'),
        })
        .describe('An HTTP endpoint that takes events as JSON'),
      ...fallback,
    }),
    z.strictObject({
      file: z.strictObject({ path: text('From the folder of drillbook.yaml') }).describe('One JSON object a line'),
      ...fallback,
    }),
  ])
  .describe('One channel; `notify.to` and `notifications` use its name');

const events = [
  ...['started', 'waiting', 'held', 'stuck', 'lost-run', 'overtime'],
  ...['breach-forecast', 'failed', 'finished', 'overdue', 'not-started', 'refused-trigger'],
  ...['break-glass', 'lease-acted', 'config-changed'],
] as const;

export const notification = z
  .strictObject({
    events: z.array(z.enum(events)).min(1).describe('What is told'),
    modes: modeList('Of runs in these modes').default([...modes]),
    runbooks: runbookPatterns('Of these runbooks').default(['*']),
    to: z.array(ref('target', 'A target')).min(1).describe('Who is told'),
    repeat: duration(
      'waiting and held are told again after; left out: as often as drillbook pages, every 5m',
    ).optional(),
  })
  .refine(({ events: told, repeat }) => repeat === undefined || told.some(e => e === 'waiting' || e === 'held'), {
    path: ['repeat'],
    error: 'only `waiting` and `held` are repeated, and neither stands in `events`',
  })
  .describe('What is told without a `notify` step');

function isMailServer(written: string): boolean {
  if (!URL.canParse(written)) return false;
  const { protocol, hostname, pathname, search } = new URL(written);
  const bare = ['', '/'].includes(pathname) && search === '' && hostname !== '';
  return bare && (protocol === 'smtps:' || protocol === 'smtp:');
}
