import type { Named } from '../types.ts';

export type Id = string | null | undefined;

/** An identifier by its name; where that was not read, or is not there any more, the identifier itself. */
export function nameOf(list: readonly Named[] | undefined, id: Id): string {
  return list?.find(item => item.id === id)?.name ?? id ?? '';
}
