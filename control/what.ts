import type { Template } from '../compiler/plan.ts';

/** What a step touches, in a few words, where its `with` says so before the run: a VPG, an address, a page. Else empty. */
export function whatItTouches(given: Template | undefined): string {
  const [vpg, vpgs, host, port, url] = ['vpg', 'vpgs', 'host', 'port', 'url'].map(key => valueOf(given, key));
  if (typeof vpg === 'string') return vpg;
  if (isList(vpgs) && vpgs.length > 0) return vpgs.length > 4 ? `${vpgs.length} VPGs` : vpgs.join(', ');
  if (typeof host === 'string') return typeof port === 'number' ? `${host}:${port}` : host;
  return typeof url === 'string' ? url : '';
}

/** Whom a step asks or tells: the voters of an approval and its choices, an assignee, a target. Else empty. */
export function whomItAsks(given: Template | undefined): string {
  const [from, count, choices, assignee, to] = ['from', 'count', 'choices', 'assignee', 'to'].map(key =>
    valueOf(given, key),
  );
  if (isList(from)) {
    const asked = typeof count === 'number' && count > 1 ? `${count} of ${from.join(', ')}` : from.join(', ');
    return isList(choices) && choices.length > 1 ? `${asked}: ${choices.join(' or ')}` : asked;
  }
  if (typeof assignee === 'string') return assignee;
  return isList(to) ? `to ${to.join(', ')}` : typeof to === 'string' ? `to ${to}` : '';
}

/** A field of a `with`, where it is known before the run. */
export function valueOf(given: Template | undefined, key: string): unknown {
  if (given === undefined) return undefined;
  if ('lit' in given) return (given.lit as Readonly<Record<string, unknown>> | null)?.[key];
  if (!('map' in given)) return undefined;
  const field = given.map[key];
  return field !== undefined && 'lit' in field ? field.lit : undefined;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
