import { titleOfPhase } from '../timeline.ts';
import { labelOf } from './card.ts';
import { toneOf } from './tone.ts';
import { type GraphEdge, type GraphModel, type GraphNode, groupByScope } from './model.ts';
import { toOneLine } from '../visible.ts';

/** Frame and filling of a card, as in the SVG in light. */
const colours: Readonly<Partial<Record<string, readonly [frame: string, filling: string]>>> = {
  read: ['#51647d', '#ffffff'],
  isolated: ['#1a569b', '#ffffff'],
  reversible: ['#7a4a00', '#fffaf0'],
  irreversible: ['#a8221a', '#fff6f5'],
  good: ['#176338', '#e1f3e8'],
  warn: ['#7a4a00', '#fcefd8'],
  bad: ['#a8221a', '#fce7e5'],
  info: ['#1a569b', '#e4eefa'],
};
const idle = ['#515c6b', '#ffffff'] as const;

/** The picture for Graphviz: phases and sub-runbooks are clusters, closings dashed and without weight in the layout. */
export function renderDot(model: GraphModel): string {
  const scopes = groupByScope(model.nodes);
  const clusters = new Map<string, string>();
  const lines: string[] = [];
  let phases = 0;

  const draw = (within: string | undefined, depth: number): void => {
    const nodes = scopes.get(within) ?? [];
    // Within a sub-runbook a single phase needs no frame of its own.
    const framed = within === undefined || nodes.some(({ phase }) => phase !== nodes[0]?.phase);
    const indent = '  '.repeat(depth);
    let phase: string | undefined;
    for (const node of nodes) {
      if (framed && node.phase !== phase) {
        if (phase !== undefined) lines.push(`${indent}}`);
        lines.push(`${indent}subgraph cluster_phase${phases++} {`);
        lines.push(`${indent}  label=${quote(titleOfPhase(node.phase))}; style=filled; color="#f4f6f9";`);
        phase = node.phase;
      }
      const inside = framed ? `${indent}  ` : indent;
      if (!scopes.has(node.id)) {
        lines.push(`${inside}${nodeLine(node)}`);
        continue;
      }
      const cluster = `cluster_run${clusters.size}`;
      clusters.set(node.id, cluster);
      lines.push(`${inside}subgraph ${cluster} {`, `${inside}  label=""; style=solid; color="#c3ccd7";`);
      lines.push(`${inside}  ${nodeLine(node)}`);
      draw(node.id, depth + (framed ? 2 : 1));
      lines.push(`${inside}}`);
    }
    if (phase !== undefined) lines.push(`${indent}}`);
  };
  draw(undefined, 1);

  return [
    'digraph runbook {',
    `  label=${quote(model.title, [...model.facts, model.description ?? ''].filter(fact => fact !== '').join(' · '))};`,
    '  labelloc=t; rankdir=TB; compound=true; fontname="Helvetica"; newrank=true;',
    '  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=11];',
    '  edge [color="#7b8797", arrowsize=0.7];',
    ...lines,
    ...heads(scopes),
    ...model.edges.map(edge => edgeLine(edge, scopes, clusters)),
    '}',
    '',
  ].join('\n');
}

function nodeLine(node: GraphNode): string {
  const name = quote(node.id);
  if (node.kind === 'join')
    return `${name} [label="", shape=box, style=filled, fillcolor="#7b8797", color="#7b8797", height=0.06, width=1.2];`;
  const [frame, filling] = colours[toneOf(node)] ?? idle;
  const shape = node.wall === true ? ', style=filled, penwidth=3' : node.forEach === true ? ', peripheries=2' : '';
  return `${name} [label=${quote(...labelOf(node))}, color="${frame}", fillcolor="${filling}"${shape}];`;
}

/** From the head of a sub-runbook to its first steps, unseen: they stand below it. */
function heads(scopes: ReadonlyMap<string | undefined, readonly GraphNode[]>): readonly string[] {
  return [...scopes].flatMap(([call, [first]]) =>
    call === undefined || first === undefined ? [] : [`  ${quote(call)} -> ${quote(first.id)} [style=invis];`],
  );
}

/** Out of a sub-runbook from its last step, cut off at its frame. */
function edgeLine(
  { kind, from, to }: GraphEdge,
  scopes: ReadonlyMap<string | undefined, readonly GraphNode[]>,
  clusters: ReadonlyMap<string, string>,
): string {
  let tail = from;
  for (let last = scopes.get(tail)?.at(-1); last !== undefined; last = scopes.get(tail)?.at(-1)) tail = last.id;
  const attributes = [
    ...(clusters.has(from) ? [`ltail=${clusters.get(from) ?? ''}`] : []),
    ...(clusters.has(to) ? [`lhead=${clusters.get(to) ?? ''}`] : []),
    ...(kind === 'closes' ? ['style=dashed', 'constraint=false', `tooltip=${quote('closes')}`] : []),
  ];
  return `  ${quote(tail)} -> ${quote(to)}${attributes.length === 0 ? '' : ` [${attributes.join(', ')}]`};`;
}

/** A quoted string of DOT, a line each; a backslash would begin an escape of Graphviz. */
function quote(...lines: readonly string[]): string {
  return `"${lines.map(line => toOneLine(line).replaceAll('\\', '\\\\').replaceAll('"', '\\"')).join('\\n')}"`;
}
