import type { Caller } from './caller.ts';
import { isUnsettled, vpgStatusOf, vpgStatuses } from './enums-vpg.ts';
import { NotFound, NotUnderstood, Refused } from './errors.ts';
import { get } from './reading.ts';
import type { Call } from './types.ts';
import { wordsWire } from './wire.ts';

/** A VpgStatus as it came. */
export interface StatusWire {
  readonly Status: number | string;
  readonly StatusDescription?: string | null | undefined;
}

/** How this ZVM numbers VpgStatus 3 and 4, which sources disagree about: asked once, and only when it matters. */
export interface Statuses {
  /** A reader of statuses that is right for these. */
  readerFor(
    caller: Caller,
    statuses: readonly StatusWire[],
    call?: Pick<Call, 'signal'>,
  ): Promise<(status: StatusWire) => string>;
}

export function createStatuses(): Statuses {
  let own: readonly string[] | undefined;
  return {
    async readerFor(caller, statuses, { signal } = {}) {
      const unsettled = statuses.some(status => isUnsettled(status.Status, status.StatusDescription));
      if (unsettled) own ??= await readStatuses(caller, signal);
      return status => vpgStatusOf(status.Status, status.StatusDescription, own);
    },
  };
}

/** A ZVM that does not have the list leaves it at what most sources say; one that is away is no answer, so it throws. */
async function readStatuses(caller: Caller, signal: AbortSignal | undefined): Promise<readonly string[]> {
  try {
    return await caller.read(get('vpgs/statuses', signal === undefined ? {} : { signal }), wordsWire);
  } catch (error) {
    const silent = error instanceof NotFound || error instanceof Refused || error instanceof NotUnderstood;
    if (silent) return vpgStatuses;
    throw error;
  }
}
