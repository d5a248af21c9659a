import type { Template } from '../compiler/plan.ts';

/** What a step touches, in a few words, where its `with` says so before the run: a VPG, an address, a page. Else empty. */
export function whatItTouches(given: Template | undefined): string {
  const value = (key: string): unknown => {
    if (given === undefined) return undefined;
    if ('lit' in given) return (given.lit as Readonly<Record<string, unknown>> | null)?.[key];
    if (!('map' in given)) return undefined;
    const field = given.map[key];
    return field !== undefined && 'lit' in field ? field.lit : undefined;
  };
  const [vpg, vpgs, host, port, url] = ['vpg', 'vpgs', 'host', 'port', 'url'].map(value);
  if (typeof vpg === 'string') return vpg;
  if (Array.isArray(vpgs) && vpgs.length > 0) return vpgs.length > 4 ? `${vpgs.length} VPGs` : vpgs.join(', ');
  if (typeof host === 'string') return typeof port === 'number' ? `${host}:${port}` : host;
  return typeof url === 'string' ? url : '';
}
