import { titleOfPhase } from '../timeline.ts';
import { labelOf } from './card.ts';
import { toneOf } from './tone.ts';
import { type GraphModel, type GraphNode, groupByScope } from './model.ts';
import { outline } from './outline.ts';
import { light } from './palette.ts';
import { toOneLine } from '../visible.ts';

/** Mermaid refuses a diagram with more edges, unless its `maxEdges` is raised, which a diagram may not do by itself. */
const mostEdges = 500;

// Mermaid has no dark variant of a class.
const { band, line, edge, ink, tones } = light;
const classes: readonly string[] = [
  ...Object.entries(tones).map(
    ([tone, { strong, soft }]) => `classDef ${tone} fill:${soft},stroke:${strong},color:${ink}`,
  ),
  `classDef join fill:${edge},stroke:${edge}`,
  `classDef phase fill:${band},stroke:${line},color:${ink}`,
];

/** The picture as a Mermaid flowchart: phases and sub-runbooks are subgraphs, walls are hexagons, closings dashed. */
export function renderMermaid(model: GraphModel): string {
  const names = new Map(model.nodes.map(({ id }, place) => [id, `n${place}`]));
  const nameOf = (id: string): string => names.get(id) ?? 'n';
  const lines: string[] = [];
  let phases = 0;

  for (const part of outline(groupByScope(model.nodes))) {
    const indent = '  '.repeat(part.depth);
    switch (part.kind) {
      case 'phase':
        lines.push(`${indent}subgraph p${phases++}[${quote(titleOfPhase(part.phase))}]`, `${indent}  direction TB`);
        break;
      case 'scope': {
        const [title = '', , ...notes] = labelOf(part.node);
        const label = quote([title, ...notes.slice(0, 1)].join(': '));
        lines.push(`${indent}subgraph ${nameOf(part.node.id)}[${label}]`, `${indent}  direction TB`);
        break;
      }
      case 'node':
        lines.push(`${indent}${nameOf(part.node.id)}${shapeOf(part.node)}`);
        break;
      case 'end':
        lines.push(`${indent}end`);
        break;
    }
  }

  const edges = model.edges.map(
    ({ kind, from, to }) => `  ${nameOf(from)} ${kind === 'closes' ? '-. closes .->' : '-->'} ${nameOf(to)}`,
  );
  const facts = [model.description ?? '', ...model.facts].filter(fact => fact !== '');
  return [
    '---',
    // Two of these and a brace begin a directive, wherever they stand.
    `title: ${JSON.stringify(toOneLine(model.title).replaceAll('%%', '% %'))}`,
    '---',
    `%% ${toOneLine(facts.join(', ')).replaceAll(/[{}]/g, ' ')}`,
    ...(edges.length > mostEdges
      ? [`%% ${edges.length} edges: Mermaid draws ${mostEdges}, unless its maxEdges is raised.`]
      : []),
    'flowchart TB',
    ...lines,
    ...edges,
    ...classes.map(line => `  ${line}`),
    ...classLines(model, nameOf),
    `  class ${Array.from({ length: phases }, (_, phase) => `p${phase}`).join(',')} phase`,
    '',
  ].join('\n');
}

function shapeOf(node: GraphNode): string {
  if (node.kind === 'join') return '[" "]';
  const label = quote(...labelOf(node));
  if (node.wall === true) return `{{${label}}}`;
  return node.forEach === true ? `[[${label}]]` : `[${label}]`;
}

/** In quotes, and without what Mermaid would read as markup, as an entity or as Markdown. */
function quote(...lines: readonly string[]): string {
  return `"${lines.map(escape).join('<br/>')}"`;
}

function escape(line: string): string {
  return toOneLine(line).replaceAll(
    /[^\p{L}\p{N} .,:/·…–()→✓✗?!_-]/gu,
    character => `#${character.codePointAt(0) ?? 0};`,
  );
}

function classLines(model: GraphModel, nameOf: (id: string) => string): readonly string[] {
  const members = new Map<string, string[]>();
  for (const node of model.nodes) {
    const name = node.kind === 'join' ? 'join' : toneOf(node);
    const list = members.get(name);
    if (list === undefined) members.set(name, [nameOf(node.id)]);
    else list.push(nameOf(node.id));
  }
  return [...members].map(([name, list]) => `  class ${list.join(',')} ${name}`);
}
