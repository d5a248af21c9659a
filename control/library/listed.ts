import type { Config } from '../config/config.ts';
import { peopleOf } from '../config/people.ts';
import { versionsOf } from './published.ts';
import { libraryOf, listVersions, readPublications, readVersion } from './store.ts';
import { unprovedOf } from './withdrawn.ts';

/**
 * What lies in the library, the newest first, all of it read and checked. `past`: older than `library.keep`, and not the newest of its
 * runbook. `gone`: of those, what was deleted by now, which is no problem.
 */
export async function listLibrary(config: Config, now: number, name?: string) {
  const library = libraryOf(config);
  const shelved = await readPublications(library);
  const versions = versionsOf(shelved, config, now, name);
  const newest = new Set<string>();
  const past: string[] = [];
  for (const { name: of, version, at } of versions) {
    if (newest.has(of) && Date.parse(at) < now - config.library.keep) past.push(version);
    newest.add(of);
  }
  const there = await listVersions(library);
  const gone = past.filter(version => !there.includes(version));
  const problems = [...shelved.problems, ...unprovedOf(shelved, peopleOf(config))];
  for (const hash of new Set([...versions.map(({ version }) => version), ...there])) {
    if (gone.includes(hash)) continue;
    const read = await readVersion(library, hash);
    if ('why' in read) problems.push({ file: `${hash}.json`, sentence: read.why });
  }
  return { versions, problems, past, gone, dir: library.dir };
}
