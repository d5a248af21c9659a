import type { Context } from 'hono';
import { type About, accessOf, refusalOf } from '../../control/access/caller.ts';
import type { ConsoleDeps, ConsoleEnv } from '../deps.ts';
import { problemOf } from '../problem.ts';

/** A long history is sent in many pieces: so rarely is the door looked at between two, ms. */
const goodForMs = 1_000;

/** Why a stream must end, a sentence; undefined: whoever opened it may still have it. `anew`: what was found a moment ago will not do. */
export type Door = (anew?: boolean) => Promise<string | undefined>;

/**
 * For what stays open longer than a request. The session, the token, the role: each may end meanwhile, and is looked at again, by
 * drillbook.yaml as it stands then. It lengthens no session. `about`: what the stream shows.
 */
export function doorOf(
  deps: Pick<ConsoleDeps, 'readConfig' | 'clock'>,
  context: Context<ConsoleEnv>,
  about?: About,
): Door {
  let looked = -Infinity;
  let why: string | undefined;
  return async (anew = false) => {
    const now = deps.clock();
    if (why === undefined && (anew || now - looked >= goodForMs)) {
      why = await whyShut(deps, context, about);
      looked = now;
    }
    return why;
  };
}

async function whyShut(
  { readConfig }: Pick<ConsoleDeps, 'readConfig'>,
  context: Context<ConsoleEnv>,
  about: About | undefined,
): Promise<string | undefined> {
  try {
    const config = await readConfig();
    const caller = await context.get('again')(config);
    if (caller === undefined) return 'You are signed in no longer: your session or your token has ended.';
    context.set('caller', caller);
    return about === undefined ? undefined : refusalOf(accessOf(config), caller, 'see', about);
  } catch (error) {
    return problemOf(error)?.detail ?? 'Whether you may see this cannot be found out.';
  }
}
