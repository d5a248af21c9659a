import type { Vm } from './estate.ts';
import { powerOnGuest } from './guests.ts';
import type { Power, World } from './state.ts';

/** A VM of which nothing else is known is on, and does not listen. */
const powerOf = (world: World, vm: Vm): Power =>
  world.power.get(vm) ?? { on: true, listens: world.choices.productionListens, guest: undefined };

export const isOn = (world: World, vm: Vm): boolean => powerOf(world, vm).on;

export function powerOff(world: World, vm: Vm): void {
  const power = powerOf(world, vm);
  power.guest?.powerOff();
  world.power.set(vm, { ...power, on: false, guest: undefined });
}

/** At `time`: where it stands, with its own addresses. */
export function powerOn(world: World, vm: Vm, time: number): void {
  const power = powerOf(world, vm);
  if (power.guest !== undefined) return;
  const { networks } = world.estate.site(vm.spec.site);
  const legs = vm.spec.nics.flatMap(nic => {
    const network = networks.find(candidate => candidate.name === nic.network);
    return network === undefined ? [] : [{ door: network.door, address: nic.address }];
  });
  const guest = power.listens ? powerOnGuest(world, vm.spec.site, vm.spec, legs, time) : undefined;
  world.power.set(vm, { ...power, on: true, guest });
}

/** Takes it out of the inventory. */
export function removeVm(world: World, vm: Vm): void {
  powerOff(world, vm);
  world.power.delete(vm);
  world.estate.removeVm(vm);
}
