const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** `90s`, `15m`, `1h30m`, `2d` in ms; undefined for anything else. Units fall, each at most once. */
export function parseDuration(text: string): number | undefined {
  const parts = /^(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?$/.exec(text);
  if (parts === null || text === '') return undefined;
  return units.reduce((ms, [, size], i) => ms + Number(parts[i + 1] ?? 0) * size, 0);
}

/** ms as people write it: `5m12s`, `1h30m`, `2d`; below a second `350ms`, with a fraction only under ten seconds. */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms < 1_000) return ms === 0 ? '0s' : `${Math.round(ms)}ms`;
  if (ms < 10_000 && ms % 1_000 !== 0) return `${(Math.floor(ms / 100) / 10).toString()}s`;
  let rest = Math.floor(ms / 1_000) * 1_000;
  let text = '';
  for (const [unit, size] of units) {
    const n = Math.floor(rest / size);
    if (n > 0) text += `${n}${unit}`;
    rest -= n * size;
  }
  return text;
}
