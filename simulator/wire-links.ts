import type { SiteState } from './state.ts';

/** The JSON that a Windows ZVM (9.7) at `site` answers: PascalCase, with the vendor's odd spellings. */

export const iso = (time: number): string => new Date(time).toISOString();
export const secondsOnly = (time: number): string => iso(time).replace(/\.\d+/, '');

export function link(site: SiteState, path: string, identifier: string, type: string) {
  return { identifier, href: `${site.url}/v1/${path}`, rel: null, type };
}

export function siteLink(site: SiteState, other: SiteState) {
  return other === site
    ? link(site, 'localsite', other.identifier, 'LocalSiteApi')
    : link(site, `peersites/${other.identifier}`, other.identifier, 'PeerSiteApi');
}

export const vpgLink = (site: SiteState, id: string) => link(site, `vpgs/${id}`, id, 'VpgApi');
