import { z } from 'zod';
import { type Checkpoint, checkpoint, readCheckpoint } from './checkpoint.ts';
import { secretKeys } from './secret.ts';

/**
 * Field kinds that the compiler must know beyond their JSON type. A kind stands in the schema's metadata under `kind`:
 * `duration`: written `90s`, `1h30m`; in the Plan a number of ms. `time`: ISO 8601 with an offset. `cel`: a bare
 * expression, in the Plan an expression template, at run time its value. `target`, `person` (a group too), `probe`,
 * `site`, `endpoint`, `command`, `secret`: a name of drillbook.yaml. `vpg`, `vm`: a name at the step's site.
 * `checkpoint`: see checkpoint.ts. `size`: text like `10GiB`. `json`: any value. Beside the kinds: `secret: true` marks
 * what may be `{ secret: NAME }`, `secret: 'only'` what must be, `secretKeys` the keys
 * of a map whose values must be (secret.ts); `exactlyOneOf`, `atMostOneOf` and `check` are an object's rules (rules.ts).
 * Every field of an input or output has its `description` on its outermost schema.
 */
export const duration = () => z.number().int().positive().meta({ kind: 'duration' });
/** A duration that may be zero: there is none of what it says. */
export const durationFromZero = () => z.number().int().nonnegative().meta({ kind: 'duration', zero: true });
export const time = () => z.iso.datetime({ offset: true }).meta({ kind: 'time' });
const name = (kind: string) =>
  z
    .string()
    .min(1)
    .refine(text => text.trim() !== '', 'a name is wanted, not only space')
    .meta({ kind });
export const vpgName = () => name('vpg');
export const vmName = () => name('vm');
export const targetName = () => name('target');
export const personName = () => name('person');
export const probeName = () => name('probe');
export const siteName = () => name('site');
export const endpointName = () => name('endpoint');
export const commandName = () => name('command');
/** The value is an expression's; its own type is checked by `z.boolean()`. */
export const condition = () => z.boolean().meta({ kind: 'cel' });
export const port = () => z.number().int().min(1).max(65_535);
export const size = () =>
  z
    .string()
    .regex(/^[1-9]\d{0,8}(MiB|GiB|%)$/, 'a size like 500MiB, 10GiB or 20% is wanted')
    .meta({ kind: 'size' });
export const json = () => z.json().meta({ kind: 'json' });
/** The same, sent to somebody: what its keys call a secret is one, at any depth, and any value may be one. */
export const jsonWithSecrets = () => z.json().meta({ kind: 'json', secretKeys });
/** A checkpoint, or the map by VPG name that `zerto/choose-checkpoints` gives (its VPG's entry is taken). */
export const checkpointField = () =>
  z.union([checkpoint, checkpointText, z.record(z.string(), checkpoint)]).meta({ kind: 'checkpoint' });

/** The string form, where an expression gave it: what stands in the file is read by the compiler. */
const checkpointText = z.string().transform((text, context): Checkpoint => {
  const read = readCheckpoint(text);
  if (read !== undefined) return read;
  context.addIssue(`"${text}" is no checkpoint: latest, tag:T, id:N or before:TIME`);
  return z.NEVER;
});

/** A time that the outputs tell: ms. */
export const span = () => z.number().meta({ kind: 'duration' });

export const vmState = z.strictObject({
  name: z.string().describe('Name of the VM at the recovery site.'),
  running: z.boolean().describe('Whether it is powered on.'),
});
