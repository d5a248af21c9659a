import { dirname } from 'node:path';
import { stringify } from 'yaml';
import { createSites } from '../../activities/sites.ts';
import { loadConfig, resolveSecret } from '../../control/config/config.ts';
import { readScenario } from '../../simulator/scenario-file/read.ts';
import { scenarioText } from '../../simulator/scenario-file/write.ts';
import { LocalProblem } from '../local-problem.ts';
import { type KnownSite, type LiveScenario, readLiveScenario } from './scenario.ts';

export interface FromSite {
  /** Of drillbook.yaml. */
  readonly configPath: string;
  /** Its name there. */
  readonly site: string;
  /** ms since 1970. */
  readonly now: number;
}

/**
 * The scenario file of a live site, as YAML. Its ZVM is only read; names, structure and sizes go into the file.
 * Throws a LocalProblem where the site is unknown, refuses or does not answer, and ConfigRefused.
 */
export async function scenarioFromSite({ configPath, site, now }: FromSite): Promise<string> {
  const config = await loadConfig(configPath);
  const base = dirname(configPath);
  if (!Object.hasOwn(config.sites, site))
    throw new LocalProblem(`${configPath} names no site ${site}: ${Object.keys(config.sites).join(', ')}.`);
  const known = Object.entries(config.sites).map(
    ([name, entry]): KnownSite => ({
      name,
      zertoName: entry['zerto-name'],
      testNetworks: entry['test-networks'],
      generation: entry.generation,
    }),
  );
  const sites = createSites(config.sites, { secret: name => resolveSecret(config, name, base), base, clock: Date.now });
  try {
    const live = await readLiveScenario(await sites.zvm(site, 'plan'), known, now);
    return checked(live, site, now);
  } catch (error) {
    throw new LocalProblem(error instanceof Error ? error.message : String(error), { cause: error });
  } finally {
    await sites.signOutAll();
  }
}

/** The text, which reads as a scenario: a name that does not go into one is told here and not at the next start. */
function checked({ scenario, remarks }: LiveScenario, site: string, now: number): string {
  const notes = [
    `Made from ${site} on ${new Date(now).toISOString().slice(0, 10)}. A ZVM does not tell the VMs' own networks, addresses and`,
    'services: these are made up or left out. Parameters of scripts were left out, since secrets may stand there.',
    ...remarks,
  ];
  const comments = notes.map(note => `# ${note.replace(/\s+/g, ' ')}\n`).join('');
  const text = `${comments}${stringify(scenarioText(scenario), { lineWidth: 0 })}`;
  readScenario(text, `the scenario of ${site}`);
  return text;
}
