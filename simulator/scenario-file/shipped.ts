import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Generation, Scenario } from '../scenario.ts';
import { readScenario } from './read.ts';
import type { ShippedScenario } from './shipped-names.ts';

const read = new Map<string, Scenario>();

/** Read once in a process; nobody may change it. */
export function shippedScenario(name: ShippedScenario, generation?: Generation): Scenario {
  const key = `${name} ${generation ?? ''}`;
  const known = read.get(key);
  if (known !== undefined) return known;
  const scenario = readScenario(readFileSync(fileOf(name), 'utf8'), `${name}.yaml`, generation);
  read.set(key, scenario);
  return scenario;
}

/** This file runs from `simulator/scenario-file/` in the tests and from below `dist/` elsewhere. */
function fileOf(name: ShippedScenario): string {
  for (let folder = import.meta.dirname; dirname(folder) !== folder; folder = dirname(folder)) {
    const file = join(folder, 'simulator', 'scenarios', `${name}.yaml`);
    if (existsSync(file)) return file;
  }
  throw new Error(`The scenario ${name} is not beside drillbook: its folder simulator/scenarios is gone.`);
}
