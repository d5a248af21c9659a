import { randomBytes } from 'node:crypto';
import type { SimClock } from './clock.ts';
import { createEstate } from './estate.ts';
import { createFaults } from './faults.ts';
import { guidOf } from './identifiers.ts';
import { createJournal } from './journal.ts';
import type { Scenario } from './scenario.ts';
import { documentOf } from './settings-make.ts';
import type { World } from './state.ts';
import { createVpg } from './vpg.ts';

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
      account: {
        username: spec.account.username,
        password: spec.account.password ?? randomBytes(15).toString('base64url'),
      },
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
      createJournal(now, spec.journalFilledHours * 3_600_000, index * 1000),
    );
    vpg.settings.VpgIdentifier = vpg.id;
    if (spec.lastTestDaysAgo !== undefined) vpg.lastTest = now - spec.lastTestDaysAgo * 86_400_000;
    world.vpgs.push(vpg);
  });
  return world;
}
