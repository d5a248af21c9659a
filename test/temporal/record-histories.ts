import { shippedScenario } from '../../simulator/scenario-file/shipped.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import { startHarness } from './harness.ts';
import { withStranger } from './janitor.ts';
import { quick } from './live.ts';
import { drills } from './recorded-drills.ts';
import { lives } from './recorded-live.ts';
import { closeReceiver, lifted, published, told, telling } from './recorded-told.ts';
import { Recording } from './recording.ts';

/**
 * Records the histories that replay.test.ts replays: `npx tsx test/temporal/record-histories.ts RELEASE [PATH …]`, once for a
 * released version or a new construct, never to make a failing replay pass. Without paths all are recorded.
 */
const [release = 'unnamed', ...wanted] = process.argv.slice(2);

const same = (text: string): string => text;
const many = () => shippedScenario('hundred-vpgs');

for (const [paths, scenario, configure] of [
  [drills, healthy(), same],
  [lives, withStranger(many()), same],
  [told, many(), telling],
  [lifted, many(), published],
] as const) {
  const chosen = paths.filter(([name]) => wanted.length === 0 || wanted.includes(name));
  if (chosen.length === 0) continue;
  const harness = await startHarness({ scenario: quick(scenario), configure });
  try {
    for (const [name, show] of chosen) {
      process.stdout.write(`${name} …\n`);
      await show(harness, new Recording(release, harness), name);
    }
  } finally {
    await harness.close();
  }
}
await closeReceiver();
