import { Refusal } from './refusal.ts';
import type { Route } from './router.ts';
import { samplePeriod, samplesAt } from './resource-samples.ts';
import type { SiteState, World } from './state.ts';

/** What a ZVM tells to everybody (docs/zerto.md §1a). */
export type OpenReply = { readonly json: unknown } | { readonly html: string };

/** The answer to a request that needs no session; undefined: it needs one, or there is no such thing. */
export function answerOpenly(
  world: World,
  site: SiteState,
  routes: readonly Route[],
  method: string,
  segments: readonly string[],
  query: string,
): OpenReply | undefined {
  if (method !== 'GET') return undefined;
  const path = segments.map(segment => segment.toLowerCase());
  switch (path.join('/')) {
    case 'v1':
      return { json: apiList(site, routes) };
    case 'zvmservice/resourcesreport/getsamples':
    case 'zvmservice/resourcesreport/getsampleswithfilter':
      return { json: oldSamples(world, site, new URLSearchParams(query.toLowerCase())) };
  }
  const [version, resource, last] = path;
  if (version !== 'v1' || last !== 'help' || path.length !== 3 || resource === undefined) return undefined;
  const own = routes.filter(route => route.path.split('/')[0] === resource);
  // Without such a resource the path may be that of something with an identifier.
  return own.length === 0 ? undefined : { html: helpPage(site, resource, own) };
}

function apiList(site: SiteState, routes: readonly Route[]) {
  const names = [...new Set(routes.map(route => route.path.split('/')[0] ?? ''))];
  return names.map(name => ({ href: `${site.url}/v1/${name}`, rel: name, type: 'Api' }));
}

/** A page like those of the .NET framework: what can be asked for, and how. */
function helpPage(site: SiteState, resource: string, routes: readonly Route[]): string {
  const rows = routes.map(({ method, path }) => `<tr><td>${site.url}/v1/${path}</td><td>${method}</td></tr>`);
  const title = `Operations at ${site.url}/v1/${resource}`;
  return [
    `<!DOCTYPE html><html><head><title>${title}</title></head>`,
    `<body><h1>${title}</h1><table><tr><th>Uri</th><th>Method</th></tr>`,
    ...rows,
    '</table></body></html>',
  ].join('\n');
}

const largestCount = 500;

/** The report service that is older than /v1/: times are mandatory and have no zone. */
function oldSamples(world: World, site: SiteState, query: URLSearchParams): unknown[] {
  const from = timeOf(query, 'fromtimestring');
  const to = timeOf(query, 'totimestring');
  const start = wholeOf(query, 'startindex', 0);
  const count = Math.min(wholeOf(query, 'count', largestCount), largestCount);
  return samplesAt(world, site, samplePeriod(world, from, to))(start, count);
}

function timeOf(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? '';
  const [, day, clock = '00:00:00'] = /^(\d{4}-\d\d-\d\d)(?:[ t](\d\d:\d\d:\d\d))?/.exec(text) ?? [];
  const time = day === undefined ? NaN : Date.parse(`${day}T${clock}Z`);
  if (Number.isNaN(time)) throw new Refusal(400, `The value '${text}' is not valid for ${name}.`);
  return time;
}

function wholeOf(query: URLSearchParams, name: string, fallback: number): number {
  const text = query.get(name);
  if (text === null || text === '') return fallback;
  if (!/^\d{1,9}$/.test(text)) throw new Refusal(400, `The value '${text}' is not valid for ${name}.`);
  return Number(text);
}
