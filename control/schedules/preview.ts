import { cronTimes } from '../../compiler/triggers/cron-times.ts';
import type { ScheduleDraft } from '../../compiler/model.ts';
import type { FindBlackout } from './calendars.ts';
import type { Coming } from './coming.ts';
import { offsetsOf } from '../../compiler/triggers/zone.ts';
import { happens } from './marks.ts';

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
