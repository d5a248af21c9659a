import { areConnected, pairName } from './connection.ts';
import { resynchronise, tend } from './replication.ts';
import { type SiteState, siteNamed, type Vpg, type World } from './state.ts';
import { endsOf } from './vpg.ts';

/** Its ZVM does not answer any more, neither clients nor its peers. Its VMs run on. */
export function silence(world: World, name: string): void {
  const now = settled(world);
  const site = siteNamed(world, name);
  site.silentSince ??= now;
  for (const vpg of vpgsOf(world, site)) tend(world, vpg, now);
}

/** It answers again; what it missed is synchronised. */
export function wake(world: World, name: string): void {
  const site = siteNamed(world, name);
  reconnect(world, () => {
    site.silentSince = undefined;
  });
}

/** Both answer, but do not reach each other. */
export function cut(world: World, one: string, other: string): void {
  const now = settled(world);
  world.cuts.add(pairName(siteNamed(world, one), siteNamed(world, other)));
  for (const vpg of world.vpgs) tend(world, vpg, now);
}

export function heal(world: World, one: string, other: string): void {
  reconnect(world, () => world.cuts.delete(pairName(siteNamed(world, one), siteNamed(world, other))));
}

/** A ZVM that is started again forgets sessions and settings objects; tasks go on. */
export function restart(site: SiteState): void {
  site.sessions.clear();
  site.settings.clear();
}

function reconnect(world: World, change: () => void): void {
  const now = settled(world);
  const apart = world.vpgs.filter(vpg => !together(world, vpg));
  change();
  for (const vpg of apart) if (together(world, vpg)) resynchronise(world, vpg, now);
  for (const vpg of apart) tend(world, vpg, now);
}

function together(world: World, vpg: Vpg): boolean {
  const { protectedSite, recoverySite } = endsOf(world, vpg);
  return areConnected(world, protectedSite, recoverySite);
}

function vpgsOf(world: World, site: SiteState): Vpg[] {
  return world.vpgs.filter(vpg => Object.values(endsOf(world, vpg)).includes(site));
}

function settled(world: World): number {
  world.clock.settle();
  return world.clock.now();
}
