import type { GraphNode, GraphStep } from './model.ts';

/** A line of a nested text form of the picture; `depth`: levels of indentation. What is begun is ended. */
export type OutlinePart =
  | { readonly kind: 'phase'; readonly depth: number; readonly phase: GraphNode['phase'] }
  /** A step that calls a sub-runbook, whose steps follow up to its end. */
  | { readonly kind: 'scope'; readonly depth: number; readonly node: GraphStep }
  | { readonly kind: 'node'; readonly depth: number; readonly node: GraphNode }
  | { readonly kind: 'end'; readonly depth: number };

/** Phases with their nodes, and sub-runbooks within; a sub-runbook of a single phase has no frame for that. */
export function* outline(
  scopes: ReadonlyMap<string | undefined, readonly GraphNode[]>,
  within?: string,
  depth = 1,
): Generator<OutlinePart> {
  const nodes = scopes.get(within) ?? [];
  const framed = within === undefined || nodes.some(({ phase }) => phase !== nodes[0]?.phase);
  const inside = framed ? depth + 1 : depth;
  let phase: string | undefined;
  for (const node of nodes) {
    if (framed && node.phase !== phase) {
      if (phase !== undefined) yield { kind: 'end', depth };
      yield { kind: 'phase', depth, phase: node.phase };
      phase = node.phase;
    }
    if (node.kind === 'join' || !scopes.has(node.id)) {
      yield { kind: 'node', depth: inside, node };
      continue;
    }
    yield { kind: 'scope', depth: inside, node };
    yield* outline(scopes, node.id, inside + 1);
    yield { kind: 'end', depth: inside };
  }
  if (phase !== undefined) yield { kind: 'end', depth };
}
