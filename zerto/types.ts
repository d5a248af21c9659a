/**
 * What the client gives and takes. The vendor's PascalCase and numeric enums end at wire.ts; here names are ours, times
 * are ISO 8601 text as the ZVM's clock states them, enum values are the vendor's words (an unknown number stays as `#42`).
 */

/** Everything that a caller may want of one ZVM. One session a client; safe to share between activities. */
export interface Zvm {
  /** The name in drillbook.yaml; it stands in every error. */
  readonly site: string;
  /** The account's user name; `InitiatedBy` of the tasks that it starts. */
  readonly account: string;
  /** Ensures a session. Sends nothing when one is known to be alive. */
  signIn(): Promise<void>;
  /** Ends the session; never throws. */
  signOut(): Promise<void>;
  /** The same ZVM and session, with calls limited to an allow-list; a call outside it throws NotAllowed, nothing is sent. */
  limitedTo(rules: AllowList): Zvm;

  localSite(options?: Call): Promise<LocalSite>;
  peerSites(options?: Call): Promise<PeerSite[]>;
  vpgs(options?: Call): Promise<Vpg[]>;
  vpg(id: string, options?: Call): Promise<Vpg>;
  /** Newest last. `from`, `to`: ISO 8601. */
  checkpoints(vpgId: string, options?: Call & { readonly from?: string; readonly to?: string }): Promise<Checkpoint[]>;
  alerts(filter: { readonly vpgId?: string }, options?: Call): Promise<Alert[]>;

  /** Each effect gives the task id. `notAfter` (ms since 1970) is checked immediately before the bytes go out. */
  tagCheckpoint(vpgId: string, tag: string, options: EffectCall): Promise<string>;
  failoverTest(
    vpgId: string,
    body: { readonly checkpointId?: string; readonly vmIds?: readonly string[] },
    options: EffectCall,
  ): Promise<string>;
  stopFailoverTest(
    vpgId: string,
    body: { readonly success: boolean; readonly summary: string },
    options: EffectCall,
  ): Promise<string>;

  /** Filters are applied by the client as well as sent, since a ZVM ignores parameters that it does not know. */
  tasks(
    filter: { readonly type?: string; readonly vpgId?: string; readonly startedAfter?: string },
    options?: Call,
  ): Promise<Task[]>;
  task(id: string, options?: Call): Promise<Task>;
  /**
   * Waits until a task is terminal, by the site's one shared watcher; tolerates 404 for its first 30 s.
   * Rejects with TaskVanished, or with the signal's reason. Transport faults and 401 are lived through until the signal says stop.
   */
  waitForTask(
    id: string,
    options: { readonly signal: AbortSignal; readonly onProgress?: (task: Task) => void },
  ): Promise<Task>;

  recoveryReports(
    filter: { readonly vpgName?: string; readonly recoveryType?: string; readonly startTime?: string },
    options?: Call,
  ): Promise<RecoveryReport[]>;

  /** Virtualization sites, and in one of them by its identifier. */
  networks(siteIdentifier: string, options?: Call): Promise<Named[]>;
  /** Only VMs that can still be protected. */
  unprotectedVms(siteIdentifier: string, options?: Call): Promise<Named[]>;
  /** Protected VMs, with the VPGs that they are in. */
  vms(filter: { readonly vpgName?: string }, options?: Call): Promise<ProtectedVm[]>;

  /** Reads a VPG's settings and leaves no settings object behind (POST, GET, DELETE). */
  readSettings(vpgId: string, options?: Call): Promise<SettingsDocument>;
  /** A settings object for an existing VPG; gives its id, which is not the VPG's. */
  createSettings(vpgId: string, options?: Call): Promise<string>;
  getSettings(settingsId: string, options?: Call): Promise<SettingsDocument>;
  /** PUT of the whole object. */
  putSettings(settingsId: string, document: SettingsDocument, options?: Call): Promise<void>;
  addSettingsVm(settingsId: string, vmIdentifier: string, options?: Call): Promise<void>;
  /** No error when it is already gone. */
  deleteSettings(settingsId: string, options?: Call): Promise<void>;
  /** The task id. */
  commitSettings(settingsId: string, options: EffectCall): Promise<string>;
}

export interface Call {
  /** Aborts the request. */
  readonly signal?: AbortSignal;
}
export interface EffectCall extends Call {
  /** ms since 1970. Past it TooLate is thrown (`happened: 'no'`) and nothing is sent. */
  readonly notAfter: number;
}

/** Method and path (lower case, below `/v1/`, `*` stands for one segment, `**` at the end for any rest): `POST vpgs/*​/failovertest`. */
export interface AllowList {
  /** For the error: "a drill". */
  readonly whose: string;
  readonly rules: readonly { readonly method: string; readonly path: string }[];
}

export interface LocalSite {
  readonly identifier: string;
  readonly name: string;
  readonly version: string;
}
export interface PeerSite {
  readonly identifier: string;
  readonly name: string;
  /** `Paired`, `Pairing`, `Unpaired`. */
  readonly pairing: string;
}

export interface Vpg {
  readonly id: string;
  readonly name: string;
  /** VpgStatus, the 3/4 conflict settled by StatusDescription where it is present. */
  readonly status: string;
  readonly subStatus: string;
  /** SiteIdentifier and name of both ends; the name is empty where the ZVM gives none. */
  readonly protectedSite: { readonly identifier: string; readonly name: string };
  readonly recoverySite: { readonly identifier: string; readonly name: string };
  /** Stage of a running failover test (`Starting`, `InTest`, `Stopping`), or undefined: none runs. */
  readonly testStage: string | undefined;
  /** ISO 8601, or undefined: never tested. */
  readonly lastTest: string | undefined;
  readonly configuredRpoSeconds: number;
  /** Seconds. Reads 0 when the peer is gone: never judge by it. */
  readonly actualRpo: number;
  readonly vmsCount: number;
  readonly progressPercentage: number;
}

export interface Checkpoint {
  readonly id: string;
  readonly time: string;
  readonly tag: string | undefined;
  readonly type: number;
}

export interface Alert {
  /** `Warning`, `Error`. */
  readonly level: string;
  readonly help: string;
  readonly description: string;
  readonly dismissed: boolean;
  readonly vpgIds: readonly string[];
}

export type TaskState =
  | 'InProgress'
  | 'WaitingForUserInput'
  | 'Paused'
  | 'Failed'
  | 'Stopped'
  | 'Completed'
  | 'Cancelling'
  | `#${number}`;
export interface Task {
  readonly id: string;
  readonly type: string;
  readonly state: TaskState;
  /** Failed, Stopped or Completed. */
  readonly terminal: boolean;
  /** 0–100; do not require 100 of a completed task. */
  readonly progress: number;
  readonly initiatedBy: string;
  readonly started: string;
  readonly completed: string | undefined;
  readonly reason: string;
  readonly vpgIds: readonly string[];
}

export interface RecoveryReport {
  readonly id: string;
  readonly vpgId: string;
  readonly vpgName: string;
  readonly type: string;
  readonly start: string;
  readonly end: string;
  readonly pointInTime: string;
  /** Seconds; -1 where it is not a number. */
  readonly rtoSeconds: number;
  readonly status: string;
  readonly initiatedBy: string;
  readonly notes: string;
  /** As it came, for the evidence. */
  readonly raw: Readonly<Record<string, unknown>>;
}

export interface Named {
  readonly id: string;
  readonly name: string;
}
export interface ProtectedVm extends Named {
  readonly vpgId: string;
  readonly vpgName: string;
}

/**
 * The settings object in the vendor's own words (docs/zerto.md §3), read tolerantly: what we do not know is kept and sent back.
 * Only the parts that are used have types.
 */
export interface SettingsDocument {
  readonly VpgIdentifier?: string | null;
  readonly VpgSettingsIdentifier?: string | null;
  Basic: {
    Name: string;
    RpoInSeconds?: number;
    TestIntervalInMinutes?: number;
    Priority?: string;
    ProtectedSiteIdentifier: string;
    RecoverySiteIdentifier: string;
    [key: string]: unknown;
  };
  BootGroups: {
    BootGroups: { BootGroupIdentifier: string; Name: string; BootDelayInSeconds: number }[];
    [key: string]: unknown;
  };
  Networks: { Failover: NetworkDefault; FailoverTest: NetworkDefault; [key: string]: unknown };
  Scripting: { PreRecovery?: Script | null; PostRecovery?: Script | null; [key: string]: unknown };
  Vms: SettingsVm[];
  [key: string]: unknown;
}
export interface NetworkDefault {
  Hypervisor?: { DefaultNetworkIdentifier?: string | null; [key: string]: unknown } | null;
  [key: string]: unknown;
}
export interface Script {
  Command?: string | null;
  Parameters?: string | null;
  TimeoutInSeconds?: number;
}
export interface SettingsVm {
  VmIdentifier: string;
  BootGroupIdentifier?: string | null;
  Nics: SettingsNic[];
  [key: string]: unknown;
}
export interface SettingsNic {
  NicIdentifier: string;
  Failover?: NicSide | null;
  FailoverTest?: NicSide | null;
  [key: string]: unknown;
}
export interface NicSide {
  Hypervisor?: {
    NetworkIdentifier?: string | null;
    DnsSuffix?: string | null;
    ShouldReplaceIpConfiguration?: boolean;
    IpConfig?: {
      StaticIp?: string | null;
      SubnetMask?: string | null;
      Gateway?: string | null;
      PrimaryDns?: string | null;
      SecondaryDns?: string | null;
      IsDhcp?: boolean;
    } | null;
    [key: string]: unknown;
  } | null;
  [key: string]: unknown;
}
