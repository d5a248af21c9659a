import { z } from 'zod';
import { contract, hour, minute, politely } from './contract.ts';
import { condition, duration, personName, targetName, time } from './fields.ts';

const day = 24 * hour;

export const wait = contract({
  name: 'wait',
  summary: 'waits for a time to pass, or until a moment',
  input: z
    .strictObject({ for: duration().optional(), until: time().optional() })
    .refine(w => (w.for === undefined) !== (w.until === undefined), 'exactly one of "for" and "until"')
    .meta({ exactlyOneOf: ['for', 'until'] }),
  output: z.strictObject({}),
  effect: 'read',
  performer: 'engine',
  built: true,
  timeoutMs: day,
  transport: politely,
});

export const assert = contract({
  name: 'assert',
  summary: 'proves that an expression is true',
  input: z.strictObject({ that: condition(), message: z.string().min(1).optional() }),
  output: z.strictObject({}),
  effect: 'read',
  performer: 'engine',
  built: true,
  timeoutMs: minute,
  transport: politely,
});

export const notify = contract({
  name: 'notify',
  summary: 'tells a target',
  input: z.strictObject({ to: z.union([targetName(), z.array(targetName()).min(1)]), message: z.string().min(1) }),
  output: z.strictObject({ told: z.array(z.string()) }),
  effect: 'read',
  performer: 'activity',
  built: true,
  timeoutMs: 5 * minute,
  transport: politely,
});

export const approval = contract({
  name: 'approval',
  summary: 'asks people, who must agree before anything below starts',
  input: z.strictObject({
    message: z.string().min(1),
    from: z.array(personName()).min(1),
    count: z.number().int().min(1).default(1),
    'not-requester': z.boolean().optional(),
    choices: z.array(z.string().min(1)).min(1).default(['approve']),
    'break-glass': z.array(personName()).min(1).optional(),
    remind: duration().default(5 * minute),
  }),
  output: z.strictObject({
    choice: z.string(),
    by: z.array(z.string()),
    at: z.string(),
    reason: z.string(),
    broke_glass: z.boolean(),
  }),
  effect: 'read',
  performer: 'engine',
  wall: true,
  timeoutRequired: true,
  built: false,
  timeoutMs: hour,
  transport: politely,
});
