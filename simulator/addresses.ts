import { addressOf } from './attachments.ts';
import type { Door } from './scenario.ts';
import type { SettingsDocument } from './settings-document.ts';
import type { SiteState, World } from './state.ts';

/** Where a connection through a door leads. */
export type Destination =
  | { readonly kind: 'port'; readonly port: Promise<number> }
  /** There is such an address, but nothing answers at it. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'unreachable' };

/** `host` is an address, or the name of a VM, as it is seen from behind the door of a site. */
export function findDestination(world: World, site: SiteState, door: Door, host: string, port: number): Destination {
  world.clock.settle();
  for (const guest of world.guests) {
    if (guest.site !== site.name) continue;
    const here = guest.legs.filter(leg => leg.door === door);
    if (!here.some(leg => leg.address === host || guest.name.toLowerCase() === host.toLowerCase())) continue;
    const listening = guest.port(port);
    return listening === undefined ? { kind: 'refused' } : { kind: 'port', port: listening };
  }
  return isKnown(world, site, door, host) ? { kind: 'refused' } : { kind: 'unreachable' };
}

/** Whether a VM of the site has, or would have after a test or a failover, this address or name behind the door. */
function isKnown(world: World, site: SiteState, door: Door, host: string): boolean {
  const name = host.toLowerCase();
  if (
    door === 'lan' &&
    site.estate.vms.some(vm => vm.name.toLowerCase() === name || vm.spec.nics.some(nic => nic.address === host))
  ) {
    return true;
  }
  return world.vpgs.some(
    ({ settings }) =>
      settings.Basic.RecoverySiteIdentifier === site.identifier &&
      settings.Vms.some(member => {
        const vm = world.estate.vmIdentified(member.VmIdentifier);
        if (vm?.name.toLowerCase() === name) return true;
        return addressesOf(settings, member.VmIdentifier, door, vm?.spec.nics ?? []).includes(host);
      }),
  );
}

function addressesOf(
  settings: SettingsDocument,
  vmId: string,
  door: Door,
  own: readonly { readonly name: string; readonly address: string }[],
): (string | undefined)[] {
  const nics = settings.Vms.find(vm => vm.VmIdentifier === vmId)?.Nics ?? [];
  return nics.map(nic => {
    const kept = own.find(candidate => candidate.name === nic.NicIdentifier)?.address;
    return addressOf(door === 'bubble' ? nic.FailoverTest : nic.Failover, kept);
  });
}
