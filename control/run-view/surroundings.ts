import type { Config } from '../config/config.ts';

/** The other site of each. */
export function readPeers({ sites }: Pick<Config, 'sites'>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(sites).flatMap(([name, { peer }]) => (peer === undefined ? [] : [[name, peer] as const])),
  );
}

/** The zone that pages show beside UTC. */
export const zoneOf = ({ policy }: Pick<Config, 'policy'>): string | undefined => policy['time-zone'];
