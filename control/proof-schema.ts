import { z } from 'zod';

/** A signature (actions/proof.ts), as it comes from outside. Whether it is good is not said by its shape. */
export const proofSchema = z.strictObject({
  key: z.string(),
  at: z.string(),
  signature: z.string(),
  groups: z.array(z.string()).exactOptional(),
});
