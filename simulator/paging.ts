import { Refusal } from './refusal.ts';
import type { Call } from './router.ts';

/** The largest page that a report gives. */
const largestPage = 1000;

/** Where the page begins, and how long it is, that `pageNumber` (from 1) and `pageSize` ask for. */
export function pageOf(call: Call): { readonly start: number; readonly count: number } {
  const count = Math.min(wholeParameter(call, 'pageSize', largestPage), largestPage);
  return { start: (wholeParameter(call, 'pageNumber', 1) - 1) * count, count };
}

function wholeParameter(call: Call, name: string, fallback: number): number {
  const value = call.query(name);
  if (value === undefined || value === '') return fallback;
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new Refusal(400, `The value '${value}' is not valid for ${name}.`);
  return Number(value);
}
