import type { Coming } from './coming.ts';

/** What is to be said of a coming time; empty: it happens as it stands there. */
export function marksOf({ gap, repeated, blackout }: Coming): readonly string[] {
  return [
    ...(gap === true ? ['does not happen: the clocks leap over it'] : []),
    ...(repeated === true ? ['at the second pass of the repeated hour'] : []),
    ...(blackout === undefined ? [] : [markOf(blackout)]),
  ];
}

function markOf({ calendar, until, partly }: NonNullable<Coming['blackout']>): string {
  const what = partly === true ? 'may not start: partly in' : 'not started:';
  return `${what} blackout ${calendar}, until ${new Date(until).toISOString().slice(0, 16).replace('T', ' ')}Z`;
}

/** Whether a drill begins then, or may. */
export const happens = ({ gap, blackout }: Coming): boolean =>
  gap !== true && (blackout === undefined || blackout.partly === true);
