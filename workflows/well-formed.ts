/** What a field of an update may hold. `?`: it may be left out. */
type Kind = 'id' | 'id?' | 'key' | 'name' | 'text' | 'word' | 'word?' | 'flag' | 'true?' | 'ms' | 'proof?' | 'words?';

/** Of every word: by what it counts once, and what shows whose it is. */
export const wordShape = { id: 'id?', proof: 'proof?' } as const;

/** Those that drillbook.yaml names, of one person. */
const mostGroups = 50;

const most = { id: 64, key: 1_000, name: 200, text: 2_000, word: 100 } as const;

/**
 * Anybody who reaches the Temporal namespace may send any JSON, and what is in the history stays there: a field that is
 * missing would wedge the run, a text without an end would fill its history. Gives why it is refused.
 */
export function whyMalformed(given: unknown, shape: Readonly<Record<string, Kind>>): string | undefined {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return 'an object was expected';
  const fields = given as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(fields).find(field => !Object.hasOwn(shape, field));
  if (unknown !== undefined) return `a field that is not known: ${unknown.slice(0, 100)}`;
  for (const [field, kind] of Object.entries(shape)) {
    const why = whyNot(fields[field], kind);
    if (why !== undefined) return `"${field}" ${why}`;
  }
  return fields['proof'] !== undefined && fields['id'] === undefined ? 'what is signed needs an "id"' : undefined;
}

/** An update that is refused in its validator never was: no trace of it in the history. */
export function refuse(why: string | undefined): void {
  if (why !== undefined) throw new Error(why);
}

function whyNot(value: unknown, kind: Kind): string | undefined {
  switch (kind) {
    case 'flag':
      return typeof value === 'boolean' ? undefined : 'must be true or false';
    case 'true?':
      return value === undefined || value === true ? undefined : 'can only be true';
    case 'word?':
      return value === undefined ? undefined : whyNot(value, 'word');
    case 'id?':
      return value === undefined ? undefined : whyNot(value, 'id');
    case 'proof?':
      return value === undefined
        ? undefined
        : whyMalformed(value, { key: 'word', at: 'word', signature: 'name', groups: 'words?' });
    case 'words?':
      if (value === undefined) return undefined;
      if (!Array.isArray(value) || value.length > mostGroups) return `must be a list of ${mostGroups} texts at most`;
      return value.map(each => whyNot(each, 'name')).find(why => why !== undefined);
    case 'ms':
      return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? undefined : 'must be a time in ms';
    case 'id':
    case 'key':
    case 'name':
    case 'text':
    case 'word':
      if (typeof value !== 'string') return 'must be a text';
      return value.length > most[kind] ? `is longer than ${most[kind]} characters` : undefined;
  }
}
