import { liveModes } from '../../actions/modes.ts';
import type { JsonSchema } from './parts.ts';
import { condition, duration, durationFromZero } from './kinds.ts';
import { described, listOf, mapOf, plainText, ref, where, words } from './parts.ts';
import { scheduleKeys } from '../triggers/schedule.ts';
import { webhookKeys } from '../triggers/webhook.ts';

const name: JsonSchema = { type: 'string', pattern: '^[a-z][a-z0-9_-]{0,62}$' };

const schedule = mapOf(scheduleKeys, {
  name: described('Default: the mode. The schedule is RUNBOOK/NAME.', name),
  mode: described('Only drills are scheduled.', { const: 'drill' }),
  cron: described(
    'Five fields: minute, hour, day of month, month, day of week. If both days are given, both must match.',
    { type: 'string', pattern: '^\\s*\\S+(\\s+\\S+){4}\\s*$' },
  ),
  'time-zone': described('A zone of IANA, such as `Europe/London`.', plainText),
  inputs: described('All that the mode requires.', { type: 'object', additionalProperties: ref('literal') }),
  blackouts: described('Calendars of drillbook.yaml on whose days it does not start.', listOf(plainText)),
  within: described('A surprise: it starts at a random time in this span.', duration),
  jitter: described('Starts up to so much later, also beside `within`.', durationFromZero),
  overlap: described('When the run before still goes on. Default `skip`.', words(['skip', 'wait'])),
  'catch-up': described('How late it may still start after an outage, at most 7d. Default 10m.', durationFromZero),
});

const webhook = mapOf(
  webhookKeys,
  {
    name: described('Part of its address.', name),
    mode: described('The mode that it starts.', ref('mode')),
    from: described('An entry of `triggers` in drillbook.yaml.', plainText),
    if: described('A bare CEL expression over `payload`; it starts a run only where that is true.', condition),
    once: described('A bare CEL expression: a second delivery with the same value starts no second run.', condition),
    reason: described('The reason of the run; expressions over `payload` are possible.', {
      type: 'string',
      pattern: '\\S',
    }),
    inputs: described('Values, or expressions over `payload`.', { type: 'object' }),
  },
  where('mode', liveModes, { required: ['if', 'reason'] }),
);

/** One of `triggers`. */
export const triggerSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    schedule: described('Starts drills at set times.', schedule),
    webhook: described('Starts a run when something comes in from outside.', webhook),
  },
  minProperties: 1,
  maxProperties: 1,
};
