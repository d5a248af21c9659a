import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { describeIssue } from './yaml-issues.ts';

/** A scenario or a fault script that cannot be used: a line for each mistake, with its place. */
class FileRefused extends Error {
  override readonly name = 'FileRefused';
}

export type Path = readonly PropertyKey[];

/** What is wrong at a place of the file. */
export interface Complaint {
  readonly path: Path;
  readonly message: string;
}

/**
 * Reads YAML by a schema; `check` tells what the schema cannot. `file` stands in front of each complaint.
 * Throws FileRefused.
 */
export function readYaml<S extends z.ZodType>(
  text: string,
  file: string,
  schema: S,
  check: (value: z.output<S>) => Iterable<Complaint> = () => [],
): z.output<S> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const refuse = (found: readonly { readonly offset: number; readonly message: string }[]): never => {
    const told = found
      .map(({ offset, message }) => ({ ...lines.linePos(offset), message }))
      .sort((a, b) => a.line - b.line || a.col - b.col)
      .map(({ line, col, message }) => `${file}:${line}:${col}: ${message}`);
    throw new FileRefused([...new Set(told)].join('\n'));
  };
  if (document.errors.length > 0) refuse(document.errors.map(({ pos, message }) => ({ offset: pos[0], message })));

  const complaints = (found: Iterable<Complaint>): { readonly offset: number; readonly message: string }[] =>
    [...found].map(({ path, message }) => ({
      offset: offsetOf(document, path),
      message: path.length === 0 ? message : `${spell(path)}: ${message}`,
    }));
  const parsed = schema.safeParse(asPlain(document, refuse), { error: describeIssue });
  if (!parsed.success) return refuse(complaints(parsed.error.issues.flatMap(complaintsOf)));
  const wrong = complaints(check(parsed.data));
  return wrong.length > 0 ? refuse(wrong) : parsed.data;
}

function asPlain(document: Document, refuse: (found: { offset: number; message: string }[]) => never): unknown {
  try {
    return document.toJS() as unknown;
  } catch (error) {
    // An alias without its anchor, or too many of them.
    return refuse([{ offset: 0, message: error instanceof Error ? error.message : String(error) }]);
  }
}

function complaintsOf(issue: z.core.$ZodIssue): Complaint[] {
  const { path, message } = issue;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(key => ({ path: [...path, key], message: 'there is no such key here' }));
  return [{ path, message }];
}

/** Of the key for a map's entry, of the item in a list; what is missing is told where it would belong. */
function offsetOf(document: Document, path: Path): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => (isScalar(key) ? String(key.value) : undefined) === String(step));
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else {
      node = document.getIn([...path.slice(0, path.indexOf(step)), step], true);
      const start = startOf(node);
      if (start === undefined) return offset;
      offset = start;
    }
  }
  return offset;
}

const startOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined);

/** `vpgs.crm.vms[0].nic`. */
function spell(path: Path): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key)}`)).join('');
}
