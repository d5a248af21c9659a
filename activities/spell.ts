export { spellDuration } from '../zerto/settings/spell.ts';

/** `a`, `a and b`, `a, b and c`; at most `most` of them by name. */
export function spellList(items: readonly string[], most = 8): string {
  const shown = items.length > most ? [...items.slice(0, most), `${items.length - most} more`] : [...items];
  const last = shown.pop() ?? 'nothing';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}
