import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Fault } from '../simulator/faults.ts';
import type { Generation, Scenario } from '../simulator/scenario.ts';
import { shippedScenarios } from '../simulator/scenario-file/shipped-names.ts';
import { WrongUsage } from './problems.ts';

/** The scenario of `--scenario`: a shipped one by its name, else a file. */
export async function loadScenario(cwd: string, wanted: string, generation?: Generation): Promise<Scenario> {
  const name = shippedScenarios.find(each => each === wanted);
  if (name !== undefined) {
    const { shippedScenario } = await import('../simulator/scenario-file/shipped.ts');
    return shippedScenario(name, generation);
  }
  if (!/[./\\]/.test(wanted))
    throw new WrongUsage(`There is no scenario ${wanted}: ${shippedScenarios.join(', ')}, or a file like my.yaml.`);
  const { readScenario } = await import('../simulator/scenario-file/read.ts');
  return readScenario(await readFile(resolve(cwd, wanted), 'utf8'), wanted, generation);
}

/** The faults of `--faults`. */
export async function loadFaults(cwd: string, file: string | undefined, scenario: Scenario): Promise<Fault[]> {
  if (file === undefined) return [];
  const { readFaults } = await import('../simulator/faults-file.ts');
  const sites = scenario.sites.map(site => site.name);
  return readFaults(await readFile(resolve(cwd, file), 'utf8'), file, sites);
}
