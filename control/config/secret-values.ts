/** Values of secrets that this process has read: a log must not hold one, wherever it comes from. */
const values = new Set<string>();

/** A shorter one would be found in ordinary words. */
const leastCharacters = 4;

/** To be told each secret that is read. */
export function noteSecretValue(value: string): void {
  // A key file has lines; one of them may stand alone.
  for (const part of [value, ...value.split(/\r?\n/)])
    if (part.trim().length >= leastCharacters) values.add(part.trim());
}

/** Text, or JSON, without the values of secrets. */
export function maskSecretValues(text: string): string {
  let masked = text;
  // The longest first: one may be the beginning of another.
  for (const value of [...values].sort((a, b) => b.length - a.length))
    for (const form of new Set([value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)]))
      masked = masked.replaceAll(form, '[secret]');
  return masked;
}
