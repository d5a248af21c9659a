import { Html } from '../html-markup.ts';

interface Palette {
  readonly paper: string;
  readonly band: string;
  readonly card: string;
  readonly line: string;
  readonly edge: string;
  readonly ink: string;
  readonly quiet: string;
  readonly wall: string;
  /** Stripe and word of an effect or of a state's tone; the soft one fills the card. */
  readonly tones: Readonly<Record<string, { readonly strong: string; readonly soft: string }>>;
}

const light: Palette = {
  paper: '#ffffff',
  band: '#f4f6f9',
  card: '#ffffff',
  line: '#c3ccd7',
  edge: '#7b8797',
  ink: '#1a2330',
  quiet: '#515c6b',
  wall: '#e9edf2',
  tones: {
    read: { strong: '#51647d', soft: '#ffffff' },
    isolated: { strong: '#1a569b', soft: '#ffffff' },
    reversible: { strong: '#7a4a00', soft: '#fffaf0' },
    irreversible: { strong: '#a8221a', soft: '#fff6f5' },
    good: { strong: '#176338', soft: '#e1f3e8' },
    warn: { strong: '#7a4a00', soft: '#fcefd8' },
    bad: { strong: '#a8221a', soft: '#fce7e5' },
    info: { strong: '#1a569b', soft: '#e4eefa' },
    idle: { strong: '#515c6b', soft: '#ffffff' },
  },
};

const dark: Palette = {
  paper: '#11161d',
  band: '#181f28',
  card: '#212a36',
  line: '#455264',
  edge: '#8795a8',
  ink: '#e6ebf1',
  quiet: '#a7b3c2',
  wall: '#2e3947',
  tones: {
    read: { strong: '#9fb1c8', soft: '#212a36' },
    isolated: { strong: '#93c0f8', soft: '#212a36' },
    reversible: { strong: '#f1bb65', soft: '#2e2818' },
    irreversible: { strong: '#ff9c94', soft: '#36201f' },
    good: { strong: '#72d699', soft: '#14331f' },
    warn: { strong: '#f1bb65', soft: '#392a0d' },
    bad: { strong: '#ff9c94', soft: '#441a1a' },
    info: { strong: '#93c0f8', soft: '#162d4a' },
    idle: { strong: '#a7b3c2', soft: '#212a36' },
  },
};

// Class names begin with `g-`, so that a page that holds the picture keeps its own style. No custom properties: viewers other
// than browsers do not know them.
const fixed = `
.g { font: 11.5px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
.g-head { font-size: 19px; font-weight: 650; } .g-under { font-size: 13px; }
.g-title, .g-phase { font-size: 13px; font-weight: 650; }
.g-action, .g-id { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.g-badge, .g-letter { font-weight: 650; } .g-letter { font-size: 12px; text-anchor: middle; } .g-end { text-anchor: end; }
.g-edge, .g-closing { fill: none; stroke-width: 1.4; } .g-closing { stroke-dasharray: 5 4; }
.g-bar { stroke-width: 5; stroke-linecap: round; } .g-wall { stroke-width: 1.5; }`;

/** The picture's style: light, and dark where the reader prefers that. */
export const graphStyle = new Html(
  `${fixed}${colours(light)}\n@media (prefers-color-scheme: dark) {${colours(dark)}\n}\n`,
);

function colours({ paper, band, card, line, edge, ink, quiet, wall, tones }: Palette): string {
  const rules = Object.entries(tones).map(
    ([name, { strong, soft }]) =>
      `.g-${name} .g-stripe, .g-${name} .g-badge { fill: ${strong}; } .g-${name} .g-card { fill: ${soft}; } .g-${name} .g-wall { stroke: ${strong}; }`,
  );
  return `
.g { fill: ${ink}; } .g-paper { fill: ${paper}; } .g-band { fill: ${band}; } .g-inside { fill: ${band}; stroke: ${line}; }
.g-card { fill: ${card}; stroke: ${line}; } .g-wall { fill: ${wall}; }
.g-action, .g-id, .g-note, .g-under, .g-phase, .g-elsewhere { fill: ${quiet}; }
.g-edge, .g-closing, .g-bar, .g-ring { stroke: ${edge}; } .g-arrow { fill: ${edge}; } .g-ring { fill: ${paper}; }
${rules.join('\n')}`;
}
