import { titleOfPhase } from '../timeline.ts';
import { labelOf } from './card.ts';
import { toneOf } from './tone.ts';
import { type GraphModel, type GraphNode, groupByScope } from './model.ts';
import { toOneLine } from '../visible.ts';

/** Mermaid refuses a diagram with more edges, unless its `maxEdges` is raised, which a diagram may not do by itself. */
const mostEdges = 500;

// The colours are those of the SVG in light; Mermaid has no dark variant of a class.
const classes: readonly string[] = [
  'classDef read fill:#ffffff,stroke:#51647d,color:#1a2330',
  'classDef isolated fill:#ffffff,stroke:#1a569b,color:#1a2330',
  'classDef reversible fill:#fffaf0,stroke:#7a4a00,color:#1a2330',
  'classDef irreversible fill:#fff6f5,stroke:#a8221a,color:#1a2330',
  'classDef good fill:#e1f3e8,stroke:#176338,color:#1a2330',
  'classDef warn fill:#fcefd8,stroke:#7a4a00,color:#1a2330',
  'classDef bad fill:#fce7e5,stroke:#a8221a,color:#1a2330',
  'classDef info fill:#e4eefa,stroke:#1a569b,color:#1a2330',
  'classDef idle fill:#ffffff,stroke:#515c6b,color:#1a2330',
  'classDef join fill:#7b8797,stroke:#7b8797',
  'classDef phase fill:#f4f6f9,stroke:#c3ccd7,color:#1a2330',
];

/** The picture as a Mermaid flowchart: phases and sub-runbooks are subgraphs, walls are hexagons, closings dashed. */
export function renderMermaid(model: GraphModel): string {
  const names = new Map(model.nodes.map(({ id }, place) => [id, `n${place}`]));
  const nameOf = (id: string): string => names.get(id) ?? 'n';
  const scopes = groupByScope(model.nodes);
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
        if (phase !== undefined) lines.push(`${indent}end`);
        lines.push(`${indent}subgraph p${phases}[${quote(titleOfPhase(node.phase))}]`, `${indent}  direction TB`);
        phases++;
        phase = node.phase;
      }
      const inside = framed ? `${indent}  ` : indent;
      if (scopes.has(node.id) && node.kind === 'step') {
        const [title = '', , ...notes] = labelOf(node);
        lines.push(`${inside}subgraph ${nameOf(node.id)}[${quote([title, ...notes.slice(0, 1)].join(': '))}]`);
        lines.push(`${inside}  direction TB`);
        draw(node.id, depth + (framed ? 2 : 1));
        lines.push(`${inside}end`);
      } else lines.push(`${inside}${nameOf(node.id)}${shapeOf(node)}`);
    }
    if (phase !== undefined) lines.push(`${indent}end`);
  };
  draw(undefined, 1);

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
