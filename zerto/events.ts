import * as z from 'zod';
import type { Caller } from './caller.ts';
import { asked, wordOf, wordOrNone } from './enums.ts';
import { eventCategories, eventEntities, eventTypes } from './enums-event.ts';
import { linkedId } from './links.ts';
import { segment } from './paths.ts';
import { fits, get, isWithin } from './reading.ts';
import type { Call } from './types.ts';
import { wordsWire } from './wire.ts';
import { eventWire } from './wire-evidence.ts';
import { type Raw, wireProjected } from './wire-value.ts';

export interface ZvmEvent {
  readonly id: string;
  /** ISO 8601. */
  readonly time: string;
  /** `FailOverTest`; a number that has no name here stays as `#72`. */
  readonly type: string;
  /** `Events`, `Alerts`. */
  readonly category: string;
  /** `VPG`, `VRA`, `Site`, `Unknown`. */
  readonly entity: string;
  readonly description: string;
  /** Undefined where the ZVM does not tell. */
  readonly succeeded: boolean | undefined;
  readonly help: string;
  /** `System` for the ZVM's own doing. */
  readonly user: string;
  readonly siteName: string;
  readonly vpgIds: readonly string[];
  readonly siteIds: readonly string[];
  readonly zorgIds: readonly string[];
  readonly alertIds: readonly string[];
  readonly raw: Raw;
}

/** All conditions must hold. Times: ISO 8601. */
export interface EventFilter {
  readonly from?: string;
  readonly to?: string;
  readonly vpgId?: string;
  readonly siteName?: string;
  readonly siteId?: string;
  readonly zorgId?: string;
  readonly type?: string;
  readonly entity?: string;
  readonly category?: string;
  readonly user?: string;
  readonly alertId?: string;
}

export interface Events {
  /** At most the last 1,000 that the ZVM has: a narrow filter reaches further back. Applied by the client as well as sent. */
  list(filter?: EventFilter, call?: Call): Promise<ZvmEvent[]>;
  get(id: string, call?: Call): Promise<ZvmEvent>;
  /** The ZVM's own lists of words. */
  types(call?: Call): Promise<string[]>;
  entities(call?: Call): Promise<string[]>;
  categories(call?: Call): Promise<string[]>;
}

export function createEvents(caller: Caller): Events {
  const words = (list: string) => (call?: Call) => caller.read(get(`events/${list}`, call), wordsWire);
  return {
    list: (filter, call) => listEvents(caller, filter, call),
    get: (id, call) => caller.read(get(`events/${segment(id)}`, call), event),
    types: words('types'),
    entities: words('entities'),
    categories: words('categories'),
  };
}

async function listEvents(caller: Caller, filter: EventFilter = {}, call?: Call): Promise<ZvmEvent[]> {
  const query = {
    startDate: filter.from,
    endDate: filter.to,
    vpgIdentifier: filter.vpgId,
    siteName: filter.siteName,
    siteIdentifier: filter.siteId,
    zorgIdentifier: filter.zorgId,
    eventType: asked(filter.type),
    entityType: asked(filter.entity),
    category: asked(filter.category),
    userName: filter.user,
    alertIdentifier: filter.alertId,
  };
  const events = await caller.read(get('events', call, query), z.array(event));
  return events.filter(each => isWanted(each, filter));
}

function isWanted(each: ZvmEvent, filter: EventFilter): boolean {
  const names = (ids: readonly string[], wanted: string | undefined) => wanted === undefined || ids.includes(wanted);
  return (
    isWithin(each.time, filter.from, filter.to) &&
    names(each.vpgIds, filter.vpgId) &&
    // Many events name no site and no organisation, and are of one all the same.
    (each.siteIds.length === 0 || names(each.siteIds, filter.siteId)) &&
    (each.zorgIds.length === 0 || names(each.zorgIds, filter.zorgId)) &&
    names(each.alertIds, filter.alertId) &&
    fits(each.siteName, filter.siteName) &&
    fits(each.type, filter.type) &&
    fits(each.entity, filter.entity) &&
    // 0 is the category of all.
    (filter.category === 'All' || fits(each.category, filter.category)) &&
    fits(each.user, filter.user)
  );
}

const event = wireProjected(eventWire, (wire, raw): ZvmEvent => {
  const related = wire.RelatedEntities;
  return {
    id: wire.EventIdentifier ?? linkedId(wire.Link),
    time: wire.OccurredOn,
    type: wordOf(eventTypes, wire.EventType),
    category: wordOrNone(eventCategories, wire.EventCategory),
    entity: wordOrNone(eventEntities, wire.EntityType),
    description: wire.Description,
    succeeded: wire.EventCompletedSuccessfully,
    help: wire.HelpLink,
    user: wire.UserName,
    siteName: wire.SiteName,
    vpgIds: (related?.Vpgs ?? []).map(linkedId),
    siteIds: (related?.Sites ?? []).map(linkedId),
    zorgIds: (related?.Zorgs ?? []).map(linkedId),
    alertIds: (related?.Alerts ?? []).map(linkedId),
    raw,
  };
});
