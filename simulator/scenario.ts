/** A simulated estate as plain data, by names. Addresses with a prefix are written `10.99.1.10/24`. */
export interface Scenario {
  readonly name: string;
  readonly sites: readonly SiteSpec[];
  readonly vms: readonly VmSpec[];
  readonly vpgs: readonly VpgSpec[];
  readonly alerts: readonly AlertSpec[];
  /** How long tasks take, in ms. */
  readonly durations: Durations;
}

export interface SiteSpec {
  /** The name in drillbook.yaml. */
  readonly name: string;
  /** The SiteName of /v1/localsite. */
  readonly zertoName: string;
  readonly version: string;
  readonly ipAddress: string;
  /** Without a password a new one is made at each start. */
  readonly account: { readonly username: string; readonly password?: string };
  readonly networks: readonly NetworkSpec[];
  readonly datastores: readonly string[];
  readonly hosts: readonly string[];
  readonly hostClusters: readonly string[];
  readonly resourcePools: readonly string[];
  readonly folders: readonly string[];
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
}

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
}

export interface AlertSpec {
  readonly vpg: string;
  readonly level: 'Warning' | 'Error';
  readonly help: string;
  readonly description: string;
}

interface Durations {
  readonly failoverTest: number;
  readonly stopFailoverTest: number;
  readonly insertCheckpoint: number;
  readonly commitSettings: number;
}

/** The scenario with one VPG changed, so that it is not isolated, say. Throws where there is none of the name. */
export function changeVpg(scenario: Scenario, name: string, change: (vpg: VpgSpec) => VpgSpec): Scenario {
  if (!scenario.vpgs.some(vpg => vpg.name === name)) throw new Error(`Scenario ${scenario.name} has no VPG ${name}.`);
  return { ...scenario, vpgs: scenario.vpgs.map(vpg => (vpg.name === name ? change(vpg) : vpg)) };
}
