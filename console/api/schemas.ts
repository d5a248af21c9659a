import { z } from '@hono/zod-openapi';
import { modes } from '../../actions/contract.ts';

/** What the HTTP API takes and gives; the OpenAPI document is made from it. */

export const time = z.iso.datetime({ offset: true }).openapi({ example: '2026-11-21T02:30:00Z' });
const mode = z.enum(modes).openapi({ description: 'Of the runbook; failover and move touch production' });
export const runId = z.string().min(1).max(300).openapi({ example: 'payments-drill-20261121-0230-7f3a' });
const step = z
  .string()
  .min(1)
  .max(1_000)
  .openapi({ description: 'The step that asks', example: 'front[payments-app]' });
/** What the run keeps for ever, and every report shows. */
const text = z.string().max(2_000, 'at most 2,000 characters are kept; this is longer');
const reason = text.default('').openapi({ description: 'Why, for the report' });
const mustReason = text
  .refine(words => words.trim() !== '', 'a reason is needed, for the report')
  .openapi({ description: 'Why, for the report' });

export const runParam = z.object({ run: runId.openapi({ param: { name: 'run', in: 'path' } }) });

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().openapi({ description: 'What is wrong and how to mend it, for people' }),
  })
  .openapi('Problem');

export const startBody = z
  .strictObject({
    runbook: z.string().min(1).max(500).openapi({
      description:
        'Its name, in a live mode that of the library (payments, payments@3f2a9c), or its file below the project’s folder',
      example: 'payments',
    }),
    mode,
    inputs: z
      .record(z.string(), z.unknown())
      .default({})
      .openapi({ description: 'By name, as the runbook declares them' }),
    reason: reason.openapi({ description: 'Why, for the report; needed in a live mode' }),
    lossAt: time.optional().openapi({ description: 'In a live mode: when the service was lost; the RTO begins there' }),
    confirm: z.string().optional().openapi({ description: 'In a live mode: the runbook’s name once more' }),
    withoutLock: text
      .optional()
      .openapi({ description: 'In a live mode, while the locks do not answer: go on without them (admin); why' }),
    lift: z
      .string()
      .max(10_000)
      .optional()
      .openapi({ description: 'In a live mode, for what is not published: what `drillbook lift` gave an approver' }),
    plan: z.string().max(100).optional().openapi({
      description:
        'The hash that POST /plans gave: if the runbook or drillbook.yaml has changed since, nothing is started (409)',
    }),
  })
  .openapi('Start');

export const idempotencyKey = z.object({
  'idempotency-key': z
    .string()
    .min(1)
    .max(200)
    .optional()
    .openapi({ description: 'The same key of the same person starts one run, however often it is sent' }),
});

export const started = z
  .object({
    run: runId,
    runbook: z.string(),
    mode,
    again: z.boolean().openapi({ description: 'It was started before, with the same Idempotency-Key' }),
    warnings: z.array(z.string()),
  })
  .openapi('Started');

export const liftBody = startBody
  .pick({ runbook: true, mode: true, inputs: true, plan: true })
  .extend({ reason: mustReason })
  .openapi('LiftAsked');

export const lifted = z
  .object({
    lift: z.string().openapi({ description: 'For `lift` of POST /runs, by another person; nothing in it is secret' }),
    run: runId.openapi({ description: 'The one run that it is of' }),
    runbook: z.string(),
    mode,
    plan: z.string().openapi({ description: 'The hash of the plan that it is of' }),
  })
  .openapi('Lifted');

export const planBody = startBody.pick({ runbook: true, mode: true, inputs: true }).openapi('PlanAsked');

export const planned = z
  .object({
    plan: z.string().openapi({ description: 'Its hash, for `plan` of POST /runs' }),
    fits: z.boolean().openapi({ description: 'Nothing contradicts the runbook' }),
    steps: z.array(
      z.object({
        key: z.string(),
        phase: z.string(),
        uses: z.string(),
        effect: z.string(),
        what: z.string(),
        timeoutMs: z.number(),
        timeoutByItem: z.literal(true).optional(),
        closes: z.string().optional(),
      }),
    ),
    findings: z.array(z.object({ step: z.string(), sentence: z.string() })),
    told: z.array(z.string()),
  })
  .openapi('Planned');

export const listedRun = z
  .object({
    run: runId,
    runbook: z.string(),
    mode: z.string(),
    site: z.string(),
    requester: z.string(),
    verdict: z.string().openapi({
      description: 'running, passed, passed_with_exceptions, failed, inconclusive, or how Temporal says that it ended',
    }),
    plan: z.string().optional().openapi({ description: 'Its hash; absent: Temporal does not say' }),
    startedAt: time,
    endedAt: time.optional(),
  })
  .openapi('Run');

export const listQuery = z.object({
  last: z.coerce.number().int().min(1).max(1_000).default(20).openapi({ description: 'So many, the newest first' }),
});

const pending = z
  .object({
    key: z.string().openapi({ description: 'The step that asks; empty: the run itself' }),
    kind: z.enum(['approval', 'manual', 'question', 'held', 'paused']),
    since: time,
    message: z.string(),
    from: z.array(z.string()).openapi({ description: 'Groups and people who may answer; empty: whoever has the role' }),
    choices: z.array(z.string()),
    count: z.int().optional(),
    notFrom: z
      .array(z.string())
      .optional()
      .openapi({ description: 'Of an approval: whoever asked for the run, where that may not vote' }),
    breakGlass: z.array(z.string()).optional().openapi({ description: 'Who may decide alone, with a reason' }),
    votes: z.array(z.object({ by: z.string(), choice: z.string(), at: time, verified: z.literal(true).optional() })),
    expiresAt: time.optional(),
    open: z
      .array(
        z.object({
          vpg: z.string(),
          site: z.string(),
          what: z.string().openapi({ example: 'failover' }),
          live: z.boolean().openapi({ description: 'It has no deadline: only a person commits it or rolls it back' }),
          since: time.optional(),
          until: time.optional().openapi({ description: 'Of a test: it is closed then at the latest' }),
        }),
      )
      .optional()
      .openapi({ description: 'Of a held run: all that it has open' }),
  })
  .openapi('Pending');

const deciders = z
  .object({
    key: z.string().openapi({ description: 'Of what waits' }),
    kind: z.enum(['approval', 'manual', 'question', 'held', 'paused']),
    people: z.array(
      z.object({
        person: z.string().openapi({ description: 'Of drillbook.yaml', example: 'ana' }),
        name: z.string().openapi({ example: 'Ana Ruiz' }),
        telephone: z
          .string()
          .optional()
          .openapi({ description: 'As drillbook.yaml has it; only for callers who have shown who they are' }),
        alone: z.literal(true).optional().openapi({ description: 'Only alone, by breaking the glass' }),
      }),
    ),
    outside: z.array(z.string()).openapi({ description: 'Groups whose members only the identity provider knows' }),
  })
  .openapi('Deciders');

export const shownRun = listedRun
  .extend({
    plan: z.string().openapi({ description: 'The hash of its plan' }),
    pending: z.array(pending),
    people: z.array(deciders).openapi({ description: 'Who may decide what waits, in its order, and has not' }),
    silent: z.literal(true).optional().openapi({ description: 'No worker answers for it: what waits is not known' }),
  })
  .openapi('ShownRun');

export const runPending = z
  .object({
    run: runId,
    pending: z.array(pending),
    silent: z.literal(true).optional().openapi({ description: 'No worker answers for it: what waits is not known' }),
    unasked: z.literal(true).optional().openapi({
      description: 'Many runs go on or Temporal is busy, and it could not be asked in time: ask for it alone',
    }),
  })
  .openapi('RunPending');

export const heard = z
  .object({
    counted: z.literal(true),
    text: z.string().openapi({ example: 'ana voted approve (1 of 2)' }),
  })
  .openapi('Heard');

export const voteBody = z
  .strictObject({
    step,
    choice: z
      .string()
      .max(100)
      .optional()
      .openapi({ description: 'One of the approval’s, or reject; may be left out where it has one' }),
    reason,
    breakGlass: z
      .boolean()
      .default(false)
      .openapi({ description: 'Decide alone, where the approval lets you; with a reason' }),
  })
  .refine(({ breakGlass, reason }) => !breakGlass || reason.trim() !== '', {
    path: ['reason'],
    error: 'breaking the glass needs a reason',
  })
  .openapi('Vote');

export const reportBody = z
  .strictObject({ step, outcome: z.enum(['done', 'failed', 'not-applicable']), note: reason })
  .openapi('ManualReport');

export const answerBody = z
  .strictObject({ step, choice: z.enum(['retry', 'skip', 'roll-back', 'abort']), reason })
  .refine(({ choice, reason }) => choice === 'retry' || reason.trim() !== '', {
    path: ['reason'],
    error: 'a reason is needed, for the report',
  })
  .openapi('Answer');

export const cancelBody = z
  .strictObject({
    reason,
    now: z.boolean().default(false).openapi({ description: 'Without the author’s finally; closing is never skipped' }),
  })
  .openapi('Cancel');

export const wordBody = z.strictObject({ reason }).openapi('Word');
export const reasonedBody = z.strictObject({ reason: mustReason }).openapi('ReasonedWord');

export const extendBody = z
  .strictObject({ by: z.string().openapi({ description: 'How much more', example: '30m' }), reason: mustReason })
  .openapi('Extend');

export const decisionBody = z
  .strictObject({
    choice: z.enum(['commit', 'roll-back', 'go-on']),
    reason: mustReason,
    breakGlass: z
      .boolean()
      .default(false)
      .openapi({ description: 'Commit alone, where the last approval lets you break the glass' }),
  })
  .refine(({ breakGlass, choice }) => !breakGlass || choice === 'commit', {
    path: ['breakGlass'],
    error: 'only a commit breaks the glass: one person is enough for the rest',
  })
  .openapi('HeldDecision');

export const openingBody = z
  .strictObject({ site: z.string().min(1), vpg: z.string().min(1), reason: mustReason })
  .openapi('Opening');

export const reportQuery = z.object({ format: z.enum(['html', 'json', 'md', 'junit', 'text']).default('html') });

/** What guards say; its fields are those of `drillbook leases --json`. */
export const leases = z
  .object({
    open: z.array(z.record(z.string(), z.unknown())),
    leases: z.array(z.record(z.string(), z.unknown())),
    strangers: z.array(z.record(z.string(), z.unknown())),
    left: z.array(z.string()),
    silent: z.array(z.string()),
    lookedAt: time.optional(),
    paused: z.boolean(),
  })
  .openapi('Leases');

export const runbookList = z.array(z.object({ name: z.string(), file: z.string() })).openapi('Runbooks');

export const whoAmI = z
  .object({
    person: z.string().optional(),
    name: z.string(),
    how: z.string().openapi({ description: 'token, sealed-token, oidc, session or unverified' }),
    verified: z.boolean(),
    groups: z.array(z.string()),
  })
  .openapi('WhoAmI');

export const secretFindings = z
  .object({
    findings: z.array(
      z.object({
        what: z.string().openapi({ example: 'secret pd-sign of the console' }),
        ok: z.boolean(),
        found: z.string().openapi({ description: 'For people; no value is in it' }),
      }),
    ),
  })
  .openapi('SecretFindings');

export const eventQuery = z.object({
  after: z.coerce
    .number()
    .int()
    .min(0)
    .default(0)
    .openapi({ description: 'Begin behind this seq; the header Last-Event-ID wins' }),
});
