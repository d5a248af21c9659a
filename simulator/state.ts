import type { Choices } from './choices.ts';
import type { SimClock } from './clock.ts';
import type { CommitPolicy, Operation, VpgSubStatus } from './enums.ts';
import type { Estate, SiteEstate, Vm } from './estate.ts';
import type { FaultKind, Faults } from './faults.ts';
import { zeroGuid } from './identifiers.ts';
import type { Checkpoint, Journal } from './journal.ts';
import type { Keycloak } from './keycloak-state.ts';
import type { Alert, RecoveryReport, Task, ZvmEvent } from './records.ts';
import type { defaultDurations, Door, Scenario, SiteSpec } from './scenario.ts';
import type { SettingsDocument, SettingsVm } from './settings-document.ts';

/** All that is simulated: every site looks at the same one, and tells what it can see of it. */
export interface World {
  readonly scenario: Scenario;
  readonly choices: Choices;
  readonly durations: Readonly<typeof defaultDurations>;
  readonly clock: SimClock;
  /** ms since 1970. */
  readonly startedAt: number;
  readonly estate: Estate;
  readonly sites: readonly SiteState[];
  readonly vpgs: Vpg[];
  /** Names of VPGs whose creation is running, in lower case. */
  readonly creating: Set<string>;
  readonly tasks: Task[];
  readonly reports: RecoveryReport[];
  readonly events: ZvmEvent[];
  /** Pairs of sites, `a b`, between which nothing passes though both answer. */
  readonly cuts: Set<string>;
  readonly exports: SettingsExport[];
  /** Recovery volumes that outlived their VPG. */
  readonly keptVolumes: { readonly siteId: string; readonly datastoreId: string; readonly path: string }[];
  /** VMs that are off, or that listen on the network. */
  readonly power: Map<Vm, Power>;
  readonly zorgs: readonly Zorg[];
  readonly profiles: readonly ServiceProfile[];
  readonly faults: Faults;
  readonly requests: RequestRecord[];
  /** Who listens behind which door of which site. */
  readonly guests: Set<Guest>;
  readonly counts: { commits: number; readonly testsStarted: Map<string, number> };
  /** As SimClock.at, and forgotten when the simulation closes. */
  later(time: number, run: (time: number) => void): void;
  close(): void;
}

/** One ZVM: what it is called, and what it alone has in memory. */
export interface SiteState {
  readonly name: string;
  readonly identifier: string;
  readonly spec: SiteSpec;
  readonly estate: SiteEstate;
  /** The first is the one that people are told of. */
  readonly accounts: readonly Account[];
  /** Clients of an appliance's realm, with their service accounts. */
  readonly clients: readonly RealmClient[];
  /** Only an appliance has one. */
  readonly keycloak: Keycloak | undefined;
  readonly alerts: Map<string, Alert>;
  /** ms since 1970: since when its ZVM does not answer. */
  silentSince: number | undefined;
  readonly sessions: Map<string, Session>;
  readonly settings: Map<string, SettingsObject>;
  /** Set once it listens. */
  url: string;
}

export interface RequestRecord {
  readonly site: string;
  readonly method: string;
  /** As it came, without its query. */
  readonly path: string;
  /** 0 while unanswered, and for ever when the connection was dropped. */
  status: number;
  /** ms since 1970, by the simulation's clock. */
  readonly at: number;
  /** Whose session let it in. */
  by?: string;
  /** The fault of the script that met it. */
  fault?: FaultKind['kind'];
}

export interface Account {
  readonly username: string;
  readonly password: string;
  readonly may: readonly Operation[];
}

export interface RealmClient {
  readonly clientId: string;
  readonly secret: string;
  readonly account: Account;
}

export interface Zorg {
  readonly id: string;
  readonly name: string;
}

export interface ServiceProfile {
  readonly id: string;
  readonly name: string;
  readonly rpoSeconds: number;
  readonly journalHours: number;
  readonly testIntervalMinutes: number;
}

/** What exportSettings kept at one time. */
export interface SettingsExport {
  readonly siteId: string;
  /** ms since 1970. */
  readonly time: number;
  readonly documents: readonly SettingsDocument[];
}

export interface Power {
  on: boolean;
  /** Whether its services answer while it is on. */
  readonly listens: boolean;
  guest: Guest | undefined;
}

export interface Session {
  readonly token: string;
  readonly username: string;
  readonly account: Account;
  /** ms since 1970: sliding. */
  lastUsed: number;
}

/** A settings object: in one ZVM's memory only, gone with its session, after 30 unused minutes, and on commit. */
export interface SettingsObject {
  readonly id: string;
  /** The token of the session that made it. */
  readonly session: string;
  /** ms since 1970. */
  lastUsed: number;
  document: SettingsDocument;
}

export interface Vpg {
  readonly id: string;
  journal: Journal;
  /** What was committed last: name, sites and VMs stand in it. */
  settings: SettingsDocument;
  /** ms since 1970. */
  lastTest: number | undefined;
  test: RunningTest | undefined;
  /** A commit of settings is running. */
  updating: boolean;
  deleting: boolean;
  operation: Recovery | undefined;
  clone: { readonly task: Task } | undefined;
  /** A run of long-term retention. */
  retention: { readonly task: Task } | undefined;
  sync: Sync | undefined;
  /** By whom, since when (ms since 1970). */
  paused: { readonly by: 'user' | 'system'; readonly since: number } | undefined;
  /** What keeps it from replicating until its settings are committed again. */
  trouble: { readonly subStatus: VpgSubStatus; readonly since: number } | undefined;
  /** A failover or move was committed without reverse protection. */
  recovered: { readonly since: number } | undefined;
}

/** A failover or a move, from its start until its commit or roll-back has ended. Times: ms since 1970. */
export interface Recovery {
  readonly kind: 'Failover' | 'Move';
  stage: 'Starting' | 'BeforeCommit' | 'Committing' | 'RollingBack';
  readonly policy: CommitPolicy;
  readonly waitMs: number;
  readonly reverse: boolean;
  readonly keepSources: boolean;
  readonly members: readonly SettingsVm[];
  /** A move has none: it loses nothing. */
  readonly checkpoint: Checkpoint | undefined;
  readonly by: string;
  readonly started: number;
  up: number | undefined;
  /** Source VMs that it powered off. */
  readonly stopped: Vm[];
  /** What runs at the recovery site; in its inventory from the commit on. */
  guests: readonly Guest[];
  /** The task that waits for the commit, if it does. */
  waiting: Task | undefined;
}

/** A synchronisation. Times: ms since 1970. */
export interface Sync {
  readonly subStatus: VpgSubStatus;
  readonly forced: boolean;
  readonly started: number;
  readonly due: number;
  readonly then: readonly SyncPhase[];
}

export interface SyncPhase {
  readonly subStatus: VpgSubStatus;
  readonly ms: number;
}

/** It has no Status of its own: only RunningFailOverTestApi tells of it. */
export interface RunningTest {
  stage: 'Starting' | 'InTest' | 'Stopping';
  readonly checkpoint: Checkpoint;
  readonly vmIds: readonly string[];
  readonly by: string;
  /** ms since 1970. */
  readonly started: number;
  up: number | undefined;
  guests: readonly Guest[];
  /** A stop of it ended Failed then. */
  stopFailed: number | undefined;
}

/** A VM that is up. Its services listen on free loopback ports; the SOCKS doors lead from its own addresses there. */
export interface Guest {
  readonly name: string;
  readonly site: string;
  readonly legs: readonly { readonly door: Door; readonly address: string }[];
  /** The loopback port of a service, once it listens; undefined: nothing listens there (yet). */
  port(service: number): Promise<number> | undefined;
  /** How many sockets listen. */
  listening(): number;
  powerOff(): void;
}

export function siteNamed(world: World, name: string): SiteState {
  const site = world.sites.find(candidate => candidate.name === name);
  if (site === undefined)
    throw new Error(`The simulation has no site ${name}: ${world.sites.map(s => s.name).join(', ')}.`);
  return site;
}

export function siteIdentified(world: World, identifier: string): SiteState | undefined {
  return world.sites.find(site => site.identifier === identifier.toLowerCase());
}

/** A VPG by identifier, in any case; the zero guid is nobody's. */
export function vpgIdentified(world: World, identifier: string): Vpg | undefined {
  return identifier === zeroGuid ? undefined : world.vpgs.find(vpg => vpg.id === identifier.toLowerCase());
}
