import { type Broken, isOurs, type SeedFacts, type Seen } from '../facts.ts';

const name = 'no settings object is leaked';

/** What a killed worker had in its hand goes with the ZVM's own 30 minutes: nobody else knows of it. */
const excusedMs = 5_000;
/** A doubled or delayed POST may take effect so long after it came. */
const lateMs = 5_000;

/** What a ZVM made of a POST whose answer told nobody its identifier: no request ever named it. */
function isNamedToNobody(seen: Seen, { id, lastUsed }: Seen['settings'][number]): boolean {
  if (seen.requests.some(({ path }) => path.toLowerCase().includes(id.toLowerCase()))) return false;
  return seen.requests.some(
    ({ method, path, status, fault, at }) =>
      method === 'POST' &&
      /\/vpgsettings$/i.test(path) &&
      (status === 0 || (fault !== undefined && losing.includes(fault))) &&
      at <= lastUsed + 50 &&
      lastUsed - at < lateMs,
  );
}

const losing: readonly string[] = ['twice', 'late', 'delay', 'drop-after'];

export function settings({ seen, deeds }: SeedFacts): readonly Broken[] {
  const lost = deeds.filter(({ what }) => what === 'kill-worker');
  return seen.settings.flatMap(({ id, by, lastUsed }) => {
    if (!isOurs(by) || isNamedToNobody(seen, { id, by, lastUsed })) return [];
    if (lost.some(({ at }) => at >= lastUsed - 500 && at - lastUsed < excusedMs)) return [];
    return [
      { invariant: name, text: `settings object ${id} of ${by}, used last at ${new Date(lastUsed).toISOString()}` },
    ];
  });
}
