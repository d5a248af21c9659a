import type { Json } from '../../actions/json.ts';
import { canonical, sha256Hex } from '../../compiler/hash.ts';
import type { ConfigSections } from './schema.ts';

/** What a worker reads once, as it starts; all else of drillbook.yaml is read when it is used. */
const pinnedSections = ['sites', 'probes', 'endpoints', 'commands', 'policy'] as const;

type Pinned = Pick<ConfigSections, (typeof pinnedSections)[number]>;

/**
 * The hash that a run and its worker are compared by, hexadecimal: of what is pinned, as it was understood. Comments, people, tokens
 * and whom to tell may change under a worker.
 */
export function pinnedSha256(sections: Pinned): string {
  const pinned = Object.fromEntries(pinnedSections.map(name => [name, sections[name]]));
  return sha256Hex(canonical(JSON.parse(JSON.stringify(pinned)) as Json));
}
