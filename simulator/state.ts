import type { SimClock } from './clock.ts';
import type { Estate, SiteEstate } from './estate.ts';
import type { Faults } from './faults.ts';
import { zeroGuid } from './identifiers.ts';
import type { Checkpoint, Journal } from './journal.ts';
import type { AlertSpec, Door, Scenario, SiteSpec } from './scenario.ts';
import type { SettingsDocument } from './settings-document.ts';

/** All that is simulated: both sites look at the same one. */
export interface World {
  readonly scenario: Scenario;
  readonly clock: SimClock;
  readonly estate: Estate;
  readonly sites: readonly SiteState[];
  readonly vpgs: Vpg[];
  readonly tasks: Task[];
  readonly reports: RecoveryReport[];
  readonly alerts: readonly Alert[];
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
  readonly account: { readonly username: string; readonly password: string };
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
}

export interface Alert extends AlertSpec {
  readonly id: string;
  readonly turnedOn: number;
  dismissed: boolean;
}

export interface Session {
  readonly token: string;
  readonly username: string;
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
  readonly journal: Journal;
  /** What was committed last: name, sites and VMs stand in it. */
  settings: SettingsDocument;
  /** ms since 1970. */
  lastTest: number | undefined;
  test: RunningTest | undefined;
  /** A commit of settings is running. */
  updating: boolean;
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
}

export type TaskType =
  | 'FailOverTest'
  | 'StopFailOverTest'
  | 'InsertTaggedCP'
  | 'CreateProtectionGroup'
  | 'UpdateProtectionGroup';

/** Numbers of the vendor's TaskState. */
export const taskStates = { inProgress: 1, failed: 4, completed: 6 } as const;

/** Times: ms since 1970. */
export interface Task {
  /** `<guid>.<guid of the recovery site>`. */
  readonly id: string;
  readonly type: TaskType;
  readonly started: number;
  readonly due: number;
  readonly initiatedBy: string;
  readonly vpgId: string;
  readonly siteIds: readonly string[];
  state: (typeof taskStates)[keyof typeof taskStates];
  completed: number | undefined;
  reason: string;
}

/** One recovery operation, as it stands in /v1/reports/recovery. Times: ms since 1970. */
export interface RecoveryReport {
  readonly id: string;
  readonly vpgId: string;
  readonly vpgName: string;
  readonly type: 'FailoverTest';
  readonly protectedSite: string;
  readonly recoverySite: string;
  readonly start: number;
  readonly end: number;
  readonly pointInTime: number;
  readonly rtoMs: number;
  readonly success: boolean;
  readonly by: string;
  readonly notes: string;
  readonly host: string;
  readonly datastore: string;
  readonly network: string;
  readonly vms: readonly { readonly name: string; readonly networks: readonly string[] }[];
  readonly steps: readonly { readonly description: string; readonly start: number; readonly end: number }[];
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
