import type { Named } from '../types.ts';
import type { Side, Size } from './desired.ts';

/** What is desired of a VPG's settings, in identifiers. What is absent stays as it is. */
export interface WantedSettings {
  readonly basic: {
    readonly name?: string;
    readonly protectedSite?: string;
    readonly recoverySite?: string;
    readonly rpoSeconds?: number;
    readonly journalHours?: number;
    readonly testIntervalMinutes?: number;
    readonly priority?: string;
    readonly wanCompression?: boolean;
    readonly serviceProfile?: string;
    readonly zorg?: string;
  };
  readonly recovery: WantedPlace;
  readonly journal: WantedStorage;
  readonly scratch: WantedStorage;
  /** Of the VPG and of every NIC that `vms` does not name one for. */
  readonly networks: Partial<Readonly<Record<Side, string>>>;
  /** Named groups in their order; undefined: the groups stay. */
  readonly bootGroups:
    | readonly { readonly id: string; readonly name: string; readonly delaySeconds?: number }[]
    | undefined;
  readonly scripts: Partial<Readonly<Record<'PreRecovery' | 'PostRecovery', WantedScript>>>;
  readonly vcd: WantedVcd | undefined;
  readonly vms: readonly WantedVm[];
  readonly add: readonly Named[];
  readonly remove: readonly Named[];
}

export interface WantedPlace {
  readonly host?: string;
  readonly hostCluster?: string;
  readonly datastore?: string;
  readonly datastoreCluster?: string;
  readonly folder?: string;
  readonly resourcePool?: string;
  readonly storagePolicy?: string;
}

export interface WantedStorage {
  readonly datastore?: string;
  readonly datastoreCluster?: string;
  readonly limit?: Size;
  readonly warning?: Size;
}

export interface WantedScript {
  readonly command: string | null;
  readonly parameters?: string;
  readonly timeoutSeconds?: number;
}

export interface WantedVcd {
  readonly orgVdc?: string;
  readonly vapp?: string;
  readonly guestCustomization?: boolean;
  readonly mapping: Partial<
    Readonly<Record<Side, readonly { readonly from: string; readonly to: string; readonly reverseTest?: string }[]>>
  >;
}

export interface WantedVm extends Named {
  readonly bootGroup?: string;
  readonly recovery: WantedPlace;
  readonly journal: WantedStorage;
  readonly scratch: WantedStorage;
  readonly nics: readonly ({ readonly nic: string } & Partial<Readonly<Record<Side, WantedNicSide>>>)[];
  readonly volumes: readonly WantedVolume[];
}

export interface WantedNicSide {
  readonly network?: string;
  readonly ip?: 'keep' | 'dhcp' | 'pool' | { readonly address: string; readonly mask: string };
  readonly gateway?: string;
  readonly dns?: readonly string[];
  readonly dnsSuffix?: string;
  readonly newMac?: boolean;
}

export interface WantedVolume {
  readonly volume: string;
  readonly datastore?: string;
  readonly datastoreCluster?: string;
  readonly thin?: boolean;
  readonly preseed?: { readonly datastore: string; readonly path: string };
  readonly rdm?: { readonly device: string; readonly physical: boolean };
}
