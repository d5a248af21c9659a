import type { Queues } from '../engine/queues.ts';
import { callsQueue, waitsQueue } from './names.ts';

/** What decides on an activity's task queue. */
export interface Errand {
  /** It is about this site's ZVM. */
  readonly site?: string | undefined;
  /** It looks from there. */
  readonly probe?: string | undefined;
  readonly waits: boolean;
}

/**
 * The task queue of an activity; undefined: the workflow's own, which alone has eager dispatch. A run that was started
 * before there were queues has one for everything.
 * @param main the workflow's own
 */
export function queueOf(main: string, queues: Queues | undefined, { site, probe, waits }: Errand): string | undefined {
  if (queues === undefined) return undefined;
  const own = lookUp(queues.probes, probe) ?? lookUp(queues.sites, site);
  if (own !== undefined) return waits ? waitsQueue(own) : callsQueue(own);
  return waits ? waitsQueue(main) : undefined;
}

/** The errand of an action's call: only what talks to a ZVM is bound to its site; a check goes where it looks from. */
export function errandOf(
  call: { readonly action: string; readonly site: string; readonly via?: string; readonly with: object },
  waits: boolean,
): Errand {
  if (call.action.startsWith('zerto/')) return { site: call.site, waits };
  const { via = call.via } = call.with as { readonly via?: unknown };
  return { waits, ...(typeof via === 'string' ? { probe: via } : {}) };
}

function lookUp(names: Readonly<Record<string, string>>, name: string | undefined): string | undefined {
  return name !== undefined && Object.hasOwn(names, name) ? names[name] : undefined;
}
