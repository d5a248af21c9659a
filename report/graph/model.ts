/**
 * What a run does, as a picture: plain data of this room's own, so that a plan and a run that has begun are drawn alike.
 * Nodes stand in the author's order. `renderSvg`, `renderMermaid` and `renderDot` draw it.
 */
export interface GraphModel {
  readonly title: string;
  readonly description?: string;
  /** In a few words each: the site, the objectives. */
  readonly facts: readonly string[];
  readonly nodes: readonly GraphNode[];
  /** Transitively reduced, so that a sequence is a line. Both ends are in the same scope (`within`). */
  readonly edges: readonly GraphEdge[];
}

export type GraphNode = GraphStep | GraphJoin;

export interface GraphStep {
  readonly kind: 'step';
  readonly id: string;
  /** What it is called; the id where nobody named it. */
  readonly title: string;
  /** The action. */
  readonly action: string;
  /** Short lines: what it touches, how often, on which condition. */
  readonly notes: readonly string[];
  readonly phase: string;
  /** `read`, `isolated`, `reversible` or `irreversible`. */
  readonly effect: string;
  /** Its status, once there is a run. */
  readonly state?: string;
  /** Id of the step that it is a part of: a sub-runbook's. */
  readonly within?: string;
  /** Once for each item of a list. */
  readonly forEach?: true;
  /** Everything above ends before it, and nothing below starts before it ended. */
  readonly wall?: true;
}

/** All of some steps have ended: stands for the edges from each of them to each of several others. */
export interface GraphJoin {
  readonly kind: 'join';
  readonly id: string;
  readonly phase: string;
  readonly within?: string;
}

/** `after`: `to` starts when `from` has ended. `closes`: `to` ends what `from` opened. */
export interface GraphEdge {
  readonly kind: 'after' | 'closes';
  readonly from: string;
  readonly to: string;
}

/** The model's scopes: its nodes by the id of the step that they are a part of; `undefined` is the run itself. */
export function groupByScope(nodes: readonly GraphNode[]): ReadonlyMap<string | undefined, readonly GraphNode[]> {
  const scopes = new Map<string | undefined, GraphNode[]>();
  for (const node of nodes) {
    const scope = scopes.get(node.within);
    if (scope === undefined) scopes.set(node.within, [node]);
    else scope.push(node);
  }
  return scopes;
}

/** How many of the nodes are steps. */
export function countSteps({ nodes }: GraphModel): number {
  return nodes.reduce((sum, node) => sum + (node.kind === 'step' ? 1 : 0), 0);
}

/** What each node waits for, by its id. */
export function waitsOf(edges: readonly GraphEdge[]): ReadonlyMap<string, readonly string[]> {
  const waits = new Map<string, string[]>();
  for (const { kind, from, to } of edges) {
    if (kind === 'closes') continue;
    const known = waits.get(to);
    if (known === undefined) waits.set(to, [from]);
    else known.push(from);
  }
  return waits;
}
