import { z } from 'zod';
import { type Checkpoint, checkpoint, readCheckpoint } from './checkpoint.ts';

/**
 * Field kinds that the compiler must know beyond their JSON type. A kind stands in the schema's metadata under `kind`:
 * `duration`: written `90s`, `1h30m`; in the Plan a number of ms. `time`: ISO 8601 with an offset. `cel`: a bare
 * expression, in the Plan an expression template, at run time its value. `target`, `person`, `probe`, `secret`: a name
 * of drillbook.yaml. `vpg`: a VPG's name at the step's site. `checkpoint`: see checkpoint.ts.
 */
export const duration = () => z.number().int().positive().meta({ kind: 'duration' });
export const time = () => z.iso.datetime({ offset: true }).meta({ kind: 'time' });
export const vpgName = () => z.string().min(1).meta({ kind: 'vpg' });
export const targetName = () => z.string().min(1).meta({ kind: 'target' });
export const personName = () => z.string().min(1).meta({ kind: 'person' });
export const probeName = () => z.string().min(1).meta({ kind: 'probe' });
/** The value is an expression's; its own type is checked by `z.boolean()`. */
export const condition = () => z.boolean().meta({ kind: 'cel' });
export const port = () => z.number().int().min(1).max(65_535);
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

export const vmState = z.strictObject({ name: z.string(), running: z.boolean() });
