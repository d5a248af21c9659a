import { randomBytes } from 'node:crypto';
import type { SimClock } from './clock.ts';
import { createEstate, type Estate, type SiteEstate } from './estate.ts';
import { createFaults, type Faults } from './faults.ts';
import type { Guest } from './guests.ts';
import { guidOf, zeroGuid } from './identifiers.ts';
import { createJournal } from './journal.ts';
import type { RecoveryReport } from './reports.ts';
import type { AlertSpec, Scenario, SiteSpec } from './scenario.ts';
import type { Session } from './sessions.ts';
import { documentOf } from './settings-make.ts';
import type { SettingsObject } from './settings.ts';
import type { Task } from './tasks.ts';
import { createVpg, type Vpg } from './vpg.ts';

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

/** The state that a scenario describes, at the clock's time. Throws a sentence where a name in it is unknown. */
export function createWorld(scenario: Scenario, clock: SimClock): World {
  const now = clock.now();
  const estate = createEstate(scenario);
  const pending = new Set<() => void>();
  const world: World = {
    scenario,
    clock,
    estate,
    sites: scenario.sites.map(spec => ({
      name: spec.name,
      identifier: estate.site(spec.name).identifier,
      spec,
      estate: estate.site(spec.name),
      account: { username: spec.account.username, password: spec.account.password ?? randomBytes(15).toString('base64url') },
      sessions: new Map(),
      settings: new Map(),
      url: `https://${spec.name}.simulator.invalid`,
    })),
    vpgs: [],
    tasks: [],
    reports: [],
    alerts: scenario.alerts.map((alert, index) => ({
      ...alert,
      id: guidOf(scenario.name, 'alert', `${index}`),
      turnedOn: now - 600_000,
      dismissed: false,
    })),
    faults: createFaults(),
    requests: [],
    guests: new Set(),
    counts: { commits: 0, testsStarted: new Map() },
    later(time, run) {
      const forget = clock.at(time, due => {
        pending.delete(forget);
        run(due);
      });
      pending.add(forget);
    },
    close() {
      for (const forget of pending) forget();
      for (const guest of world.guests) guest.powerOff();
    },
  };
  scenario.vpgs.forEach((spec, index) => {
    const vpg = createVpg(
      guidOf(scenario.name, 'vpg', spec.name),
      documentOf(scenario, estate, spec),
      createJournal(now, spec.journalFilledHours * 3_600_000, index * 700),
    );
    vpg.settings.VpgIdentifier = vpg.id;
    if (spec.lastTestDaysAgo !== undefined) vpg.lastTest = now - spec.lastTestDaysAgo * 86_400_000;
    world.vpgs.push(vpg);
  });
  return world;
}

export function siteNamed(world: World, name: string): SiteState {
  const site = world.sites.find(candidate => candidate.name === name);
  if (site === undefined) throw new Error(`The simulation has no site ${name}: ${world.sites.map(s => s.name).join(', ')}.`);
  return site;
}

export function siteIdentified(world: World, identifier: string): SiteState | undefined {
  return world.sites.find(site => site.identifier === identifier.toLowerCase());
}

/** A VPG by identifier, in any case; the zero guid is nobody's. */
export function vpgIdentified(world: World, identifier: string): Vpg | undefined {
  return identifier === zeroGuid ? undefined : world.vpgs.find(vpg => vpg.id === identifier.toLowerCase());
}
