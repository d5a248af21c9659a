import * as z from 'zod';
import type { Caller } from './caller.ts';
import { asked } from './enums.ts';
import type { CommitPolicy, ShutdownPolicy } from './enums-vpg.ts';
import { segment } from './paths.ts';
import { fits, get, isWithin } from './reading.ts';
import type { Statuses } from './statuses.ts';
import type { Call, EffectCall } from './types.ts';
import { vpgActions } from './vpg-actions.ts';
import { checkpointOf, listed, seen, vpgOf } from './vpg-reading.ts';
import { wordsWire } from './wire.ts';
import type { Raw } from './wire-value.ts';
import { checkpointStatsWire, checkpointWire } from './wire-vpgs.ts';

export interface Vpg {
  readonly id: string;
  readonly name: string;
  /** VpgStatus, the 3/4 conflict settled by StatusDescription or the ZVM's own list. */
  readonly status: string;
  readonly subStatus: string;
  /** SiteIdentifier and name of both ends; the name is empty where the ZVM gives none. */
  readonly protectedSite: { readonly identifier: string; readonly name: string };
  readonly recoverySite: { readonly identifier: string; readonly name: string };
  /** Kind of both ends, `VCVpg` or `HyperV`; empty where the ZVM does not tell. */
  readonly entities: { readonly protected: string; readonly recovery: string };
  /** `Low`, `Medium`, `High`. */
  readonly priority: string;
  readonly organization: string;
  readonly zorgId: string;
  readonly serviceProfile: { readonly identifier: string; readonly name: string };
  /** Stage of a running failover test (`Starting`, `InTest`, `Stopping`), or undefined: none runs. */
  readonly testStage: string | undefined;
  /** ISO 8601, or undefined: never tested. */
  readonly lastTest: string | undefined;
  readonly configuredRpoSeconds: number;
  /** Seconds. Reads 0 when the peer is gone: never judge by it. */
  readonly actualRpo: number;
  /** Minutes that the journal reaches back, and shall reach back; -1 where the ZVM does not tell. */
  readonly history: { readonly actualMinutes: number; readonly configuredMinutes: number };
  readonly vmsCount: number;
  readonly progressPercentage: number;
  /** `Normal`, `Warning`, `Error` (10.x). */
  readonly alertStatus: string;
  readonly raw: Raw;
}

/** All conditions must hold. Words as this client gives them: `{ status: 'MeetingSLA' }`. */
export interface VpgFilter {
  /** Exactly, case included. */
  readonly name?: string;
  readonly status?: string;
  readonly subStatus?: string;
  readonly protectedSiteType?: string;
  readonly recoverySiteType?: string;
  readonly protectedSiteIdentifier?: string;
  readonly recoverySiteIdentifier?: string;
  readonly organizationName?: string;
  readonly zorgIdentifier?: string;
  readonly priority?: string;
  readonly serviceProfileIdentifier?: string;
}

export interface Checkpoint {
  readonly id: string;
  readonly time: string;
  readonly tag: string | undefined;
  readonly type: number;
}

export interface Failover {
  /** Default: the latest. */
  readonly checkpointId?: string;
  readonly commitPolicy?: CommitPolicy;
  /** 300 to 86,400 s until the commit policy acts by itself; default 3,600. */
  readonly commitAfterSeconds?: number;
  readonly shutdownPolicy?: ShutdownPolicy;
  readonly reverseProtection?: boolean;
  /** Default: all. */
  readonly vmIds?: readonly string[];
}

export interface Move {
  readonly commitPolicy: CommitPolicy;
  /** Seconds until the commit policy acts by itself. */
  readonly commitAfterSeconds?: number;
  readonly forceShutdown?: boolean;
  readonly reverseProtection: boolean;
  /** Only without reverse protection. */
  readonly keepSourceVms: boolean;
  readonly continueOnPreScriptFailure?: boolean;
}

export interface Vpgs {
  /** Filters are applied by the client as well as sent, since a ZVM ignores parameters that it does not know. */
  list(filter?: VpgFilter, call?: Call): Promise<Vpg[]>;
  get(id: string, call?: Call): Promise<Vpg>;
  /** Newest last. `from`, `to`: ISO 8601. */
  checkpoints(vpgId: string, call?: Call & { readonly from?: string; readonly to?: string }): Promise<Checkpoint[]>;
  /** The journal's two ends; undefined where it is empty. */
  checkpointStats(
    vpgId: string,
    call?: Call,
  ): Promise<{ readonly earliest: Checkpoint | undefined; readonly latest: Checkpoint | undefined }>;

  /** Each effect gives the task id. `notAfter` (ms since 1970) is checked immediately before the bytes go out. */
  tagCheckpoint(vpgId: string, tag: string, call: EffectCall): Promise<string>;
  failoverTest(
    vpgId: string,
    body: { readonly checkpointId?: string; readonly vmIds?: readonly string[] },
    call: EffectCall,
  ): Promise<string>;
  stopFailoverTest(
    vpgId: string,
    body: { readonly success?: boolean; readonly summary?: string },
    call: EffectCall,
  ): Promise<string>;
  failover(vpgId: string, body: Failover, call: EffectCall): Promise<string>;
  commitFailover(vpgId: string, body: { readonly reverseProtection: boolean }, call: EffectCall): Promise<string>;
  rollBackFailover(vpgId: string, call: EffectCall): Promise<string>;
  move(vpgId: string, body: Move, call: EffectCall): Promise<string>;
  /** Without a body: as the move was told. One value changed alone fails, so both are given or none. */
  commitMove(
    vpgId: string,
    body: { readonly reverseProtection: boolean; readonly keepSourceVms: boolean } | undefined,
    call: EffectCall,
  ): Promise<string>;
  rollBackMove(vpgId: string, call: EffectCall): Promise<string>;
  startClone(
    vpgId: string,
    body: { readonly checkpointId?: string; readonly datastoreId: string; readonly vmIds?: readonly string[] },
    call: EffectCall,
  ): Promise<string>;
  /** Without a task, as `abortRetention`. */
  abortClone(vpgId: string, call: EffectCall): Promise<void>;
  pause(vpgId: string, call: EffectCall): Promise<string>;
  resume(vpgId: string, call: EffectCall): Promise<string>;
  forceSync(vpgId: string, call: EffectCall): Promise<string>;
  /** Copies the VPG to its repository of long-term retention now; default: the latest checkpoint. */
  startRetention(vpgId: string, body: { readonly checkpointId?: string }, call: EffectCall): Promise<string>;
  /** Ends such a run; a failover waits for that (docs/zerto.md §2). */
  abortRetention(vpgId: string, call: EffectCall): Promise<void>;
  delete(
    vpgId: string,
    body: { readonly keepRecoveryVolumes: boolean; readonly force: boolean },
    call: EffectCall,
  ): Promise<string>;

  /** The ZVM's own lists of words, in the order of their numbers. */
  statuses(call?: Call): Promise<string[]>;
  subStatuses(call?: Call): Promise<string[]>;
  priorities(call?: Call): Promise<string[]>;
  entityTypes(call?: Call): Promise<string[]>;
  commitPolicies(call?: Call): Promise<string[]>;
  shutdownPolicies(call?: Call): Promise<string[]>;
  retentionPolicies(call?: Call): Promise<string[]>;
}

export function createVpgs(caller: Caller, statuses: Statuses): Vpgs {
  const words = (list: string) => (call?: Call) => caller.read(get(`vpgs/${list}`, call), wordsWire);
  return {
    list: (filter, call) => listVpgs(caller, statuses, filter, call),
    async get(id, call) {
      const read = await caller.read(get(`vpgs/${segment(id)}`, call), seen);
      const statusOf = await statuses.readerFor(caller, [read.wire], call);
      return vpgOf(read, statusOf);
    },
    checkpoints: (vpgId, call) => readCheckpoints(caller, vpgId, call),
    async checkpointStats(vpgId, call) {
      const { Earliest, Latest } = await caller.read(
        get(`vpgs/${segment(vpgId)}/checkpoints/stats`, call),
        checkpointStatsWire,
      );
      return {
        earliest: Earliest ? checkpointOf(Earliest) : undefined,
        latest: Latest ? checkpointOf(Latest) : undefined,
      };
    },
    ...vpgActions(caller),
    statuses: words('statuses'),
    subStatuses: words('substatuses'),
    priorities: words('priorities'),
    entityTypes: words('entitytypes'),
    commitPolicies: words('failovercommitpolicies'),
    shutdownPolicies: words('failovershutdownpolicies'),
    retentionPolicies: words('retentionpolicies'),
  };
}

async function listVpgs(caller: Caller, statuses: Statuses, filter: VpgFilter = {}, call?: Call): Promise<Vpg[]> {
  const query = {
    name: filter.name,
    status: asked(filter.status),
    subStatus: asked(filter.subStatus),
    protectedSiteType: asked(filter.protectedSiteType),
    recoverySiteType: asked(filter.recoverySiteType),
    protectedSiteIdentifier: filter.protectedSiteIdentifier,
    recoverySiteIdentifier: filter.recoverySiteIdentifier,
    organizationName: filter.organizationName,
    zorgIdentifier: filter.zorgIdentifier,
    priority: asked(filter.priority),
    serviceProfileIdentifier: filter.serviceProfileIdentifier,
  };
  const found = await caller.read(get('vpgs', call, query), z.array(listed));
  const statusOf = await statuses.readerFor(
    caller,
    found.map(({ wire }) => wire),
    call,
  );
  return found.map(read => vpgOf(read, statusOf)).filter(vpg => isWanted(vpg, filter));
}

function isWanted(vpg: Vpg, filter: VpgFilter): boolean {
  return (
    (filter.name === undefined || vpg.name === filter.name) &&
    fits(vpg.status, filter.status) &&
    fits(vpg.subStatus, filter.subStatus) &&
    fits(vpg.entities.protected, filter.protectedSiteType) &&
    fits(vpg.entities.recovery, filter.recoverySiteType) &&
    fits(vpg.protectedSite.identifier, filter.protectedSiteIdentifier) &&
    fits(vpg.recoverySite.identifier, filter.recoverySiteIdentifier) &&
    fits(vpg.organization, filter.organizationName) &&
    fits(vpg.zorgId, filter.zorgIdentifier) &&
    fits(vpg.priority, filter.priority) &&
    fits(vpg.serviceProfile.identifier, filter.serviceProfileIdentifier)
  );
}

/** By time, newest last: the order in which a ZVM lists them is not documented. */
async function readCheckpoints(
  caller: Caller,
  vpgId: string,
  { from, to, ...call }: Call & { readonly from?: string; readonly to?: string } = {},
): Promise<Checkpoint[]> {
  const path = `vpgs/${segment(vpgId)}/checkpoints`;
  const wire = await caller.read(get(path, call, { startDate: from, endDate: to }), z.array(checkpointWire));
  return wire
    .map(checkpointOf)
    .filter(checkpoint => isWithin(checkpoint.time, from, to))
    .sort((a, b) => Date.parse(a.time) - Date.parse(b.time));
}
