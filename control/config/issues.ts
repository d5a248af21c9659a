import type { z } from 'zod';
import { didYouMean } from '../../compiler/diagnostics.ts';
import { firstLine, headOf } from '../../compiler/shape/keys.ts';
import { describeNode, type Node } from '../../compiler/yaml/nodes.ts';
import type { Reporter } from '../../compiler/reporter.ts';
import { wordsFor } from '../../compiler/shape/zod-words.ts';
import { childOf, entryOf, nodeAt, type Path, spellPath } from './nodes.ts';
import { configSchema } from './schema.ts';
import { choose, defOf, bare, formsOf, keysOf, schemaAt } from './walk.ts';

type Issue = z.core.$ZodIssue;

/** zod's issues (parsed with ownWords) as diagnostics, each at its place. `reported`: nodes about which all was said. */
export function reportIssues(
  issues: readonly Issue[],
  root: Node,
  reported: ReadonlySet<Node>,
  reporter: Reporter,
  above: Path = [],
): void {
  const missing = new Map<Node, Missing>();
  for (const issue of issues) {
    const path = [...above, ...issue.path];
    const { node, entry } = nodeAt(root, path);
    if (reported.has(node) && issue.code !== 'unrecognized_keys') continue;
    const where = spellPath(path);
    if (isMissing(root, path)) {
      const found = missing.get(node) ?? { keys: [], where: spellPath(path.slice(0, -1)), why: '' };
      found.keys.push(String(path.at(-1)));
      // A rule of the schema's own about what is not there says more.
      if (issue.code === 'custom') found.why = `: ${issue.message}`;
      missing.set(node, found);
      continue;
    }
    switch (issue.code) {
      case 'unrecognized_keys':
        reportUnknownKeys(issue.keys, root, path, reported, reporter);
        break;
      case 'invalid_union':
        reportUnion(issue, root, path, reported, reporter);
        break;
      case 'invalid_key':
        reporter.report('DB8001', entry?.at ?? node, {
          message: `${where}: ${issue.issues[0]?.message ?? issue.message}`,
        });
        break;
      case 'invalid_type':
        if (issue.expected === 'string' && isBareWord(node) && issue.message.startsWith('text ')) {
          reporter.report('DB8009', node, { where, found: describeNode(node), written: node.written });
          break;
        }
        reporter.report('DB8001', headOf(node, reporter), { message: `${where}: ${issue.message}` });
        break;
      default:
        reporter.report('DB8001', headOf(node, reporter), { message: `${where}: ${issue.message}` });
    }
  }
  for (const [node, found] of missing) reportMissing(node, found, reporter);
}

/** Of one map. */
interface Missing {
  readonly keys: string[];
  readonly where: string;
  why: string;
}

/** In one diagnostic, since all are blamed at the same place. */
function reportMissing(node: Node, { keys, where, why }: Missing, reporter: Reporter): void {
  const quoted = keys.map(key => `"${key}"`);
  const last = quoted.pop() ?? '';
  const list = quoted.length === 0 ? `${last} is` : `${quoted.join(', ')} and ${last} are`;
  const at = node.kind === 'map' ? firstLine(node, reporter) : headOf(node, reporter);
  reporter.report('DB8001', at, { message: `${list} missing in ${where}${why}` });
}

/** A number, `true`, `no` … without quotes, where text is wanted. */
function isBareWord(node: Node): node is Extract<Node, { kind: 'scalar' }> {
  return node.kind === 'scalar' && node.value !== null && node.style === 'plain';
}

function isMissing(root: Node, path: Path): boolean {
  const parent = nodeAt(root, path.slice(0, -1)).node;
  const key = path.at(-1);
  return key !== undefined && parent.kind === 'map' && entryOf(parent, key) === undefined;
}

function reportUnknownKeys(
  keys: readonly string[],
  root: Node,
  path: Path,
  reported: ReadonlySet<Node>,
  reporter: Reporter,
): void {
  const { node } = nodeAt(root, path);
  const schema = schemaAt(configSchema, root, path);
  const union = schema && defOf(bare(schema));
  const choice = union?.type === 'union' ? choose(union, node) : undefined;
  const known = schema === undefined ? [] : keysOf(choice?.kind === 'one' ? choice.option : schema);
  for (const key of keys) {
    const value = childOf(node, key);
    // Under `secrets` that was the complaint.
    if (path[0] === 'secrets' && value !== undefined && reported.has(value)) continue;
    const at = node.kind === 'map' ? (entryOf(node, key)?.at ?? node) : node;
    reporter.report('DB8002', at, { key, where: spellPath(path), suggestion: reporter.didYouMean(key, known) });
  }
}

function reportUnion(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  root: Node,
  path: Path,
  reported: ReadonlySet<Node>,
  reporter: Reporter,
): void {
  const { node } = nodeAt(root, path);
  if ('discriminator' in issue && issue.discriminator !== undefined) {
    const options = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
    const found = node.kind === 'scalar' ? node.value : undefined;
    const message =
      node.kind === 'scalar'
        ? wordsFor(options, found)
        : `one of ${options.join(', ')} is wanted, this is ${describeNode(node)}`;
    reporter.report('DB8001', headOf(node, reporter), { message: `${spellPath(path)}: ${message}` });
    return;
  }
  const schema = schemaAt(configSchema, root, path);
  const def = schema && defOf(bare(schema));
  if (def?.type !== 'union') return;
  const choice = choose(def, node);
  if (choice.kind === 'one') {
    reportIssues(issue.errors[choice.index] ?? [], root, reported, reporter, path);
  } else if (choice.keys.length === 0) {
    const message = `${spellPath(path)}: ${formsOf(def)} is wanted, this is ${describeNode(node)}`;
    reporter.report('DB8001', headOf(node, reporter), { message });
  } else {
    reportForms(choice.kind, choice.keys, root, path, reported, reporter);
  }
}

/** Exactly one of some keys must stand there. A mistyped one is told as what it is. */
function reportForms(
  kind: 'none' | 'several',
  keys: readonly string[],
  root: Node,
  path: Path,
  reported: ReadonlySet<Node>,
  reporter: Reporter,
): void {
  const { node } = nodeAt(root, path);
  const schema = schemaAt(configSchema, root, path);
  const known = schema === undefined ? [] : keysOf(schema);
  const written = node.kind === 'map' ? node.entries.map(e => e.key) : [];
  const unknown = written.filter(key => !known.includes(key));
  reportUnknownKeys(unknown, root, path, reported, reporter);
  if (kind === 'none' && unknown.some(key => didYouMean(key, keys) !== '')) return;
  const at = node.kind === 'map' ? firstLine(node, reporter) : headOf(node, reporter);
  reporter.report('DB8010', at, { where: spellPath(path), keys: keys.join(', ') });
}
