/**
 * A VPG's settings as people name them. Only what is named is set; what is absent stays as it is, and in a new VPG as the
 * ZVM makes it. Names are exact, case included.
 */
export interface Desired {
  /** The VPG's name. */
  readonly vpg: string;
  /** VpgIdentifier of the VPG that is meant, where it is known; it decides then, and the name is only told. */
  readonly vpgId?: string;
  /** Names as Zerto states them. Of an existing VPG they must be its own; of a new one: the only peer, and this site. */
  readonly protectedSite?: string;
  readonly recoverySite?: string;

  readonly rpoSeconds?: number;
  /** How far back checkpoints reach, 1 to 720. */
  readonly journalHours?: number;
  readonly testIntervalMinutes?: number;
  readonly priority?: 'Low' | 'Medium' | 'High';
  readonly wanCompression?: boolean;
  readonly serviceProfile?: string;
  readonly zorg?: string;

  readonly recovery?: DesiredRecovery;
  readonly journal?: DesiredStorage;
  readonly scratch?: DesiredStorage;
  /** Of the VPG and of every NIC that `vms` does not name one for. With vCD: networks of the org VDC. */
  readonly networks?: DesiredNetworks;
  /** In the order in which they start; groups that are not named stay behind them. */
  readonly bootGroups?: readonly { readonly name: string; readonly delaySeconds?: number }[];
  readonly scripts?: { readonly preRecovery?: DesiredScript | 'none'; readonly postRecovery?: DesiredScript | 'none' };
  readonly vcd?: DesiredVcd;

  /** VMs of the VPG whose settings change; in a new VPG all that it protects. */
  readonly vms?: readonly DesiredVm[];
  /** VMs of the protected site that join; one that has joined already is no error. */
  readonly addVms?: readonly DesiredVm[];
  /** VMs that leave; one that has left already is no error. */
  readonly removeVms?: readonly string[];
}

export type Side = 'failover' | 'test';
export const sides = ['failover', 'test'] as const satisfies readonly Side[];

export type DesiredNetworks = Partial<Readonly<Record<Side, string>>>;

/** Where VMs come up. Of host and host cluster, and of datastore and datastore cluster, one. */
export interface DesiredRecovery {
  readonly host?: string;
  readonly hostCluster?: string;
  readonly datastore?: string;
  readonly datastoreCluster?: string;
  readonly folder?: string;
  readonly resourcePool?: string;
}

export interface DesiredVmRecovery extends DesiredRecovery {
  /** vCD. */
  readonly storagePolicy?: string;
}

/** Of a journal or of scratch volumes. */
export interface DesiredStorage {
  readonly datastore?: string;
  readonly datastoreCluster?: string;
  readonly limit?: Size;
  /** From which the ZVM warns. */
  readonly warning?: Size;
}
export type Size = { readonly mb: number } | { readonly percent: number } | 'unlimited';

export interface DesiredScript {
  readonly command: string;
  readonly parameters?: string;
  readonly timeoutSeconds?: number;
}

export interface DesiredVcd {
  /** Organisation VDC that the VMs are recovered to. */
  readonly orgVdc?: string;
  /** vApp that is protected. */
  readonly vapp?: string;
  /** Organisation VDC of the protected site, whose networks `mapping` names. */
  readonly protectedOrgVdc?: string;
  readonly guestCustomization?: boolean;
  readonly mapping?: Partial<Readonly<Record<Side, readonly DesiredMapping[]>>>;
}
/** A protected org VDC network and what stands for it. */
export interface DesiredMapping {
  readonly from: string;
  readonly to: string;
  /** Network of tests after reverse protection. */
  readonly reverseTest?: string;
}

export interface DesiredVm {
  readonly name: string;
  readonly bootGroup?: string;
  readonly recovery?: DesiredVmRecovery;
  readonly journal?: DesiredStorage;
  readonly scratch?: DesiredStorage;
  readonly nics?: readonly DesiredNic[];
  readonly volumes?: readonly DesiredVolume[];
}

export interface DesiredNic extends Partial<Readonly<Record<Side, DesiredNicSide>>> {
  /** `Network adapter 1`. */
  readonly nic: string;
}

export interface DesiredNicSide {
  readonly network?: string;
  /** An address with prefix (`10.99.30.10/24`), `dhcp`, or `keep` for the one that the VM has; `pool` of a vCD network. */
  readonly ip?: string;
  readonly gateway?: string;
  /** One or two servers. */
  readonly dns?: readonly string[];
  readonly dnsSuffix?: string;
  /** `new`: the recovered NIC gets another address of its own. */
  readonly mac?: 'keep' | 'new';
}

/** Of `preseed` and `rdm` one; neither: a new disk. */
export interface DesiredVolume {
  /** `scsi:0:1`. */
  readonly volume: string;
  readonly datastore?: string;
  readonly datastoreCluster?: string;
  readonly thin?: boolean;
  /** A copy that is at the recovery site already. */
  readonly preseed?: { readonly datastore: string; readonly path: string };
  /** A raw device, by its name at the recovery site. */
  readonly rdm?: { readonly device: string; readonly physical?: boolean };
}

/** Both sides that something is given for. */
export function eachSide<T>(give: (side: Side) => T | undefined): Partial<Record<Side, T>> {
  return Object.fromEntries(
    sides.flatMap(side => {
      const value = give(side);
      return value === undefined ? [] : [[side, value]];
    }),
  );
}
