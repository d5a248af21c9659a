import type { z } from 'zod';
import type { Code } from '../../compiler/catalogue.ts';
import { type Diagnostic, didYouMean } from '../../compiler/diagnostics.ts';
import type { MapNode, Node } from '../../compiler/yaml/nodes.ts';
import type { Range, Source } from '../../compiler/yaml/source.ts';
import { childOf, entriesOf, isText } from './nodes.ts';
import { configSchema, isConfigName, namedSections } from './schema.ts';
import { marks } from './schema/marks.ts';
import { bare, defOf, keysOf, walk } from './walk.ts';

/** Keys under which a credential may stand, the right way or by mistake, in whatever spelling. */
const credential =
  /pass(?:w|$|phrase|code)|pwd|secret|token|credential|account|bearer|hmac|cookie|signature|auth(?!or(?!iz))|(?:^|[-_])pin$|(?:^|[-_]|api|access|private|signing)keys?$/i;

const soundsSecret = (key: string): boolean => credential.test(key);

/** A name and password, a key in the query, or a hook whose address is the key. */
const urlWithKey = /:\/\/\S{0,200}@|:\/\/\S{0,200}[?&][\w-]{1,40}=|:\/\/hooks\./i;

/**
 * The last look before anybody sees what was found: where a credential may stand, also by mistake, no line is shown and no
 * word is repeated that is neither the schema's nor the name of a secret. Rather too little is said there than too much.
 */
export function guarded(
  diagnostics: readonly Diagnostic[],
  source: Source,
  root: Node | undefined,
): readonly Diagnostic[] {
  if (diagnostics.length === 0) return diagnostics;
  const { lines, texts } = root?.kind === 'map' ? placesOf(root, source, diagnostics) : linesOf(source);
  const allowed = new Set([...schemaWords(), ...namesOf(root), 'drillbook', 'yaml']);
  const hidden = new Set(texts.filter(text => !allowed.has(text)));
  const words = new Set(texts.flatMap(wordsOf).filter(word => !allowed.has(word)));
  const named = new Set(namedBeside(root));
  // What a message quotes, and the names in a path.
  const mask = (text: string): string =>
    text
      .replaceAll(/"([^"]*)"/g, (whole, quoted: string) => (hidden.has(quoted) || words.has(quoted) ? '"…"' : whole))
      .replaceAll(inPath, name => (words.has(name) && !named.has(name) ? '…' : name));
  const tells = (text: string): boolean => wordsOf(text.replaceAll(inPath, '')).some(word => words.has(word));
  return diagnostics.map(diagnostic => {
    if (!lines.has(diagnostic.range.start.line)) return diagnostic;
    const { help, ...rest } = diagnostic;
    if (ownWords.includes(diagnostic.code)) return { ...diagnostic, secret: true as const };
    const [message, mend] = [mask(diagnostic.message), mask(help ?? '')];
    return {
      ...rest,
      message: tells(message) ? unsaid : message,
      ...(help !== undefined && !tells(mend) && { help: mend }),
      secret: true as const,
    };
  });
}

/** Nothing of the file is in their messages but paths of the schema and names outside. */
const ownWords: readonly Code[] = ['DB8005', 'DB8023', 'DB8030'];

/** The names in `sites.site-a.account` behind the first; `mask` looks at these. */
const inPath = /(?<=[\w\]]\.)[\w-]+/g;

const unsaid = 'what stands here cannot be used; it is not repeated, since it may be a secret';

const wordsOf = (text: string): readonly string[] => text.match(/[\p{L}\p{N}_-]+/gu) ?? [];

interface Places {
  readonly lines: Set<number>;
  /** What must not be repeated, unless it is the schema's. */
  readonly texts: string[];
}

/** Of a file that YAML can read. */
function placesOf(root: MapNode, source: Source, diagnostics: readonly Diagnostic[]): Places {
  const { lines, section: texts } = linesOf(source);
  const addLines = ({ start, end }: Range): void => {
    const last = source.position(end).line;
    for (let { line } = source.position(start); line <= last; line++) lines.add(line);
  };
  const add = ({ start, end }: Range): void => {
    addLines({ start, end });
    texts.push(source.text.slice(start, end));
  };
  for (const node of nodesOf(root)) {
    if (node.kind === 'scalar') {
      add(node);
      texts.push(String(node.value));
    } else {
      addLines(node);
      for (const { key } of entriesOf(node)) texts.push(key);
    }
  }
  for (const [schema, node] of walk(configSchema, root, 'all')) {
    const mark = marks.get(schema);
    if (mark?.kind === 'hash' || (mark?.kind === 'ref' && mark.to === 'secret')) add(node);
  }
  for (const key of keysIn(root)) texts.push(key);
  for (const { code, range } of diagnostics) {
    const offset = ({ line, column }: typeof range.start): number => source.start(line) + column - 1;
    if (code === 'DB8005') add({ start: offset(range.start), end: offset(range.end) });
  }
  return { lines, texts };
}

/** All values below a key that sounds like a credential, and those keys' own values. */
function* nodesOf(node: Node, within = false): Generator<Node> {
  if (within) yield node;
  if (node.kind === 'list') for (const item of node.items) yield* nodesOf(item, within);
  for (const { key, value } of entriesOf(node)) yield* nodesOf(value, within || soundsSecret(key));
}

/** Keys that sound like a credential: `password=hunter2` is one. */
function* keysIn(node: Node): Generator<string> {
  if (node.kind === 'list') for (const item of node.items) yield* keysIn(item);
  for (const { key, value } of entriesOf(node)) {
    if (soundsSecret(key)) yield key;
    yield* keysIn(value);
  }
}

/**
 * The same by lines alone, for a file that is no YAML. From such a key on, all that is indented more, or stands between its
 * brackets; from `secrets` on, all up to the next section, since a pasted key may have lines that are not indented.
 */
function linesOf(source: Source): Places & { readonly section: string[] } {
  const all = source.text.split('\n');
  const [lines, texts, section] = [new Set<number>(), [] as string[], [] as string[]];
  let open: { readonly indent: number; readonly isSection: boolean } | undefined;
  let depth = 0;
  for (const [i, line] of all.entries()) {
    const indent = line.search(/\S/);
    const beginsKey = /^\s*(?:-\s|["']?[\w-]+["']?\s*:(?:\s|$))/.test(line);
    const isLess = open !== undefined && !open.isSection && depth <= 0 && indent >= 0 && indent <= open.indent;
    if ((open !== undefined && isSectionLine(line)) || (isLess && beginsKey)) [open, depth] = [undefined, 0];
    const words = line.match(/[A-Za-z_][\w-]*/g) ?? [];
    const isSecret = words.some(soundsSecret);
    if (open === undefined && isSecret) [open, depth] = [{ indent, isSection: /^["']?secrets\b/.test(line) }, 0];
    if (open === undefined && !urlWithKey.test(line)) continue;
    lines.add(i + 1);
    for (const word of wordsOf(line)) texts.push(word);
    if (open?.isSection === true) for (const word of wordsOf(line.replace(/(?:^|\s)#.*$/, ''))) section.push(word);
    depth += (line.match(/[[{]/g)?.length ?? 0) - (line.match(/[\]}]/g)?.length ?? 0);
  }
  return { lines, texts, section };
}

const sections = keysOf(configSchema);

/** A line that begins a section, also with a typing mistake in its name. */
function isSectionLine(line: string): boolean {
  const key = /^["']?([A-Za-z][\w-]*)["']?\s*:(?:\s|$)/.exec(line)?.[1];
  return key !== undefined && (sections.includes(key) || didYouMean(key, sections) !== '');
}

/** The secrets that are declared as they should be: their names are no values. */
function namesOf(root: Node | undefined): readonly string[] {
  if (root === undefined) return [];
  return entriesOf(childOf(root, 'secrets'))
    .filter(({ key, value }) => isConfigName(key) && ['env', 'file', 'files'].some(source => hasSource(value, source)))
    .map(({ key }) => key);
}

/** Names of sites, people, commands …: a path may go through them. */
function namedBeside(root: Node | undefined): readonly string[] {
  if (root === undefined) return [];
  return namedSections
    .filter(section => section !== 'secrets')
    .flatMap(section => entriesOf(childOf(root, section)).map(e => e.key))
    .filter(isConfigName);
}

function hasSource(secret: Node, source: string): boolean {
  const value = childOf(secret, source);
  return value !== undefined && (isText(value) || value.kind === 'list');
}

let known: ReadonlySet<string> | undefined;

/** Keys and fixed values of the schema. */
function schemaWords(): ReadonlySet<string> {
  known ??= new Set(wordsBelow(configSchema));
  return known;
}

function* wordsBelow(schema: z.core.$ZodType): Generator<string> {
  const def = defOf(bare(schema));
  switch (def.type) {
    case 'object':
      yield* Object.keys(def.shape);
      for (const field of Object.values(def.shape)) yield* wordsBelow(field);
      return;
    case 'record':
      yield* wordsBelow(def.valueType);
      return;
    case 'array':
      yield* wordsBelow(def.element);
      return;
    case 'union':
      for (const option of def.options) yield* wordsBelow(option);
      return;
    case 'enum':
      yield* Object.values(def.entries).map(String);
      return;
    case 'literal':
      yield* def.values.map(String);
      return;
    default:
  }
}
