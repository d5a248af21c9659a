import { z } from 'zod';
import { contract, hour, minute, modes, politely } from './contract.ts';
import { condition, duration, json, targetName, time } from './fields.ts';
import { ruled } from './rules.ts';

const day = 24 * hour;

export const wait = contract({
  name: 'wait',
  summary: 'waits for a time to pass, or until a moment',
  input: ruled(
    z.strictObject({
      for: duration().optional().describe('How long.'),
      until: time().optional().describe('Until when.'),
    }),
    { exactlyOneOf: ['for', 'until'] },
  ),
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
  input: z.strictObject({
    that: condition().describe('The bare expression that must be true.'),
    message: z.string().min(1).optional().describe('What is said when it is not.'),
  }),
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
  input: z.strictObject({
    to: z.union([targetName(), z.array(targetName()).min(1)]).describe('A target of drillbook.yaml, or a list.'),
    message: z.string().min(1).describe('What is told.'),
  }),
  output: z.strictObject({
    told: z.array(z.string()).describe('Targets that were told.'),
    delivered: z
      .boolean()
      .describe(
        'Whether each target, or its fallback, was told. The step succeeds all the same; the report says who was not.',
      ),
  }),
  effect: 'read',
  performer: 'activity',
  built: true,
  timeoutMs: 5 * minute,
  until: true,
  transport: politely,
});

/** Its own effect is none: its steps have theirs. The compiler gives it the outputs of the file that it calls. */
export const runbook = contract({
  name: 'runbook',
  summary: 'runs another runbook as one step',
  input: z.strictObject({
    file: z
      .string()
      .regex(/^(?!\/)[^\\:]+$/, 'a path from the folder of this file is wanted, with "/" between its parts')
      .describe('The other runbook, from the folder of this one, inside the project.'),
    inputs: z.record(z.string(), json()).optional().describe('Its inputs, by name.'),
    mode: z.enum(modes).optional().describe('Its mode (default: the mode of the run); a drill only drills.'),
  }),
  output: z.strictObject({}),
  effect: 'read',
  performer: 'engine',
  built: true,
  timeoutMs: 4 * hour,
  transport: politely,
});
