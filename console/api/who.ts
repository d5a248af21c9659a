import type { Context } from 'hono';
import type { Who } from '../deeds-place.ts';
import type { ConsoleEnv } from '../deps.ts';

/** Who asks, and from where. */
export function whoOf(context: Context<ConsoleEnv>): Who {
  return { caller: context.get('caller'), address: context.get('address') };
}
