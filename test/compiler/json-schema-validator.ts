import { Ajv, type ErrorObject } from 'ajv';
import type { Node } from '../../compiler/yaml/nodes.ts';
import type { Range } from '../../compiler/yaml/source.ts';

/** Keywords that editors read and no validator knows. */
const forEditors = [
  'markdownDescription',
  'enumDescriptions',
  'markdownEnumDescriptions',
  'patternErrorMessage',
  'defaultSnippets',
];

export interface Refusal {
  readonly text: string;
  /** `required`, `oneOf` …: of a map as a whole, not of what stands at its place. */
  readonly ofMap: boolean;
  /** The parts of its path; of an unknown or ill-named key, that key is the last. */
  readonly path: readonly string[];
  readonly ofKey: boolean;
  /** Why one of several forms does not fit, below the place where none does. */
  readonly ofForm: boolean;
}

/** A strict draft-07 validator: what it says against a value; nothing where it is valid. */
export function validator(schema: object): (value: unknown) => readonly Refusal[] {
  const ajv = new Ajv({ strict: true, allErrors: true, strictTypes: false, strictRequired: false });
  ajv.addVocabulary(forEditors);
  const validate = ajv.compile(schema);
  return value => {
    validate(value);
    // `if` only says that what follows it did not hold.
    const errors = (validate.errors ?? []).filter(e => e.keyword !== 'if');
    const unions = errors.filter(e => e.keyword === 'anyOf' || e.keyword === 'oneOf');
    return errors.map(e => refusalOf(e, unions));
  };
}

function refusalOf(error: ErrorObject, unions: readonly ErrorObject[]): Refusal {
  const { instancePath, keyword, message = '', params, propertyName } = error;
  const path = instancePath
    .split('/')
    .slice(1)
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const key: unknown =
    params['additionalProperty'] ?? (keyword === 'propertyNames' ? params['propertyName'] : propertyName);
  const inner = typeof key === 'string' ? [key] : [];
  return {
    text: `${[...path, ...inner].join('.')}: ${message}`,
    path: [...path, ...inner],
    ofKey: inner.length > 0,
    ofForm: unions.some(u => u !== error && error.schemaPath.startsWith(u.schemaPath)),
    ofMap: ['required', 'oneOf', 'not', 'minProperties', 'maxProperties', 'dependencies', 'anyOf'].includes(keyword),
  };
}

/** Where in the file a refusal is: a key, or a value. */
export function placeOf({ path, ofKey, ofMap }: Refusal, root: Node): Range {
  let at: Range = root;
  let node: Node = root;
  for (const [i, part] of path.entries()) {
    if (node.kind === 'map') {
      const entry = node.entries.find(e => e.key === part);
      if (entry === undefined) return at;
      // What is wrong with a map as a whole is said at its key.
      const { start } = ofMap ? entry.at : entry.value;
      at = ofKey && i === path.length - 1 ? entry.at : { start, end: entry.value.end };
      node = entry.value;
    } else if (node.kind === 'list') {
      const item: Node | undefined = node.items[Number(part)];
      if (item === undefined) return at;
      at = node = item;
    } else return at;
  }
  return at;
}
