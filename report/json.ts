import type { Journal } from './journal.ts';

/**
 * The journal as JSON text, indented, ending in a line end. Keys are sorted at every depth, so that the same journal
 * always gives the same bytes.
 */
export function renderJson(journal: Journal): string {
  return `${JSON.stringify(sortKeys(journal), undefined, 2)}\n`;
}

/** Any JSON value as one line, keys sorted, for a cell of a table; text as it stands. */
export function renderValue(value: unknown): string {
  return typeof value === 'string' ? value : stringify(value);
}

/** Any JSON value over several lines, keys sorted. */
export function renderBlock(value: unknown): string {
  return stringify(value, 2);
}

function stringify(value: unknown, indent?: number): string {
  return value === undefined ? '' : JSON.stringify(sortKeys(value), undefined, indent);
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, sortKeys(inner)] as const);
  // Object.fromEntries defines its keys, so a key "__proto__" stays a key.
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
