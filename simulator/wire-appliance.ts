import { alertStatuses, type VpgStatus, type VpgSubStatus } from './enums.ts';
import type { Alert, Task } from './records.ts';
import type { SiteState, Vpg, World } from './state.ts';
import { endsOf } from './vpg.ts';

// What an appliance (10.x) tells beside what a Windows ZVM does (docs/zerto.md §11); names are those of its OpenAPI description.

/** These members of an appliance, none of a Windows ZVM. */
export function onAppliance<T extends object>(site: SiteState, members: () => T): Partial<T> {
  return site.spec.generation === 'appliance' ? members() : {};
}

/** An appliance names the ends of a VPG by other words than a Windows ZVM. */
export function endNamesOnWire(world: World, site: SiteState, vpg: Vpg) {
  const { protectedSite, recoverySite } = endsOf(world, vpg);
  const [from, to] = [protectedSite.spec.zertoName, recoverySite.spec.zertoName];
  return site.spec.generation === 'appliance'
    ? { ProtectedSiteName: from, RecoverySiteName: to }
    : { SourceSite: from, TargetSite: to };
}

export function vpgOnAppliance(site: SiteState, vpg: Vpg, status: VpgStatus, subStatus: VpgSubStatus) {
  return onAppliance(site, () => ({
    VpgDescription: '',
    VpgType: vpg.settings.Basic.VpgType,
    StatusDescription: status,
    SubStatusDescription: subStatus,
    AlertStatus: alertStatuses.indexOf(worstAlert(site, vpg.id)),
  }));
}

function worstAlert(site: SiteState, vpgId: string): 'Normal' | Alert['level'] {
  const levels = [...site.alerts.values()].filter(alert => alert.vpgIds.includes(vpgId)).map(({ level }) => level);
  return levels.includes('Error') ? 'Error' : (levels[0] ?? 'Normal');
}

export function localSiteOnAppliance(site: SiteState) {
  const { version } = site.spec;
  const [major = '', minor = '', update = ''] = version.split('.');
  return onAppliance(site, () => ({
    DisplayVersion: `${major}.${minor} U${Math.floor(Number(update) / 10)}`,
    ZvmApiVersion: version,
    SiteTypeVersion: '8.0',
    PlatformInformation: null,
    IsLoginBannerEnabled: false,
    LoginBanner: '',
  }));
}

/** How often a thing has changed. */
export function generationOf(site: SiteState, thing: Task | Alert) {
  const changed = 'dismissed' in thing ? thing.dismissed : thing.completed !== undefined;
  return onAppliance(site, () => ({ Generation: changed ? 2 : 1 }));
}
