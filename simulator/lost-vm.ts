import { removeVm } from './power.ts';
import { tend } from './replication.ts';
import type { World } from './state.ts';

/** A VM vanishes from its hypervisor: the VPGs that protected it lose it, or are paused where others are left. */
export function loseVm(world: World, name: string): void {
  world.clock.settle();
  const now = world.clock.now();
  const vm = world.sites.flatMap(site => site.estate.vms).find(candidate => candidate.name === name);
  if (vm === undefined) throw new Error(`The simulation has no VM ${name}.`);
  removeVm(world, vm);
  for (const vpg of world.vpgs) {
    const rest = vpg.settings.Vms.filter(member => member.VmIdentifier !== vm.id);
    if (rest.length === vpg.settings.Vms.length) continue;
    if (rest.length === 0) vpg.settings = { ...vpg.settings, Vms: [] };
    else vpg.paused ??= { by: 'system', since: now };
    tend(world, vpg, now);
  }
}
