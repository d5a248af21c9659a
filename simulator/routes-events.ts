import { vpgsSeenBy } from './connection.ts';
import { eventCategories, eventEntities, eventTypes } from './enums-event.ts';
import { Refusal } from './refusal.ts';
import { asksFor, asksForText, type Call, json, type Reply, type Route, timeParameter } from './router.ts';
import type { ZvmEvent } from './records.ts';
import { siteIdentified } from './state.ts';
import { nameOf } from './vpg.ts';
import { eventOnWire } from './wire-evidence.ts';

export const eventRoutes: readonly Route[] = [
  { method: 'GET', path: 'events', handle: listEvents },
  { method: 'GET', path: 'events/{event}', handle: getEvent },
];

/** Documented. */
const mostEvents = 1000;

const eventsOf = (call: Call): ZvmEvent[] =>
  call.world.events.filter(event => event.siteIds.includes(call.site.identifier));

function listEvents(call: Call): Reply {
  const from = timeParameter(call, 'startDate') ?? -Infinity;
  const to = timeParameter(call, 'endDate') ?? Infinity;
  const vpgId = call.query('vpgIdentifier')?.toLowerCase();
  const alertId = call.query('alertIdentifier')?.toLowerCase();
  const siteId = call.query('siteIdentifier')?.toLowerCase();
  // `vpg` and `eventCategory` are the older names.
  const vpgName = call.query('vpg')?.toLowerCase();
  const named = vpgsSeenBy(call.world, call.site).find(vpg => nameOf(vpg).toLowerCase() === vpgName);
  const category = call.query('category') === undefined ? 'eventCategory' : 'category';
  const found = eventsOf(call).filter(
    event =>
      event.time >= from &&
      event.time <= to &&
      (vpgId === undefined || event.vpgIds.includes(vpgId)) &&
      (vpgName === undefined || (named !== undefined && event.vpgIds.includes(named.id))) &&
      (alertId === undefined || event.alertId === alertId) &&
      (siteId === undefined || event.siteIds.includes(siteId)) &&
      asksForText(call, 'siteName', siteIdentified(call.world, event.siteIds[0] ?? '')?.spec.zertoName ?? '') &&
      asksForText(call, 'userName', event.by) &&
      asksFor(call, 'eventType', eventTypes, eventTypes.indexOf(event.type)) &&
      asksFor(call, 'entityType', eventEntities, eventEntities.indexOf(event.entity)) &&
      (asksFor(call, category, eventCategories, eventCategories.indexOf(event.category)) ||
        ['0', 'all'].includes(call.query(category)?.toLowerCase() ?? '')),
  );
  found.sort((a, b) => a.time - b.time);
  return json(found.slice(-mostEvents).map(event => eventOnWire(call.world, call.site, event)));
}

function getEvent(call: Call): Reply {
  const id = call.param('event');
  const event = eventsOf(call).find(candidate => candidate.id === id.toLowerCase());
  if (event === undefined) throw new Refusal(404, `Event ${id} was not found.`);
  return json(eventOnWire(call.world, call.site, event));
}
