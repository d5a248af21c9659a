import { NotFound } from '../errors.ts';
import type { Zvm } from '../zvm.ts';
import type { Vpg } from '../vpgs.ts';

/** Undefined: it does not exist any more. */
export async function readVpgIfThere(zvm: Zvm, id: string, signal: AbortSignal): Promise<Vpg | undefined> {
  try {
    return await zvm.vpgs.get(id, { signal });
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}
