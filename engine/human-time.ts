/** Times in which people were waited for (a paused run waits for them too) and no machine worked: kept in order, apart from each other. ms since 1970. */
export interface HumanTime {
  /** Such a time has begun and is not over. */
  since?: number;
  readonly spans: [from: number, to: number][];
}

/** To be told after each event whether people alone are waited for. */
export function watchHumanTime(time: HumanTime, at: number, onlyPeople: boolean): void {
  if (onlyPeople) {
    time.since ??= at;
    return;
  }
  if (time.since === undefined) return;
  const from = time.since;
  delete time.since;
  if (at <= from) return;
  const last = time.spans.at(-1);
  if (last?.[1] === from) last[1] = at;
  else time.spans.push([from, at]);
}

/** How much of it lies between two times, ms. */
export function humanTimeBetween(time: HumanTime, from: number, to: number): number {
  const spans = time.since === undefined ? time.spans : [...time.spans, [time.since, to] as const];
  return spans.reduce((sum, [begun, over]) => sum + Math.max(0, Math.min(over, to) - Math.max(begun, from)), 0);
}
