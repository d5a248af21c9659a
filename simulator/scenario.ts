import type { Choices } from './choices.ts';
import type { Operation, VpgSubStatus } from './enums.ts';

/** A simulated estate as plain data, by names. Addresses with a prefix are written `10.99.1.10/24`. */
export interface Scenario {
  readonly name: string;
  readonly sites: readonly SiteSpec[];
  readonly vms: readonly VmSpec[];
  readonly vpgs: readonly VpgSpec[];
  readonly alerts: readonly AlertSpec[];
  /** How long tasks and synchronisations take, in ms. */
  readonly durations: Durations;
  /** What is otherwise chosen by the simulator. */
  readonly choices?: Partial<Choices>;
  readonly zorgs?: readonly string[];
  readonly serviceProfiles?: readonly ServiceProfileSpec[];
}

export interface ServiceProfileSpec {
  readonly name: string;
  readonly rpoSeconds: number;
  readonly journalHours: number;
  readonly testIntervalMinutes: number;
}

export interface SiteSpec {
  /** The name in drillbook.yaml. */
  readonly name: string;
  /** The SiteName of /v1/localsite. */
  readonly zertoName: string;
  /** Default: windows. */
  readonly generation?: Generation;
  readonly version: string;
  /** Default: a free one. */
  readonly port?: number;
  readonly ipAddress: string;
  readonly account: AccountSpec;
  /** More accounts of the site. */
  readonly accounts?: readonly AccountSpec[];
  /** Of an appliance: clients of its realm that may sign in by client credentials. */
  readonly clients?: readonly ClientSpec[];
  /** Default: VCenter. */
  readonly platform?: Platform;
  /** Its ZVM does not answer, from the start. */
  readonly silent?: boolean;
  /** Names of the sites that it is paired with; default: all others. */
  readonly peers?: readonly string[];
  readonly networks: readonly NetworkSpec[];
  readonly datastores: readonly string[];
  readonly hosts: readonly string[];
  readonly hostClusters: readonly string[];
  readonly resourcePools: readonly string[];
  readonly folders: readonly string[];
  readonly datastoreClusters?: readonly string[];
  readonly repositories?: readonly string[];
  /** Raw devices that an RDM volume may name. */
  readonly devices?: readonly { readonly name: string; readonly sizeInMb: number }[];
  /** Of a site with vCloud Director. */
  readonly orgVdcs?: readonly OrgVdcSpec[];
  readonly vApps?: readonly string[];
}

/** Of the ZVM: sessions in a header, or tokens. */
export type Generation = 'windows' | 'appliance';

/** What SiteType says. */
export type Platform = 'VCenter' | 'SCVMM' | 'VCD';

export interface OrgVdcSpec {
  readonly name: string;
  /** Names of the site's networks. */
  readonly networks: readonly string[];
  readonly storagePolicies: readonly string[];
}

export interface AccountSpec {
  readonly username: string;
  /** Without one a new one is made at each start. */
  readonly password?: string;
  /** What it may do besides reading; default: all. */
  readonly may?: readonly Operation[];
}

export interface ClientSpec {
  readonly clientId: string;
  /** Without one a new one is made at each start. */
  readonly secret?: string;
  /** What it may do besides reading; default: all. */
  readonly may?: readonly Operation[];
}

/** From which side what is attached to a network can be reached. */
export type Door = 'bubble' | 'lan';

export interface NetworkSpec {
  readonly name: string;
  readonly door: Door;
}

export interface VmSpec {
  readonly name: string;
  /** Where it runs now. */
  readonly site: string;
  readonly nics: readonly { readonly name: string; readonly network: string; readonly address: string }[];
  readonly services: readonly ServiceSpec[];
  /** ms from power-on until its services listen. */
  readonly readyAfterMs: number;
  readonly sizeInMb: number;
  /** Default: true. */
  readonly guestTools?: boolean;
  /** Default: one, `scsi:0:0`, of the VM's whole size. */
  readonly volumes?: readonly { readonly id: string; readonly sizeInMb: number; readonly isSwap?: boolean }[];
}

export type ServiceSpec =
  | { readonly kind: 'tcp'; readonly port: number }
  | { readonly kind: 'http'; readonly port: number; readonly pages: Readonly<Record<string, PageSpec>> };

/** What GET of a path answers: JSON or text. */
type PageSpec =
  | { readonly status: number; readonly json: unknown }
  | { readonly status: number; readonly text: string };

export interface VpgSpec {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly rpoSeconds: number;
  readonly journalHours: number;
  /** How much of the journal is full at the start. */
  readonly journalFilledHours: number;
  readonly priority: 'Low' | 'Medium' | 'High';
  readonly testIntervalMinutes: number;
  readonly lastTestDaysAgo?: number;
  /** Port groups of the site `to`; null is unset. */
  readonly networks: { readonly failover: string | null; readonly test: string | null };
  readonly bootGroups: readonly { readonly name: string; readonly delaySeconds: number }[];
  readonly vms: readonly VpgVmSpec[];
  readonly scripts?: { readonly preRecovery?: ScriptSpec; readonly postRecovery?: ScriptSpec };
  /** What it is at the start; default: protected. */
  readonly state?: VpgState;
  /** One automatic checkpoint in so many minutes is app-consistent; default: none. */
  readonly appConsistentEveryMinutes?: number;
}

export type VpgState =
  | { readonly kind: 'syncing'; readonly subStatus: VpgSubStatus; readonly seconds: number }
  | { readonly kind: 'paused'; readonly by: 'user' | 'system' }
  /** Out of order until its settings are committed again. */
  | { readonly kind: 'trouble'; readonly subStatus: VpgSubStatus };

export interface VpgVmSpec {
  readonly name: string;
  readonly bootGroup?: string;
  readonly nics: readonly { readonly nic: string; readonly failover: NicTarget; readonly test: NicTarget }[];
}

/** Left out: the VPG's network, the VM's own address. A network of null is unset. */
export interface NicTarget {
  readonly network?: string | null;
  readonly address?: string;
  readonly gateway?: string;
  readonly dns?: string;
}

export interface ScriptSpec {
  readonly command: string;
  readonly parameters?: string;
  /** It ends with an error. */
  readonly fails?: boolean;
}

export interface AlertSpec {
  readonly vpg: string;
  readonly level: 'Warning' | 'Error';
  readonly help: string;
  readonly description: string;
}

/** All in ms; what is left out is as in defaultDurations. */
export type Durations = Partial<Readonly<typeof defaultDurations>>;

export const defaultDurations = {
  failoverTest: 2500,
  stopFailoverTest: 1500,
  insertCheckpoint: 1000,
  commitSettings: 1500,
  /** Of Failover, until its VMs are up. */
  failover: 3000,
  /** Of Move, until its VMs are up. */
  move: 4000,
  /** Of FailoverCommit and MoveCommit. */
  commit: 2000,
  rollBack: 2000,
  clone: 3000,
  deleteVpg: 1500,
  pause: 1000,
  resume: 1000,
  /** The task of forcesync; the synchronisation comes after it. */
  forceSync: 1000,
  /** Synchronisations, which are no tasks. */
  initialSync: 3000,
  deltaSync: 1000,
  bitmapSync: 2000,
  /** After a VM or a volume was added or moved. */
  volumeSync: 1500,
  /** From the journal to the disks, after a commit. */
  promotion: 0,
};

/** The scenario with one VPG changed, so that it is not isolated, say. Throws where there is none of the name. */
export function changeVpg(scenario: Scenario, name: string, change: (vpg: VpgSpec) => VpgSpec): Scenario {
  if (!scenario.vpgs.some(vpg => vpg.name === name)) throw new Error(`Scenario ${scenario.name} has no VPG ${name}.`);
  return { ...scenario, vpgs: scenario.vpgs.map(vpg => (vpg.name === name ? change(vpg) : vpg)) };
}
