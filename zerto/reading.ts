import type { HttpRequest } from './http-request.ts';
import type { Call } from './types.ts';

/**
 * The request of a read.
 * @param path below /v1/
 */
export function get(
  path: string,
  { signal, xml }: Call = {},
  query?: Readonly<Record<string, string | undefined>>,
): HttpRequest {
  return { method: 'GET', path, signal, xml, ...(query !== undefined && { query }) };
}

/**
 * Whether something fits a filter's text. The client filters too, since a ZVM ignores parameters that it does not know;
 * what the ZVM does not state cannot be judged here and is left to it.
 */
export function fits(stated: string, wanted: string | undefined): boolean {
  return wanted === undefined || stated === '' || stated === wanted;
}

/**
 * Whether a time lies within bounds, all ISO 8601. To the second, since a ZVM may cut the fraction off; a time that
 * cannot be read hides nothing.
 */
export function isWithin(time: string | undefined, from: string | undefined, to: string | undefined): boolean {
  const at = Date.parse(time ?? '');
  const first = from === undefined ? Number.NEGATIVE_INFINITY : toSecond(from);
  const last = to === undefined ? Number.POSITIVE_INFINITY : toSecond(to) + 999;
  return !(at < first) && !(at > last);
}

function toSecond(time: string): number {
  return Math.floor(Date.parse(time) / 1000) * 1000;
}
