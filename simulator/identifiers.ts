import { createHash } from 'node:crypto';

export const zeroGuid = '00000000-0000-0000-0000-000000000000';

/** A guid that depends on its words alone, so that a scenario has the same identifiers at every start. */
export function guidOf(...words: readonly string[]): string {
  const hex = createHash('sha256').update(words.join('\0')).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
