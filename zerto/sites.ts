import * as z from 'zod';
import type { Caller } from './caller.ts';
import { asked, wordOf } from './enums.ts';
import { pairings } from './enums-site.ts';
import { segment } from './paths.ts';
import { fits, get } from './reading.ts';
import type { Call } from './types.ts';
import { orElse, type Raw, wireProjected } from './wire-value.ts';
import { wordsWire } from './wire.ts';
import { localSiteWire, peerSiteWire } from './wire-sites.ts';

export interface LocalSite {
  readonly identifier: string;
  readonly name: string;
  /** `9.7.40`. */
  readonly version: string;
  /** `VCenter`, `HyperV`, `VCD`. */
  readonly kind: string;
  readonly ipAddress: string;
  readonly utcOffsetMinutes: number;
  readonly raw: Raw;
}

export interface PeerSite {
  readonly identifier: string;
  readonly name: string;
  /** `Paired`, `Pairing`, `Unpaired`. */
  readonly pairing: string;
  readonly location: string;
  readonly hostName: string;
  /** 0 where the ZVM does not tell. */
  readonly port: number;
  readonly version: string;
  readonly kind: string;
  readonly raw: Raw;
}

/** All conditions must hold; the name minds its case. */
export interface PeerFilter {
  readonly name?: string;
  readonly pairing?: string;
  readonly location?: string;
  readonly hostName?: string;
  readonly port?: number;
}

export interface Sites {
  local(call?: Call): Promise<LocalSite>;
  /** Filters are applied by the client as well as sent, since a ZVM ignores parameters that it does not know. */
  peers(filter?: PeerFilter, call?: Call): Promise<PeerSite[]>;
  peer(identifier: string, call?: Call): Promise<PeerSite>;
  /** The ZVM's own list of words, in the order of their numbers. */
  pairingStatuses(call?: Call): Promise<string[]>;
}

export function createSites(caller: Caller): Sites {
  return {
    local: call => caller.read(get('localsite', call), localSite),
    async peers(filter = {}, call) {
      const query = {
        peerName: filter.name,
        pairingStatus: asked(filter.pairing),
        location: filter.location,
        hostName: filter.hostName,
        port: filter.port?.toString(),
      };
      const peers = await caller.read(get('peersites', call, query), z.array(peerSite));
      return peers.filter(
        peer =>
          (filter.name === undefined || peer.name === filter.name) &&
          fits(peer.pairing, filter.pairing) &&
          fits(peer.location, filter.location) &&
          fits(peer.hostName, filter.hostName) &&
          (filter.port === undefined || peer.port === 0 || peer.port === filter.port),
      );
    },
    pairingStatuses: call => caller.read(get('peersites/pairingstatuses', call), wordsWire),
    peer: (identifier, call) => caller.read(get(`peersites/${segment(identifier)}`, call), peerSite),
  };
}

const localSite = wireProjected(
  localSiteWire,
  (site, raw): LocalSite => ({
    identifier: site.SiteIdentifier,
    name: site.SiteName,
    version: site.Version,
    kind: site.SiteType,
    ipAddress: site.IpAddress,
    utcOffsetMinutes: orElse(site.UtcOffsetInMinutes, 0),
    raw,
  }),
);

const peerSite = wireProjected(
  peerSiteWire,
  (site, raw): PeerSite => ({
    identifier: site.SiteIdentifier,
    name: site.PeerSiteName,
    pairing: wordOf(pairings, site.PairingStatus),
    location: site.Location,
    hostName: site.HostName,
    port: orElse(site.Port, 0),
    version: site.Version,
    kind: site.SiteType,
    raw,
  }),
);
