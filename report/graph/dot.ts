import { titleOfPhase } from '../timeline.ts';
import { labelOf } from './card.ts';
import { toneOf } from './tone.ts';
import { type GraphEdge, type GraphModel, type GraphNode, groupByScope } from './model.ts';
import { outline } from './outline.ts';
import { light } from './palette.ts';
import { toOneLine } from '../visible.ts';

const { band, line, edge, tones } = light;

/** The picture for Graphviz: phases and sub-runbooks are clusters, closings dashed and without weight in the layout. */
export function renderDot(model: GraphModel): string {
  const scopes = groupByScope(model.nodes);
  const clusters = new Map<string, string>();
  const lines: string[] = [];
  let phases = 0;

  for (const part of outline(scopes)) {
    const indent = '  '.repeat(part.depth);
    switch (part.kind) {
      case 'phase':
        lines.push(`${indent}subgraph cluster_phase${phases++} {`);
        lines.push(`${indent}  label=${quote(titleOfPhase(part.phase))}; style=filled; color="${band}";`);
        break;
      case 'scope': {
        const cluster = `cluster_run${clusters.size}`;
        clusters.set(part.node.id, cluster);
        lines.push(`${indent}subgraph ${cluster} {`, `${indent}  label=""; style=solid; color="${line}";`);
        lines.push(`${indent}  ${nodeLine(part.node)}`);
        break;
      }
      case 'node':
        lines.push(`${indent}${nodeLine(part.node)}`);
        break;
      case 'end':
        lines.push(`${indent}}`);
        break;
    }
  }

  return [
    'digraph runbook {',
    `  label=${quote(model.title, [...model.facts, model.description ?? ''].filter(fact => fact !== '').join(' · '))};`,
    '  labelloc=t; rankdir=TB; compound=true; fontname="Helvetica"; newrank=true;',
    '  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=11];',
    `  edge [color="${edge}", arrowsize=0.7];`,
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
    return `${name} [label="", shape=box, style=filled, fillcolor="${edge}", color="${edge}", height=0.06, width=1.2];`;
  const { strong, soft } = tones[toneOf(node)];
  const shape = node.wall === true ? ', style=filled, penwidth=3' : node.forEach === true ? ', peripheries=2' : '';
  return `${name} [label=${quote(...labelOf(node))}, color="${strong}", fillcolor="${soft}"${shape}];`;
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
