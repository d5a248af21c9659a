// How the vendor's enums are read. The words themselves: enums-vpg.ts, enums-task.ts, enums-event.ts, enums-site.ts.

/** The vendor's word for a value: a number by its place, a word in the vendor's spelling; an unknown number is `#42`. */
export function wordOf(words: readonly string[], value: number | string): string {
  const number = typeof value === 'number' ? value : /^\d+$/.test(value) ? Number(value) : undefined;
  if (number !== undefined) return words[number] ?? `#${number}`;
  return words.find(word => plain(word) === plain(value as string)) ?? (value as string);
}

/** The same for a member that may be missing: empty then. */
export function wordOrNone(words: readonly string[], value: number | string | null | undefined): string {
  return value === null || value === undefined ? '' : wordOf(words, value);
}

/** What a ZVM is asked with: it takes the number or the word; `#42` stands for a number that we have no word for. */
export function asked(word: string | undefined): string | undefined {
  return word?.replace(/^#(?=\d+$)/, '');
}

/** For comparing words across versions: `Failover Test` and `FailoverTest` are the same. */
export function plain(word: string): string {
  return word.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
