import type { VmSpec, VpgSpec } from '../../simulator/scenario.ts';
import type { Named } from '../../zerto/types.ts';
import type { ProtectedVm } from '../../zerto/vms.ts';

/** A VM as it was found: no source tells its own networks, addresses or services. */
export interface FoundVm extends Named {
  readonly site: string;
  readonly sizeInMb: number | undefined;
}

/**
 * All VMs, each under a name of its own, by identifier. A name that was met before gets a number: the simulator tells
 * VMs apart by name.
 */
export function nameVms(
  protectedVms: readonly ProtectedVm[],
  unprotected: readonly (Named & { readonly site: string })[],
  siteOf: (id: string) => string | undefined,
  remark: (text: string) => void,
): Map<string, FoundVm> {
  const found = new Map<string, FoundVm>();
  const taken = new Set<string>();
  const add = (vm: FoundVm): void => {
    if (found.has(vm.id)) return;
    let { name } = vm;
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${vm.name} (${n})`;
    if (name !== vm.name) remark(`there are several VMs of the name ${vm.name}: one is ${name} here`);
    taken.add(name.toLowerCase());
    found.set(vm.id, { ...vm, name });
  };
  for (const vm of protectedVms) {
    const site = siteOf(vm.protectedSiteId);
    if (site !== undefined) add({ id: vm.id, name: vm.name, site, sizeInMb: sizeOf(vm) });
  }
  for (const { id, name, site } of unprotected) add({ id, name, site, sizeInMb: undefined });
  return found;
}

function sizeOf({ raw }: ProtectedVm): number | undefined {
  const size = Number(raw['ProvisionedStorageInMB']);
  return Number.isInteger(size) && size > 0 ? size : undefined;
}

/** As a scenario has it: NICs that its VPGs name, in the site's first network, with made-up addresses. */
export function vmSpecOf(vm: FoundVm, index: number, vpgs: readonly VpgSpec[], network: string | undefined): VmSpec {
  const nics = new Set(
    vpgs.flatMap(vpg => vpg.vms.filter(({ name }) => name === vm.name).flatMap(({ nics: own }) => own.map(n => n.nic))),
  );
  return {
    name: vm.name,
    site: vm.site,
    sizeInMb: vm.sizeInMb ?? 40_960,
    nics:
      network === undefined
        ? []
        : [...nics].map((name, place) => ({ name, network, address: madeUpAddress(index * 8 + place) })),
    services: [],
    readyAfterMs: 0,
  };
}

/** Of the range that is set aside for trials (RFC 2544): it is nobody's. */
const madeUpAddress = (n: number): string => `198.${18 + ((n >> 16) & 1)}.${(n >> 8) & 255}.${n & 255}`;
