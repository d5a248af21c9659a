import { z } from 'zod';
import { text } from './values.ts';

const path =
  'Read when it is used, from the folder of drillbook.yaml; its last line end is cut. Refused if others may read it.';

export const secret = z
  .union([
    z.strictObject({ env: text('The environment variable that holds it') }),
    z.strictObject({ file: text(path) }),
    z.strictObject({
      files: z.array(text(path)).min(1).describe('For rotation: each verifies, the first signs or encrypts'),
    }),
  ])
  .describe('Where the worker or the console reads it. Never the value itself.');
