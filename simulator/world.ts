import { randomBytes } from 'node:crypto';
import { refreshAlerts } from './alerts.ts';
import { choicesOf } from './choices.ts';
import type { SimClock } from './clock.ts';
import { operations } from './enums.ts';
import { createEstate, type Estate } from './estate.ts';
import { createFaults } from './faults.ts';
import { guidOf } from './identifiers.ts';
import { createJournal } from './journal.ts';
import { createKeycloak } from './keycloak.ts';
import { powerOn } from './power.ts';
import { synchronise, tend } from './replication.ts';
import { defaultDurations, type Scenario, type SiteSpec, type VpgSpec } from './scenario.ts';
import { documentOf } from './settings-make.ts';
import type { SiteState, Vpg, World } from './state.ts';
import { createVpg } from './vpg.ts';

/** The state that a scenario describes, at the clock's time. Throws a sentence where a name in it is unknown. */
export function createWorld(scenario: Scenario, clock: SimClock): World {
  const now = clock.now();
  const estate = createEstate(scenario);
  const pending = new Set<() => void>();
  const choices = choicesOf(scenario.choices);
  const world: World = {
    scenario,
    choices,
    durations: { ...defaultDurations, ...scenario.durations },
    clock,
    startedAt: now,
    estate,
    sites: scenario.sites.map(spec => createSite(spec, estate, now)),
    vpgs: [],
    creating: new Set(),
    tasks: [],
    reports: [],
    events: [],
    cuts: new Set(),
    exports: [],
    keptVolumes: [],
    power: new Map(),
    zorgs: (scenario.zorgs ?? []).map(name => ({ id: guidOf(scenario.name, 'zorg', name), name })),
    profiles: (scenario.serviceProfiles ?? []).map(profile => ({
      ...profile,
      id: guidOf(scenario.name, 'service profile', profile.name),
    })),
    faults: createFaults(),
    requests: [],
    guests: new Set(),
    counts: { commits: 0, testsStarted: new Map() },
    later(time, run) {
      const forget = clock.at(time, due => {
        pending.delete(forget);
        run(due);
        for (const site of world.sites) refreshAlerts(world, site);
      });
      pending.add(forget);
    },
    close() {
      for (const forget of pending) forget();
      for (const guest of world.guests) guest.powerOff();
    },
  };
  scenario.vpgs.forEach((spec, index) => {
    world.vpgs.push(createProtected(world, spec, index));
  });
  if (choices.productionListens)
    for (const site of world.sites) for (const vm of site.estate.vms) powerOn(world, vm, now);
  for (const vpg of world.vpgs) if (vpg.sync === undefined) tend(world, vpg, now);
  return world;
}

const newSecret = (): string => randomBytes(15).toString('base64url');

function createSite(spec: SiteSpec, estate: Estate, now: number): SiteState {
  return {
    name: spec.name,
    identifier: estate.site(spec.name).identifier,
    spec,
    estate: estate.site(spec.name),
    accounts: [spec.account, ...(spec.accounts ?? [])].map(account => ({
      username: account.username,
      password: account.password ?? newSecret(),
      may: account.may ?? operations,
    })),
    clients: (spec.clients ?? []).map(({ clientId, secret, may }) => ({
      clientId,
      secret: secret ?? newSecret(),
      account: { username: `service-account-${clientId}`, password: newSecret(), may: may ?? operations },
    })),
    keycloak: spec.generation === 'appliance' ? createKeycloak() : undefined,
    alerts: new Map(),
    silentSince: spec.silent === true ? now : undefined,
    sessions: new Map(),
    settings: new Map(),
    url: `https://${spec.name}.simulator.invalid`,
  };
}

function createProtected(world: World, spec: VpgSpec, index: number): Vpg {
  const { scenario, estate, startedAt: now } = world;
  const everyMs = world.choices.checkpointEverySeconds * 1000;
  const appEvery = Math.round(((spec.appConsistentEveryMinutes ?? 0) * 60_000) / everyMs);
  const vpg = createVpg(
    guidOf(scenario.name, 'vpg', spec.name),
    documentOf(scenario, estate, spec),
    createJournal(now, spec.journalFilledHours * 3_600_000, index * 1000, { everyMs, appEvery }),
  );
  vpg.settings.VpgIdentifier = vpg.id;
  if (spec.lastTestDaysAgo !== undefined) vpg.lastTest = now - spec.lastTestDaysAgo * 86_400_000;
  switch (spec.state?.kind) {
    case 'syncing':
      synchronise(world, vpg, [{ subStatus: spec.state.subStatus, ms: spec.state.seconds * 1000 }], now);
      break;
    case 'paused':
      vpg.paused = { by: spec.state.by, since: now };
      break;
    case 'trouble':
      vpg.trouble = { subStatus: spec.state.subStatus, since: now };
      break;
    case undefined:
      break;
  }
  return vpg;
}
