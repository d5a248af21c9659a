import type { Scenario } from '../scenario.ts';
import { shippedScenario } from '../scenario-file/shipped.ts';

/** The default: two paired sites, everything in order. */
export function healthy(): Scenario {
  return shippedScenario('payments');
}
