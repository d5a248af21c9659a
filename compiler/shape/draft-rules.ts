import type { Contract } from '../../actions/contract.ts';
import type { Json } from '../../actions/json.ts';
import type { ObjectShape } from './fields.ts';
import { firstLine, headOf } from './keys.ts';
import type { Draft } from '../model.ts';
import type { MapNode } from '../yaml/nodes.ts';
import { isLiteral, partOf, rawOf } from './raw.ts';
import type { Reporter } from '../reporter.ts';
import { ownWords } from './zod-words.ts';

/** What must hold between the keys of one object; of what an expression will give, nothing is said. */
export function reportKeyRules(
  { exactlyOneOf, atMostOneOf = [], check }: ObjectShape,
  node: MapNode,
  draft: Draft & { readonly kind: 'map' },
  broken: ReadonlySet<string>,
  what: string,
  reporter: Reporter,
): void {
  const given = new Map(node.entries.map(e => [e.key, e.at]));
  if (exactlyOneOf !== undefined && exactlyOneOf.filter(k => given.has(k)).length !== 1)
    reporter.report('DB2019', firstLine(node, reporter), { what, keys: exactlyOneOf.join(', ') });
  for (const keys of atMostOneOf) {
    const [, second] = keys.flatMap(k => given.get(k) ?? []);
    if (second !== undefined) reporter.report('DB2048', second, { what, keys: keys.join(', ') });
  }
  if (check === undefined) return;
  // What could not be read was reported, and is not known.
  const unknown = node.entries.map((e): [string, unknown] => [e.key, null]);
  const raw = { ...Object.fromEntries(unknown), ...(rawOf(draft) as Record<string, unknown>) };
  for (const key of broken) raw[key] = null;
  for (const { path, message } of check(raw)) reportAt(path, message, draft, what, 'DB2011', reporter);
}

type Code = 'DB2011' | 'DB6005';

/**
 * What the schema of an action says of a complete `with`, each at its place; nothing where an expression's value is not
 * known yet. `code`: DB6005 once inputs were filled in.
 */
export function reportWhole(contract: Contract, draft: Draft, code: Code, reporter: Reporter): void {
  if (!isLiteral(draft)) return;
  reportValue(contract, rawOf(draft) as Json, draft, code, reporter);
}

/** The same of a value that the draft came to. */
export function reportValue(contract: Contract, value: Json, draft: Draft, code: Code, reporter: Reporter): void {
  const result = contract.input.safeParse(value, { error: ownWords });
  for (const { path, message } of result.error?.issues ?? []) reportAt(path, message, draft, 'with', code, reporter);
}

function reportAt(
  path: readonly PropertyKey[],
  why: string,
  draft: Draft,
  what: string,
  code: Code,
  reporter: Reporter,
): void {
  const name = path.reduce<string>((text, p) => text + (typeof p === 'number' ? `[${p}]` : `.${String(p)}`), what);
  reporter.report(code, headOf(partOf(draft, path).at, reporter), { what: name, why });
}
