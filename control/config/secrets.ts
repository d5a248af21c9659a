import { didYouMean } from '../../compiler/diagnostics.ts';
import type { MapNode, Node } from '../../compiler/yaml/nodes.ts';
import type { Reporter } from '../../compiler/reporter.ts';
import type { Range } from '../../compiler/yaml/source.ts';
import { childOf, entriesOf, isText, itemsOf, scalarsOf, spellPath } from './nodes.ts';
import { headOf } from '../../compiler/shape/keys.ts';
import { configSchema } from './schema.ts';
import { marks } from './schema/marks.ts';
import { hashWords } from './schema/values.ts';
import { walk } from './walk.ts';

/** Where a secret may be read from. */
const sources: readonly string[] = ['env', 'file', 'files'];

/**
 * Before all else: secrets that stand in the file themselves, or may. Such a value must be in no message and its line in no
 * code frame, so nothing else is said about it. Gives the nodes about which all is said.
 */
export function reportSecretValues(root: MapNode, reporter: Reporter): ReadonlySet<Node> {
  const known = new Set(entriesOf(childOf(root, 'secrets')).map(e => e.key));
  const done = new Set<Node>();
  reportUnknownSources(root, done, reporter);
  reportHashes(root, done, reporter);
  const misspelt = reportMisspelt(root, known, done, reporter);
  const values = [
    ...valuesUnderSecrets(root, done),
    ...refsOf(root, known),
    ...urlsOf(root),
    ...commandsOf(root),
    ...namedSo(root, known),
  ];
  for (const value of values) {
    if (done.has(value)) continue;
    done.add(value);
    for (const scalar of scalarsOf(value)) {
      done.add(scalar);
      if (scalar.value !== null && !misspelt.has(scalar)) reporter.report('DB8005', scalar, {});
    }
  }
  for (const at of keysUnderSecrets(root)) reporter.report('DB8005', at, {});
  return done;
}

/** What is nearly the name of a secret is one, misspelt. Gives these. */
function reportMisspelt(
  root: MapNode,
  known: ReadonlySet<string>,
  done: ReadonlySet<Node>,
  reporter: Reporter,
): ReadonlySet<Node> {
  const section = childOf(root, 'secrets');
  const skipped = new Set<Node>([...done, ...(section === undefined ? [] : scalarsOf(section))]);
  const found = new Set<Node>();
  for (const scalar of [...refsOf(root, known), ...namedSo(root, known)].flatMap(scalarsOf)) {
    const suggestion = isText(scalar) ? reporter.didYouMean(scalar.value, known) : '';
    if (suggestion === '' || !isText(scalar) || skipped.has(scalar)) continue;
    reporter.report('DB8004', scalar, { kind: 'secret', name: scalar.value, suggestion });
    found.add(scalar);
  }
  return found;
}

/** `{ value: … }`: neither what it is called nor what it holds is told as a source. */
function reportUnknownSources(root: MapNode, done: Set<Node>, reporter: Reporter): void {
  for (const { key: name, value: place } of entriesOf(childOf(root, 'secrets')))
    for (const { key, at, value } of entriesOf(place)) {
      if (!isNoSource(key) || scalarsOf(value).every(s => s.value === null)) continue;
      reporter.report('DB8002', at, { key, where: `secrets.${name}`, suggestion: '' }, { secret: true });
      for (const node of [place, value, ...scalarsOf(value)]) done.add(node);
    }
}

/** Where the hash of a token belongs, and stands what may be the token. */
function reportHashes(root: MapNode, done: Set<Node>, reporter: Reporter): void {
  for (const [schema, node, path] of walk(configSchema, root, 'all')) {
    if (marks.get(schema)?.kind !== 'hash') continue;
    const scalars = scalarsOf(node).filter(s => s.value !== null);
    if (scalars.every(s => isText(s) && s.value.startsWith('sha256:'))) continue;
    const message = `${spellPath(path)}: ${hashWords}`;
    reporter.report('DB8001', headOf(node, reporter), { message }, { secret: true });
    for (const told of [node, ...scalars]) done.add(told);
  }
}

/** `{ hunter2 }`: a key without a value, where a source belongs. */
function keysUnderSecrets(root: MapNode): readonly Range[] {
  return entriesOf(childOf(root, 'secrets'))
    .flatMap(({ value }) => (value.kind === 'map' ? value.entries : []))
    .filter(({ key, value }) => value.kind === 'scalar' && value.value === null && isNoSource(key))
    .map(({ at }) => at);
}

const isNoSource = (key: string): boolean => !sources.includes(key) && didYouMean(key, sources) === '';

/** Under `secrets`: a value in place of where it is read from. The entries that have such a thing are put into `done`. */
function* valuesUnderSecrets(root: MapNode, done: Set<Node>): Generator<Node> {
  for (const { value: place } of entriesOf(childOf(root, 'secrets'))) {
    if (place.kind !== 'map') {
      if (scalarsOf(place).some(s => s.value !== null)) yield place;
      continue;
    }
    for (const { key, value } of place.entries) {
      if (!sources.includes(key) || !scalarsOf(value).some(s => isValue(key, s.value))) continue;
      done.add(place);
      yield value;
    }
  }
}

/** No name of a variable, or text of several lines: a key, pasted. */
function isValue(source: string, written: unknown): boolean {
  if (typeof written !== 'string' || written.trim() === '') return false;
  return source === 'env' ? !/^[A-Za-z_][A-Za-z0-9_]*$/.test(written) : written.trim().includes('\n');
}

/** Where the name of a secret belongs, and stands none. */
function* refsOf(root: MapNode, known: ReadonlySet<string>): Generator<Node> {
  for (const [schema, node] of walk(configSchema, root, 'all')) {
    const mark = marks.get(schema);
    const scalars = mark === undefined ? [] : scalarsOf(node).filter(s => s.value !== null);
    if (mark?.kind !== 'ref' || mark.to !== 'secret') continue;
    if (scalars.some(s => !isText(s) || !known.has(s.value))) yield node;
  }
}

const credentials = /[a-z][a-z0-9+.-]*:\/\/[^/?#\s]*@/i;
const keyInQuery =
  /^https?:\/\/[^\s]*[?&](?:token|key|secret|pass(?:word|wd)?|pwd|auth|sig|signature|code|api[-_]?key|access[-_]?(?:token|key))=./i;

function* urlsOf(root: MapNode): Generator<Node> {
  for (const scalar of scalarsOf(root))
    if (isText(scalar) && (credentials.test(scalar.value) || keyInQuery.test(scalar.value))) yield scalar;
}

const secretVariable = /(?:PASSWORD|PASSWD|_PWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY)$/i;
const secretFlag = '--?(?:[a-z-]+-)?(?:password|passwd|secret|token|api-?key)';
const secretArgument = new RegExp(`^${secretFlag}=.`, 'i');
const secretBefore = new RegExp(`^${secretFlag}$`, 'i');

/** A command's own arguments and environment: everybody on the worker's machine may read the first. */
function* commandsOf(root: MapNode): Generator<Node> {
  for (const { value: command } of entriesOf(childOf(root, 'commands'))) {
    const run = itemsOf(childOf(command, 'run'));
    for (const [i, argument] of run.entries()) {
      if (!isText(argument)) continue;
      const before = run[i - 1];
      const isNext = before !== undefined && isText(before) && secretBefore.test(before.value);
      if (secretArgument.test(argument.value) || (isNext && !argument.value.startsWith('-'))) yield argument;
    }
    for (const { key, value } of entriesOf(childOf(command, 'env')))
      if (value.kind === 'scalar' && value.value !== null && secretVariable.test(key)) yield value;
  }
}

const secretKey = /pass(?:w|$|phrase)|secret|token|credential|api-?key|private-?key/i;

/** Anything that its key calls a secret, also where no such key is known. */
function* namedSo(node: Node, known: ReadonlySet<string>): Generator<Node> {
  if (node.kind === 'list') for (const item of node.items) yield* namedSo(item, known);
  for (const { key, value } of entriesOf(node)) {
    if (value.kind !== 'scalar') yield* namedSo(value, known);
    else if (
      secretKey.test(key) &&
      key !== 'sealed-token' &&
      typeof value.value !== 'boolean' &&
      value.value !== null
    ) {
      if (!isText(value) || !known.has(value.value)) yield value;
    }
  }
}
