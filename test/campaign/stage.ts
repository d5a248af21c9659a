import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { type Config, loadConfig } from '../../control/config/config.ts';
import { type Control, connect } from '../../control/connection.ts';
import { secretNameOf, triggerSecret, writeConfigText } from '../../local/config-text.ts';
import { readSimulatorLine, writeSimulatorLine } from '../../local/simulator-line.ts';
import { type Simulator, startSimulator } from '../../simulator/server.ts';
import { type Case, cases } from './cases.ts';
import { accounts, type Done } from './facts.ts';
import { Server, Workers } from './processes.ts';
import { scenarioOf } from './scenario.ts';
import type { GroupPlan, Schedule } from './schedule-types.ts';
import { atSeed } from './texts.ts';

/** Of a request to a simulated ZVM; the guard waits one and a half of it after a lost answer. */
const requestTimeout = '2s';

export interface SeedStage {
  readonly schedule: Schedule;
  readonly case: Case;
  readonly simulator: Simulator;
}

/** One Temporal server and its workers for several seeds, each of which has sites of its own. */
export interface Stage {
  readonly dir: string;
  readonly server: Server;
  readonly workers: Workers;
  readonly control: Control;
  readonly config: Config;
  readonly seeds: readonly SeedStage[];
  /** What befell it, in order. */
  readonly deeds: Done[];
  /** Ends all processes and removes the folder; `keep`: not the folder. */
  close(keep?: boolean): Promise<void>;
}

/** `opened`: told at once how to end what has been started so far. */
export async function setStage(
  schedules: readonly Schedule[],
  plan: GroupPlan,
  opened: (close: () => Promise<void>) => void,
): Promise<Stage> {
  const dir = mkdtempSync(join(tmpdir(), 'drillbook-campaign-'));
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (keep = false): Promise<void> => {
    for (const closer of closers.reverse().splice(0)) await closer().catch(() => undefined);
    if (!keep) rmSync(dir, { recursive: true, force: true });
  };
  opened(close);
  const deeds: Done[] = [];
  try {
    const server = await Server.start(join(dir, 'temporal'));
    closers.push(() => server.stop());
    const seeds: SeedStage[] = [];
    const sections: ConfigText[] = [];
    for (const schedule of schedules) {
      const chosen = cases.find(({ name }) => name === schedule.case);
      if (chosen === undefined) throw new Error(`there is no case ${schedule.case}`);
      const scenario = scenarioOf(schedule.seed, chosen);
      const simulator = await startSimulator({ scenario, dir: join(dir, `sites-${schedule.seed}`) });
      closers.push(() => simulator.close());
      for (const fault of schedule.faults) simulator.faults.add(fault);
      sections.push(configOf(dir, schedule.seed, simulator, scenario));
      seeds.push({ schedule, case: chosen, simulator });
    }
    const configPath = join(dir, 'drillbook.yaml');
    writeFileSync(configPath, stringify(merge(sections)));
    const config = await loadConfig(configPath);
    process.env['TEMPORAL_ADDRESS'] = server.address;
    const control = await connect();
    closers.push(() => control.close());
    const workers = new Workers(dir, configPath, server.address, text => {
      deeds.push({ at: Date.now(), what: 'worker-ended', text });
    });
    closers.push(() => workers.stop());
    await Promise.all(Array.from({ length: plan.workers }, () => workers.start()));
    return { dir, server, workers, control, config, seeds, deeds, close };
  } catch (error) {
    await close();
    throw error;
  }
}

type ConfigText = Readonly<Record<string, unknown>> & {
  readonly secrets: Readonly<Record<string, unknown>>;
  readonly sites: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly probes: Readonly<Record<string, unknown>>;
};

/** As `drillbook dev` writes it for two sites, under names of this seed and with an account for drills. */
function configOf(
  dir: string,
  seed: number,
  simulator: Simulator,
  scenario: Parameters<typeof writeSimulatorLine>[1],
): ConfigText {
  const sites = readSimulatorLine(writeSimulatorLine(simulator, scenario)).map(site => ({
    ...site,
    name: atSeed(site.name, seed),
  }));
  const passwords = simulator.sites.flatMap(({ name, accounts: all }) => {
    const own = secretNameOf({ name: atSeed(name, seed) });
    const drills = all.find(({ username }) => username === accounts.drills)?.password ?? '';
    return [
      [own, all[0]?.password ?? ''],
      [`${own}-drills`, drills],
    ] as const;
  });
  const files = Object.fromEntries(
    [...passwords, [triggerSecret, 'signature'] as const].map(([name, value]) => {
      const file = join(dir, `${name}.secret`);
      writeFileSync(file, `${value}\n`, { mode: 0o600 });
      return [name, file];
    }),
  );
  const text = parse(writeConfigText(sites, files)) as ConfigText;
  const own = Object.entries(text.sites).map(([name, site]) => [
    name,
    {
      ...site,
      'request-timeout': requestTimeout,
      'drill-account': { kind: 'windows', username: accounts.drills, password: `${secretNameOf({ name })}-drills` },
    },
  ]);
  return { ...text, sites: Object.fromEntries(own) as ConfigText['sites'] };
}

function merge(sections: readonly ConfigText[]): object {
  const all = (key: 'secrets' | 'sites' | 'probes'): object =>
    Object.assign({}, ...sections.map(section => section[key])) as object;
  return { ...sections[0], secrets: all('secrets'), sites: all('sites'), probes: all('probes') };
}
