import { z } from 'zod';
import { marks } from './marks.ts';
import { date, duration, rate, runbookPatterns, modeList, secretName, text, timeZone, webUrl } from './values.ts';

/** What comes by itself: calendars of days on which nothing starts, and triggers from outside. */

const period = z.strictObject({ from: date('First day'), to: date('Last day') }).describe('Whole days, both included');

export const calendar = z
  .union([
    z.strictObject({ 'time-zone': timeZone('Whose days'), periods: z.array(period).min(1).describe('Spans of days') }),
    z.strictObject({
      'time-zone': timeZone('Whose hours'),
      cron: z
        .string()
        .describe('When a span begins: minute, hour, day of month, month, day of week')
        .register(marks, { kind: 'cron' }),
      lasts: duration('How long each span is'),
    }),
    z.strictObject({ file: text('An iCalendar file, from the folder of drillbook.yaml') }),
  ])
  .describe('Times that schedules name in `blackouts`');

const common = {
  secret: secretName('Verifies what comes in'),
  may: z
    .array(
      z
        .strictObject({ runbooks: runbookPatterns('Names of runbooks'), modes: modeList('In these modes') })
        .describe('A set of runs'),
    )
    .min(1)
    .describe('What it may start; nothing else'),
  'at-most': rate('How many starts it may ask for: 6/h').optional(),
};

export const trigger = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('pagerduty').describe('PagerDuty’s signed webhooks'), ...common }),
    z.strictObject({
      kind: z.literal('slack').describe('Slack; its buttons vote as the mapped person'),
      ...common,
      url: webUrl('Where Slack takes answers; default: https://hooks.slack.com').optional(),
    }),
    z.strictObject({ kind: z.literal('alertmanager').describe('Prometheus Alertmanager'), ...common }),
    z.strictObject({
      kind: z.literal('hmac').describe('Anything that signs its body'),
      ...common,
      window: duration('An older signature is refused').prefault('5m'),
    }),
  ])
  .describe('What may come in from outside, and what it may start');
