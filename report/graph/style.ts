import { Html } from '../html-markup.ts';
import { dark, light, type Palette } from './palette.ts';

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
