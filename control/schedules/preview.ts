import { cronTimes } from '../../compiler/triggers/cron-times.ts';
import type { ScheduleDraft } from '../../compiler/model.ts';
import type { Blackout, FindBlackout } from './calendars.ts';
import { offsetsOf } from '../../compiler/triggers/zone.ts';
import { happens } from './marks.ts';

/** A coming time of a schedule. Times: ms since 1970. */
export interface Coming {
  /** Where the clocks leap over it: the moment at which they do. */
  readonly at: number;
  /** As the zone's clocks show it: `2027-03-28T01:30`. */
  readonly local: string;
  /** The zone's offset then: `+01:00`. */
  readonly offset: string;
  /** The clocks leap over it: it does not happen. */
  readonly gap?: true;
  /** The clocks show it twice: it happens at the second pass. */
  readonly repeated?: true;
  /** It does not start. `partly`: some of the span of a surprise is in it. */
  readonly blackout?: Blackout & { readonly partly?: true };
  /** It begins at some time up to here: a surprise, or jitter. */
  readonly until?: number;
}

/** Of a schedule, what its coming times are made of. */
export type Times = Pick<ScheduleDraft, 'cron' | 'timeZone' | 'blackouts' | 'withinMs' | 'jitterMs'>;

/** Some crons fire once in decades; no further than this. */
const farMs = 60 * 366 * 86_400_000;

/** The next `count` times from a moment on that happen, with those between them that do not. */
export function comingTimes(
  { cron, timeZone, blackouts, withinMs = 0, jitterMs }: Times,
  from: number,
  count: number,
  findBlackout: FindBlackout,
): readonly Coming[] {
  const offsetAt = offsetsOf(timeZone);
  const late = withinMs + jitterMs;
  const found: Coming[] = [];
  let happen = 0;
  for (const time of cronTimes(cron, timeZone, from, from + farMs)) {
    const { at } = time;
    const blackout = time.gap === true ? undefined : blackoutIn(at, late);
    const coming: Coming = {
      ...time,
      offset: spellOffset(offsetAt(at)),
      ...(late > 0 && { until: at + late }),
      ...(blackout === undefined ? {} : { blackout }),
    };
    found.push(coming);
    if (happens(coming)) happen++;
    if (happen === count || found.length === count * 20) break;
  }
  return found;

  function blackoutIn(at: number, lasts: number): Coming['blackout'] {
    const blackout = findBlackout(blackouts, timeZone, { from: at, to: at + lasts });
    if (blackout === undefined || lasts === 0) return blackout;
    const whole = findBlackout(blackouts, timeZone, { from: at, to: at }) !== undefined && blackout.until >= at + lasts;
    return whole ? blackout : { ...blackout, partly: true };
  }
}

function spellOffset(ms: number): string {
  const minutes = Math.abs(ms) / 60_000;
  const two = (n: number): string => `${Math.floor(n)}`.padStart(2, '0');
  return `${ms < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}
