import { isConnected } from './connection.ts';
import type { ShutdownPolicy } from './enums.ts';
import type { Vm } from './estate.ts';
import { isOn, powerOff, powerOn } from './power.ts';
import { resynchronise, tend } from './replication.ts';
import type { Recovery, Vpg, World } from './state.ts';
import { endsOf } from './vpg.ts';

/** How much longer the task takes for it, and with which words it fails. */
interface Shutdown {
  readonly ms: number;
  readonly failure: string | undefined;
}

/** Powers the source VMs off as the policy says: at once with guest tools, else by force after a wait, or not at all. */
export function planShutdown(world: World, vpg: Vpg, operation: Recovery, policy: ShutdownPolicy): Shutdown {
  const { protectedSite } = endsOf(world, vpg);
  if (policy === 'None') return { ms: 0, failure: undefined };
  if (!isConnected(world, vpg)) {
    return {
      ms: 0,
      failure: `Virtual machines at ${protectedSite.spec.zertoName} cannot be shut down: not connected.`,
    };
  }
  const sources = sourcesOf(world, operation).filter(vm => isOn(world, vm));
  const stubborn = sources.filter(vm => vm.spec.guestTools === false);
  if (policy === 'Shutdown' && stubborn.length > 0) {
    const names = stubborn.map(vm => vm.name).join(', ');
    return { ms: 0, failure: `Failed to shut down ${names}: guest tools are not running.` };
  }
  const stop = (vms: readonly Vm[]): void => {
    for (const vm of vms) {
      powerOff(world, vm);
      operation.stopped.push(vm);
    }
  };
  stop(sources.filter(vm => !stubborn.includes(vm)));
  if (stubborn.length === 0) return { ms: 0, failure: undefined };
  const ms = world.choices.forceShutdownMs;
  world.later(world.clock.now() + ms, () => {
    if (vpg.operation === operation) stop(stubborn);
  });
  return { ms, failure: undefined };
}

/** After what did not come about: the sources run again and are replicated. */
export function powerSourcesOn(world: World, vpg: Vpg, operation: Recovery, time: number): void {
  for (const vm of operation.stopped) powerOn(world, vm, time);
  tend(world, vpg, time);
  if (isConnected(world, vpg)) resynchronise(world, vpg, time);
}

/** The protected VMs of an operation that are still there. */
export function sourcesOf(world: World, operation: Recovery): Vm[] {
  return operation.members.flatMap(member => world.estate.vmIdentified(member.VmIdentifier) ?? []);
}
