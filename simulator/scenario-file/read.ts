import type { Generation, Scenario } from '../scenario.ts';
import { readYaml } from '../yaml-file.ts';
import { checkScenario } from './check.ts';
import { scenarioOf } from './convert.ts';
import { scenarioFile } from './schema.ts';

/**
 * A scenario from the YAML of its file; `file` stands in complaints, `generation` wins over what stands in it. Throws
 * FileRefused, a line for each mistake.
 */
export function readScenario(text: string, file: string, generation?: Generation): Scenario {
  return scenarioOf(readYaml(text, file, scenarioFile, checkScenario), generation);
}
