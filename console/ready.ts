import { askTemporal } from './answers.ts';
import type { ConsoleDeps } from './deps.ts';

const answerWithinMs = 2_000;

/** Why the console could not serve anybody now, for whoever probes it: no more than what it waits for. Undefined: it could. */
export async function whyNotReady({ control, readConfig, log }: ConsoleDeps): Promise<string | undefined> {
  const asked = [
    ['drillbook.yaml cannot be used', readConfig],
    ['Temporal does not answer', () => askTemporal(control, answerWithinMs)],
  ] as const;
  for (const [why, ask] of asked) {
    try {
      await ask();
    } catch (error) {
      log(`not ready: ${why}: ${error instanceof Error ? error.message : String(error)}`);
      return why;
    }
  }
  return undefined;
}
