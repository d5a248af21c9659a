import { Refusal } from './refusal.ts';
import { type Call, json, type Route } from './router.ts';
import type { ServiceProfile, SiteState, Zorg } from './state.ts';

/** What cloud providers give their tenants; most scenarios have neither. */
export const zorgRoutes: readonly Route[] = [
  { method: 'GET', path: 'zorgs', handle: call => json(call.world.zorgs.map(zorg => zorgOnWire(call.site, zorg))) },
  {
    method: 'GET',
    path: 'zorgs/{id}',
    handle: call => json(zorgOnWire(call.site, found(call, 'Zorg', call.world.zorgs))),
  },
  {
    method: 'GET',
    path: 'serviceprofiles',
    handle: call => json(call.world.profiles.map(profile => profileOnWire(call.site, profile))),
  },
  {
    method: 'GET',
    path: 'serviceprofiles/{id}',
    handle: call => json(profileOnWire(call.site, found(call, 'Service profile', call.world.profiles))),
  },
];

function found<T extends { readonly id: string }>(call: Call, what: string, items: readonly T[]): T {
  const id = call.param('id');
  const item = items.find(candidate => candidate.id === id.toLowerCase());
  if (item === undefined) throw new Refusal(404, `${what} ${id} was not found.`);
  return item;
}

function zorgOnWire(site: SiteState, { id, name }: Zorg) {
  return {
    ZorgIdentifier: id,
    ZorgName: name,
    Link: { identifier: id, href: `${site.url}/v1/zorgs/${id}`, rel: null, type: 'ZorgApi' },
  };
}

function profileOnWire(site: SiteState, profile: ServiceProfile) {
  const { id } = profile;
  return {
    ServiceProfileIdentifier: id,
    ServiceProfileName: profile.name,
    Rpo: `${profile.rpoSeconds}`,
    History: `${profile.journalHours}`,
    TestInterval: `${profile.testIntervalMinutes}`,
    MaxJournalSizeInPercent: 0,
    JournalWarningThresholdInPercent: 0,
    Description: '',
    Link: { identifier: id, href: `${site.url}/v1/serviceprofiles/${id}`, rel: null, type: 'ServiceProfileApi' },
  };
}
