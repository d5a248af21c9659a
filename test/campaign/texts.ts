import { readdirSync, readFileSync } from 'node:fs';
import type { Schedule } from './schedule-types.ts';

const folder = new URL('../../runbooks/', import.meta.url);
const shipped: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(folder)
    .filter(file => file.endsWith('.yaml'))
    .map(file => [file, readFileSync(new URL(file, folder), 'utf8')]),
);

/** Sites and probes of one seed: many share a drillbook.yaml. */
export const atSeed = (name: string, seed: number): string => `${name}-${seed}`;

/** The shipped runbooks as they stand, but for whose sites they name and how long they wait. */
export function textsOf({ seed, timeLimitS, keepExpiresS }: Schedule): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(shipped).map(([file, text]) => {
      const own = text
        .replace(/\b(site|bubble|lan)-[ab]\b/g, name => atSeed(name, seed))
        .replace(/every: (5|15|30)s/g, 'every: 1s')
        // A check of what somebody has skipped is never green: it must give up within the campaign's patience.
        .replace(/for: (5|10)m/g, 'for: 1m')
        .replace(/limits: \{ timeout: \w+ \}/, found =>
          timeLimitS === undefined ? found : `limits: { timeout: ${timeLimitS}s }`,
        )
        .replace(/(choices: \[commit, roll-back\] \}\n {4}timeout: )2h/, (found, head: string) =>
          keepExpiresS === undefined ? found : `${head}${keepExpiresS}s`,
        );
      return [file, own];
    }),
  );
}
