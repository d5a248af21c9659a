import { z } from 'zod';
import { modes } from '../../../actions/contract.ts';
import { email, modeList, ref, runbookPatterns, text, tokenHash } from './values.ts';

export const person = z
  .strictObject({
    name: text('As it stands on pages and reports'),
    email: email('Where mail reaches them').optional(),
    oidc: text('What the identity provider calls them').optional(),
    slack: text('Slack’s member id').optional(),
    pagerduty: text('PagerDuty’s user id').optional(),
    'os-user': text('The user name on the machine where the CLI runs').optional(),
    telephone: text(
      'Where something waits for them: shown on the run’s page and by the API to whoever has signed in and may see the run; free text',
    ).optional(),
    'sealed-token': tokenHash('Hash of the sealed token, which works when the identity provider does not').optional(),
  })
  .describe('One entry a human; every login is mapped to one');

export const group = z
  .union([
    z.array(ref('person or group', 'A person or another group')),
    z.strictObject({ 'oidc-group': text('A value of the groups claim') }),
  ])
  .describe('People and other groups, or a group of the identity provider; read at the moment of the decision');

export const role = z
  .strictObject({
    role: z
      .enum(['viewer', 'operator', 'approver', 'admin'])
      .describe('viewer sees; operator starts and answers; approver votes; admin: schedules, library, keys'),
    to: z.array(ref('person or group', 'A person or a group')).min(1).describe('Who has it'),
    runbooks: runbookPatterns('Names of runbooks').default(['*']),
    modes: modeList('In which modes').default([...modes]),
  })
  .describe('What somebody may do. Lines add up; nothing is allowed that no line allows.');
