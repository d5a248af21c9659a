import type { EntityType } from './enums.ts';
import type { Journal } from './journal.ts';
import type { Platform } from './scenario.ts';
import type { SettingsDocument } from './settings-document.ts';
import { type SiteState, siteIdentified, type Vpg, type World } from './state.ts';

export function createVpg(id: string, settings: SettingsDocument, journal: Journal): Vpg {
  return {
    id,
    journal,
    settings,
    lastTest: undefined,
    test: undefined,
    updating: false,
    deleting: false,
    operation: undefined,
    clone: undefined,
    retention: undefined,
    sync: undefined,
    paused: undefined,
    trouble: undefined,
    recovered: undefined,
  };
}

export const nameOf = (vpg: Vpg): string => vpg.settings.Basic.Name;
export const historyMsOf = (vpg: Vpg): number => vpg.settings.Basic.JournalHistoryInHours * 3_600_000;

/** Both ends; a VPG of the simulation always has both. */
export function endsOf(
  world: World,
  vpg: Vpg,
): { readonly protectedSite: SiteState; readonly recoverySite: SiteState } {
  const { ProtectedSiteIdentifier, RecoverySiteIdentifier } = vpg.settings.Basic;
  const protectedSite = siteIdentified(world, ProtectedSiteIdentifier);
  const recoverySite = siteIdentified(world, RecoverySiteIdentifier);
  if (protectedSite === undefined || recoverySite === undefined) throw new Error(`VPG ${nameOf(vpg)} lacks a site.`);
  return { protectedSite, recoverySite };
}

/** Who asks for something, at which ZVM; `failure` and `slowerMs` are set by a fault. */
export interface Order {
  readonly site: SiteState;
  readonly by: string;
  readonly failure: string | undefined;
  readonly slowerMs?: number;
}

/** What every task of a VPG has in common. */
export function taskOf(world: World, vpg: Vpg, order: Order) {
  const { protectedSite, recoverySite } = endsOf(world, vpg);
  return {
    vpgId: vpg.id,
    site: order.site,
    siteIds: [protectedSite.identifier, recoverySite.identifier],
    by: order.by,
    failure: order.failure,
    slowerMs: order.slowerMs ?? 0,
  };
}

const entities = { VCenter: 'VCVpg', SCVMM: 'HyperV', VCD: 'VCDvApp' } as const satisfies Record<Platform, EntityType>;
export const entityOf = (site: SiteState): EntityType => entities[site.estate.platform];
