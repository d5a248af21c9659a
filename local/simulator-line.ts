import { z } from 'zod';
import type { Scenario } from '../simulator/scenario.ts';
import { describeForScripts, type Simulator } from '../simulator/server.ts';

// Beside what scripts rely on (`sites`), the line tells what a drillbook.yaml for these sites needs.
const lineShape = z.object({
  sites: z.array(
    z.object({
      name: z.string(),
      url: z.url(),
      generation: z.enum(['windows', 'appliance']),
      ca: z.string(),
      username: z.string(),
      password: z.string(),
    }),
  ),
  estate: z.record(
    z.string(),
    z.object({
      zertoName: z.string(),
      testNetworks: z.array(z.string()),
      doors: z.object({ bubble: z.string(), lan: z.string() }),
    }),
  ),
});

/** A simulated site with all that its entry in drillbook.yaml needs. */
export interface StackSite {
  readonly name: string;
  readonly url: string;
  readonly generation: 'windows' | 'appliance';
  /** Path of a PEM file. */
  readonly ca: string;
  readonly username: string;
  readonly password: string;
  readonly zertoName: string;
  /** Port groups behind the bubble's door. */
  readonly testNetworks: readonly string[];
  /** SOCKS proxies: `socks5://127.0.0.1:port`. */
  readonly doors: { readonly bubble: string; readonly lan: string };
}

/** The one line that `drillbook simulator --json` prints once it serves. */
export function writeSimulatorLine(simulator: Simulator, scenario: Scenario): string {
  const estate = simulator.sites.map(({ name, zertoName, doors }) => {
    const networks = scenario.sites.find(site => site.name === name)?.networks ?? [];
    const testNetworks = networks.filter(({ door }) => door === 'bubble').map(network => network.name);
    return [name, { zertoName, testNetworks, doors }] as const;
  });
  return JSON.stringify({ ...describeForScripts(simulator), estate: Object.fromEntries(estate) });
}

/** Throws when the line is not one of `writeSimulatorLine`. */
export function readSimulatorLine(line: string): readonly StackSite[] {
  const { sites, estate } = lineShape.parse(JSON.parse(line));
  return sites.map(site => {
    const facts = estate[site.name];
    if (facts === undefined) throw new Error(`The simulator's line says nothing of the estate of ${site.name}.`);
    return { ...site, ...facts };
  });
}
