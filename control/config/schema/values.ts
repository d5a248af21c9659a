import { z } from 'zod';
import { modes } from '../../../actions/contract.ts';
import { durationOf } from '../../../compiler/shape/scalars.ts';
import { describeValue } from '../../../compiler/shape/zod-words.ts';
import { marks, type RefKind } from './marks.ts';

/** Values that many sections have. Each takes what an editor shows beside it. */

export const text = (about: string) => z.string().min(1).describe(about);

/** A name of another section. */
export const ref = (to: RefKind, about: string) =>
  z.string().min(1).describe(about).register(marks, { kind: 'ref', to });

export const secretName = (about: string) => ref('secret', `${about}: the name of a secret`);

/** A string whose type error says what is wanted, too: `timeout: 30` is no text, but quoting it does not help. */
const wanted = (words: string) => z.string({ error: issue => `${words}, this is ${describeValue(issue.input)}` });

const durationForm = /^(?!$)(\d{1,9}d)?(\d{1,9}h)?(\d{1,9}m)?(\d{1,9}s)?$/;
const durationWords = 'a duration like 90s, 15m, 1h30m, 2d is wanted';

/** Written `90s`, `1h30m`; read as ms. */
export const duration = (about: string) =>
  wanted(durationWords)
    .regex(durationForm, durationWords)
    .refine(written => durationOf(written) !== undefined, `${durationWords}: more than zero, ten years at most`)
    .transform(written => durationOf(written) ?? 0)
    .describe(about);

const requestTimeWords = 'a duration from 1s to 2m is wanted';

/** How long a request may take: written `1s` to `2m`; read as ms. */
export const requestTime = (about: string) =>
  wanted(requestTimeWords)
    .regex(/^(([1-9]|[1-9]\d|1[01]\d|120)s|1m([1-5]?\ds)?|2m)$/, requestTimeWords)
    .transform(written => durationOf(written) ?? 0)
    .describe(about);

const dayMs = 86_400_000;
const retentionWords = 'a time to keep like 90d or 7y is wanted';

/** How long something is kept: written `90d`, `7y`; read as ms. A year counts 366 days, so that nothing goes too early. */
export const retention = (about: string) =>
  wanted(retentionWords)
    .regex(/^(?!0+[yd]$)\d{1,4}[yd]$/, retentionWords)
    .transform(written => Number.parseInt(written, 10) * dayMs * (written.endsWith('y') ? 366 : 1))
    .describe(about);

const rateWords = 'a rate like 6/h is wanted';

/** Written `6/h`; read as a number an hour. */
export const rate = (about: string) =>
  wanted(rateWords)
    .regex(/^[1-9]\d{0,5}\/h$/, rateWords)
    .transform(written => Number.parseInt(written, 10))
    .describe(about);

export const date = (about: string) =>
  z.string().describe(`${about}: quoted, year first, "2026-12-31"`).register(marks, { kind: 'date' });

export const timeZone = (about: string) =>
  z.string().describe(`${about}: an IANA name like Europe/London`).register(marks, { kind: 'time-zone' });

/** https, or http to loopback; no name and password in it. */
export const webUrl = (about: string) => z.string().min(1).describe(about).register(marks, { kind: 'web-url' });

export const hashWords = 'the hash of a token is wanted: sha256: and 64 hexadecimal digits';

export const tokenHash = (about: string) =>
  z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, hashWords)
    .describe(about)
    .register(marks, { kind: 'hash' });

export const email = (about: string) => z.email('an e-mail address is wanted').describe(about);

export const modeList = (about: string) => z.array(z.enum(modes)).min(1).describe(about);

export const runbookPatterns = (about: string) =>
  z
    .array(z.string().register(marks, { kind: 'runbook-pattern' }))
    .min(1)
    .describe(`${about}; "*" stands for any text`);

/** A PEM file beside drillbook.yaml. */
export const caFile = z.strictObject({
  ca: text('A PEM file with the certificate authority to trust, from the folder of drillbook.yaml'),
});
