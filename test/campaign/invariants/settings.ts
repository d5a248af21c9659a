import { type Broken, isOurs, type SeedFacts } from '../facts.ts';

const name = 'no settings object is leaked';

/** What a killed worker had in its hand goes with the ZVM's own 30 minutes: nobody else knows of it. */
const excusedMs = 5_000;

export function settings({ seen, deeds }: SeedFacts): readonly Broken[] {
  const lost = deeds.filter(({ what }) => what === 'kill-worker');
  return seen.settings.flatMap(({ id, by, lastUsed }) => {
    if (!isOurs(by)) return [];
    if (lost.some(({ at }) => at >= lastUsed - 500 && at - lastUsed < excusedMs)) return [];
    return [
      { invariant: name, text: `settings object ${id} of ${by}, used last at ${new Date(lastUsed).toISOString()}` },
    ];
  });
}
