import * as z from 'zod';
import type { Caller } from './caller.ts';
import { linkedId } from './links.ts';
import { segment } from './paths.ts';
import { get } from './reading.ts';
import type { Call, Named } from './types.ts';
import { serviceProfileWire } from './wire-sites.ts';
import { orElse, type Raw, wireProjected } from './wire-value.ts';

/** What a provider sells as one: RPO, journal and test interval. These three are texts whose form no source tells. */
export interface ServiceProfile extends Named {
  readonly description: string;
  readonly rpo: string;
  readonly history: string;
  readonly testInterval: string;
  /** Per cent; 0 where the ZVM does not tell. */
  readonly journalLimitPercent: number;
  readonly journalWarningPercent: number;
  readonly raw: Raw;
}

export interface ServiceProfiles {
  /** `siteId`: those that hold at one site. The answer does not tell its site, so the ZVM alone filters. */
  list(filter?: { readonly siteId?: string }, call?: Call): Promise<ServiceProfile[]>;
  get(id: string, call?: Call): Promise<ServiceProfile>;
}

export function createServiceProfiles(caller: Caller): ServiceProfiles {
  return {
    list({ siteId } = {}, call) {
      // The second name is the one of older versions; a ZVM ignores the one that it does not know.
      const query = { siteIdentifier: siteId, site: siteId };
      return caller.read(get('serviceprofiles', call, query), z.array(profile));
    },
    get: (id, call) => caller.read(get(`serviceprofiles/${segment(id)}`, call), profile),
  };
}

const profile = wireProjected(
  serviceProfileWire,
  (wire, raw): ServiceProfile => ({
    id: wire.ServiceProfileIdentifier ?? linkedId(wire.Link),
    name: wire.ServiceProfileName,
    description: wire.Description,
    rpo: wire.Rpo,
    history: wire.History,
    testInterval: wire.TestInterval,
    journalLimitPercent: orElse(wire.MaxJournalSizeInPercent, 0),
    journalWarningPercent: orElse(wire.JournalWarningThresholdInPercent, 0),
    raw,
  }),
);
