import { z } from 'zod';
import { contract, hour, minute, politely } from './contract.ts';
import { duration, personName } from './fields.ts';
import { asList, type Finding, type Raw, repeated, ruled } from './rules.ts';

export const approval = contract({
  name: 'approval',
  summary: 'asks people, who must agree before anything below starts',
  input: ruled(
    z.strictObject({
      message: z.string().min(1).describe('What is asked.'),
      from: z.array(personName()).min(1).describe('People and groups who may vote.'),
      count: z.number().int().min(1).default(1).describe('How many different people must say the same.'),
      'not-requester': z
        .boolean()
        .optional()
        .describe('Whoever asked for the run may not vote (default: true in a live mode).'),
      choices: z
        .array(z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'small letters and digits, with "-" between words'))
        .min(1)
        .default(['approve'])
        .describe('What can be chosen; a reject is always possible and ends it.'),
      'break-glass': z
        .array(personName())
        .min(1)
        .optional()
        .describe('People and groups of whom one alone may decide, with a reason.'),
      remind: duration()
        .default(5 * minute)
        .describe('How often those who have not voted are reminded.'),
    }),
    { check: checkApproval },
  ),
  output: z.strictObject({
    choice: z.string().describe('What was chosen.'),
    by: z.array(z.string()).describe('Who chose it.'),
    at: z.string().describe('When it was decided.'),
    reason: z.string().describe('The reasons that were given; empty: none.'),
    broke_glass: z.boolean().describe('Whether one person decided alone.'),
  }),
  effect: 'read',
  performer: 'engine',
  people: true,
  wall: true,
  timeoutRequired: true,
  built: true,
  timeoutMs: hour,
  transport: politely,
});

function checkApproval({ choices }: Raw): readonly Finding[] {
  const reject = asList(choices).indexOf('reject');
  const always = { path: ['choices', reject], message: 'everybody can always reject: leave it out' };
  return [...repeated(choices, '', ['choices'], 'choice'), ...(reject < 0 ? [] : [always])];
}

export const manual = contract({
  name: 'manual',
  summary: 'asks a person to do something and to say what came of it',
  input: z.strictObject({
    instructions: z.string().min(1).describe('What is to be done.'),
    assignee: z
      .union([personName(), z.array(personName()).min(1)])
      .optional()
      .describe('Who does it, a person, a group or a list (default: whoever may operate the runbook).'),
    evidence: z.enum(['none', 'optional', 'required']).default('none').describe('Whether a note goes with the answer.'),
  }),
  output: z.strictObject({
    outcome: z.enum(['done', 'not_applicable']).describe('What came of it; `failed` fails the step.'),
    by: z.string().describe('Who said so.'),
    at: z.string().describe('When.'),
    note: z.string().describe('What was noted; empty: nothing.'),
  }),
  effect: 'read',
  performer: 'engine',
  people: true,
  built: true,
  timeoutMs: 4 * hour,
  transport: politely,
});
