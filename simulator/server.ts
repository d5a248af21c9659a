import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findDestination } from './addresses.ts';
import { issueCertificates } from './certificates.ts';
import { realClock, type SimClock } from './clock.ts';
import type { Fault, Faults } from './faults.ts';
import { openHttpsDoor } from './https-door.ts';
import { fetchInProcess } from './in-process.ts';
import type { Scenario } from './scenario.ts';
import { healthy } from './scenarios/healthy.ts';
import { endSessions, sweepIdle } from './sessions.ts';
import { cut, heal, restart, silence, wake } from './silence.ts';
import { openSocksDoor } from './socks-door.ts';
import { type Recovery, type RequestRecord, siteNamed, type World } from './state.ts';
import { loseVm } from './lost-vm.ts';
import type { TaskType } from './enums-task.ts';
import { isOn } from './power.ts';
import type { Task } from './records.ts';
import { endsOf, nameOf } from './vpg.ts';
import { createWorld } from './world.ts';

/** A running simulation: its sites as a client sees them, and what a test may do behind their backs. */
export interface Simulator {
  /** In the order of the scenario: healthy has site-a, then site-b. */
  readonly sites: readonly SimulatedSite[];
  readonly clock: SimClock;
  readonly faults: Pick<Faults, 'add' | 'clear'>;
  /** Every request that arrived. */
  readonly requests: readonly Readonly<RequestRecord>[];
  /** What was begun, oldest first: every effect that was executed has one. */
  tasks(): readonly TaskSeen[];
  /** What every VPG is at now. */
  vpgs(): readonly VpgSeen[];
  /** Settings objects that are in the memory of a ZVM now. */
  settingsObjects(): readonly SettingsSeen[];
  /** Names of the VPGs with a test that is starting, in test or stopping. */
  testsRunning(): string[];
  /** How many FailoverTest were ever executed for a VPG. */
  testsStarted(vpg: string): number;
  /** How many commits of settings were ever executed. */
  commits(): number;
  /** Ends the sessions of a site, or of all. */
  endSessions(site?: string): void;
  /** All ZVMs forget their settings objects. */
  dropSettings(): void;
  openSettings(): number;
  /** The ZVM of a site does not answer any more: not clients, not its peers. Its VMs run on. */
  silence(site: string): void;
  wake(site: string): void;
  /** Two sites do not reach each other, though both answer. */
  cut(one: string, other: string): void;
  heal(one: string, other: string): void;
  /** The ZVM of a site is started again: sessions and settings objects are gone, tasks go on. */
  restart(site: string): void;
  /** A VM is lost from its hypervisor's inventory, behind the ZVM's back. */
  loseVm(name: string): void;
  /** VMs in the inventory of a site now, and whether they are on. */
  vms(site: string): { readonly name: string; readonly on: boolean }[];
  /** How many sockets of VMs listen. */
  openGuests(): number;
  /** Reaches a site's ZVM in process, without a socket. */
  fetchFor(site: string): typeof fetch;
  close(): Promise<void>;
}

/** A task, as the simulation itself has it. Times: ms since 1970, by its clock. */
export interface TaskSeen {
  readonly id: string;
  readonly site: string;
  readonly type: TaskType;
  /** Name of the VPG now; empty: it is gone. */
  readonly vpg: string;
  readonly by: string;
  readonly started: number;
  readonly ended?: number;
  readonly state: 'running' | 'waiting' | 'completed' | 'failed' | 'stopped';
}

/** Sites by their names in drillbook.yaml. Times: ms since 1970, by the simulation's clock. */
export interface VpgSeen {
  readonly id: string;
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly test?: { readonly by: string; readonly stage: string; readonly started: number };
  /** A failover or move that is neither committed nor rolled back. */
  readonly live?: { readonly kind: string; readonly by: string; readonly stage: string; readonly started: number };
}

/** Times: ms since 1970, by the simulation's clock. */
export interface SettingsSeen {
  readonly id: string;
  readonly site: string;
  /** Whose session made it. */
  readonly by: string;
  readonly lastUsed: number;
  /** When that session was used last. */
  readonly sessionUsed: number;
}

export interface SimulatedSite {
  /** The name in drillbook.yaml. */
  readonly name: string;
  readonly zertoName: string;
  /** Scheme, host and port. */
  readonly url: string;
  readonly generation: 'windows' | 'appliance';
  /** Path of a PEM file with which every url verifies. */
  readonly ca: string;
  readonly username: string;
  readonly password: string;
  /** All of the site; the first is the one above. */
  readonly accounts: readonly { readonly username: string; readonly password: string }[];
  /** Of an appliance: clients of its realm. */
  readonly clients: readonly { readonly clientId: string; readonly secret: string }[];
  /** SOCKS proxies into the site's networks: `socks5://127.0.0.1:port`. */
  readonly doors: { readonly bubble: string; readonly lan: string };
}

export interface SimulatorOptions {
  /** Default: healthy. */
  readonly scenario?: Scenario;
  /** Default: the machine's. */
  readonly clock?: SimClock;
  /** What goes wrong from the start on. */
  readonly faults?: readonly Fault[];
  /** Where ca.pem is written; made if it is not there. */
  readonly dir: string;
  /** Of the first site, the second …; default: free ones. */
  readonly ports?: readonly number[];
}

/** Starts the ZVMs of a scenario on 127.0.0.1. Rejects with a sentence where a port is taken or the scenario is wrong. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const world = createWorld(options.scenario ?? healthy(), options.clock ?? realClock());
  for (const fault of options.faults ?? []) world.faults.add(fault);
  const certificates = issueCertificates(world.sites.map(site => site.spec.zertoName));
  await mkdir(options.dir, { recursive: true });
  const ca = join(options.dir, 'ca.pem');
  await writeFile(ca, certificates.authority, { mode: 0o644 });

  const closers: (() => void)[] = [];
  const close = (): Promise<void> => {
    for (const closer of closers.splice(0)) closer();
    world.close();
    return Promise.resolve();
  };
  const sites: SimulatedSite[] = [];
  try {
    for (const [index, site] of world.sites.entries()) {
      const certificate = certificates.servers[index];
      if (certificate === undefined) throw new Error(`No certificate for ${site.name}.`);
      closers.push(await openHttpsDoor(world, site, certificate, options.ports?.[index] ?? site.spec.port ?? 0));
      const bubble = await openSocksDoor((host, port) => findDestination(world, site, 'bubble', host, port));
      closers.push(() => {
        bubble.close();
      });
      const lan = await openSocksDoor((host, port) => findDestination(world, site, 'lan', host, port));
      closers.push(() => {
        lan.close();
      });
      sites.push({
        name: site.name,
        zertoName: site.spec.zertoName,
        url: site.url,
        generation: site.spec.generation ?? 'windows',
        ca,
        username: site.accounts[0]?.username ?? '',
        password: site.accounts[0]?.password ?? '',
        accounts: site.accounts.map(({ username, password }) => ({ username, password })),
        clients: site.clients.map(({ clientId, secret }) => ({ clientId, secret })),
        doors: { bubble: bubble.url, lan: lan.url },
      });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { sites, ...handles(world), close };
}

function handles(world: World): Omit<Simulator, 'sites' | 'close'> {
  return {
    clock: world.clock,
    faults: world.faults,
    requests: world.requests,
    tasks() {
      world.clock.settle();
      return world.tasks.map(task => seenOf(world, task));
    },
    vpgs() {
      world.clock.settle();
      return world.vpgs.map(vpg => {
        const { protectedSite, recoverySite } = endsOf(world, vpg);
        const { id, test, operation } = vpg;
        return {
          id,
          name: nameOf(vpg),
          from: protectedSite.name,
          to: recoverySite.name,
          ...(test === undefined ? {} : { test: { by: test.by, stage: test.stage, started: test.started } }),
          ...(operation === undefined ? {} : { live: liveOf(operation) }),
        };
      });
    },
    settingsObjects() {
      for (const site of world.sites) sweepIdle(world, site);
      return world.sites.flatMap(site =>
        [...site.settings.values()].map(({ id, session, lastUsed }) => {
          const own = site.sessions.get(session);
          return { id, site: site.name, by: own?.username ?? '', lastUsed, sessionUsed: own?.lastUsed ?? 0 };
        }),
      );
    },
    testsRunning() {
      world.clock.settle();
      return world.vpgs.filter(vpg => vpg.test !== undefined).map(nameOf);
    },
    testsStarted: vpg => world.counts.testsStarted.get(vpg) ?? 0,
    commits: () => world.counts.commits,
    endSessions(site) {
      for (const each of world.sites) if (site === undefined || each === siteNamed(world, site)) endSessions(each);
    },
    dropSettings() {
      for (const site of world.sites) site.settings.clear();
    },
    openSettings() {
      for (const site of world.sites) sweepIdle(world, site);
      return world.sites.reduce((sum, site) => sum + site.settings.size, 0);
    },
    silence: site => {
      silence(world, site);
    },
    wake: site => {
      wake(world, site);
    },
    cut: (one, other) => {
      cut(world, one, other);
    },
    heal: (one, other) => {
      heal(world, one, other);
    },
    restart: site => {
      restart(siteNamed(world, site));
    },
    loseVm: name => {
      loseVm(world, name);
    },
    vms(site) {
      world.clock.settle();
      return siteNamed(world, site).estate.vms.map(vm => ({ name: vm.name, on: isOn(world, vm) }));
    },
    openGuests() {
      world.clock.settle();
      return [...world.guests].reduce((sum, guest) => sum + guest.listening(), 0);
    },
    fetchFor: site => fetchInProcess(world, siteNamed(world, site)),
  };
}

const liveOf = ({ kind, by, stage, started }: Recovery) => ({ kind, by, stage, started });

const wordOf = { 1: 'running', 2: 'waiting', 4: 'failed', 5: 'stopped', 6: 'completed' } as const;

function seenOf(world: World, { id, siteId, type, vpgId, initiatedBy: by, started, completed, state }: Task): TaskSeen {
  const vpg = world.vpgs.find(each => each.id === vpgId);
  return {
    id,
    site: world.sites.find(site => site.identifier === siteId)?.name ?? '',
    type,
    vpg: vpg === undefined ? '' : nameOf(vpg),
    by,
    started,
    ...(completed === undefined ? {} : { ended: completed }),
    state: wordOf[state],
  };
}

/** What `drillbook simulator --json` prints, as one line. */
export function describeForScripts(simulator: Simulator): {
  sites: Pick<SimulatedSite, 'name' | 'url' | 'generation' | 'ca' | 'username' | 'password'>[];
} {
  return {
    sites: simulator.sites.map(({ name, url, generation, ca, username, password }) => ({
      name,
      url,
      generation,
      ca,
      username,
      password,
    })),
  };
}
