import { type CardText, labelOf, stackStep, writeCard } from './card.ts';
import type { Shape } from './drawing.ts';
import { layGraph } from './layout.ts';
import { layList } from './list.ts';
import { round } from './path.ts';
import { graphStyle } from './style.ts';
import { fit, widthOf } from './text.ts';
import { toneOf } from './tone.ts';
import { countSteps, type GraphModel } from './model.ts';
import { type Content, type Html, html, nothing } from '../html-markup.ts';
import { lookOfStatus } from '../words.ts';

/** Above so many steps arrows tell nobody anything: the steps become a list. */
const mostSteps = 600;
const margin = 24;
const footer = 44;
const narrowest = 420;

/**
 * The picture as one SVG that needs nothing else: no script, no font, no address. It follows the reader's light or dark
 * scheme. The same model gives the same bytes.
 */
export function renderSvg(model: GraphModel): string {
  const steps = countSteps(model);
  const drawn = steps > mostSteps ? undefined : layGraph(model);
  const drawing = drawn ?? layList(model);
  const note =
    drawn === undefined
      ? ['too many for arrows: of this list, steps with the same number may run at the same time']
      : [];
  const facts = [...model.facts, ...note].join(' · ');
  const width = round(Math.max(narrowest, drawing.width) + 2 * margin);
  const header = model.description === undefined ? 58 : 76;
  const height = round(drawing.height + header + footer + 2 * margin);
  const x = margin + Math.max(0, narrowest - drawing.width) / 2;
  const room = width - 2 * margin;
  const under = [facts, model.description ?? ''].map(text => fit(text, room, { size: 13 }));
  const picture = html`<svg xmlns="http://www.w3.org/2000/svg" class="g" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="drillbook-graph-title drillbook-graph-text">
<title id="drillbook-graph-title">${model.title}</title>
<desc id="drillbook-graph-text">${describe(model, facts)}</desc>
<style>${graphStyle}</style>
<defs><marker id="drillbook-graph-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path class="g-arrow" d="M0,0.5L8,4L0,7.5z"/></marker></defs>
<rect class="g-paper" width="${width}" height="${height}"/>
<text class="g-head" x="${margin}" y="${margin + 18}">${model.title}</text>
${under.map((text, line) => html`<text class="g-under" x="${margin}" y="${margin + 40 + line * 18}">${text}</text>`)}
<g transform="translate(${round(x)},${margin + header})">
${drawing.shapes.map(drawShape)}
</g>
${drawLegend(model, margin, height - margin - 8)}
</svg>`;
  return `${picture.markup}\n`;
}

/** For those who cannot see it: the steps in order. */
function describe({ description, nodes }: GraphModel, facts: string): string {
  const steps = nodes.filter(node => node.kind === 'step');
  const names = steps.slice(0, 40).map(({ id, action }) => `${id} (${action})`);
  const rest = steps.length - names.length;
  return `${description === undefined ? '' : `${description} `}${facts}. In order: ${names.join(', ')}${rest > 0 ? `, and ${rest} more` : ''}.`;
}

function drawShape(shape: Shape): Html {
  switch (shape.kind) {
    case 'group':
      return html`<g transform="translate(${round(shape.x)},${round(shape.y)})">
${shape.shapes.map(drawShape)}
</g>`;
    case 'band':
      return html`<rect class="g-band" ${boxOf(shape)} rx="8"/><text class="g-phase" x="${round(shape.x + 16)}" y="${round(shape.y + 30)}">${shape.title}</text>`;
    case 'phase':
      return html`<text class="g-phase" x="${round(shape.x)}" y="${round(shape.y)}">${shape.title}</text>`;
    case 'edge':
    case 'closing':
      return html`<path class="g-${shape.kind}" d="${shape.path}"${shape.arrow ? html` marker-end="url(#drillbook-graph-arrow)"` : nothing}/>`;
    case 'join':
      return html`<path class="g-edge g-bar" d="M${round(shape.x)},${round(shape.y)}h${round(shape.width)}"/>`;
    case 'connector':
      return html`<circle class="g-ring" cx="${round(shape.x)}" cy="${round(shape.y)}" r="11"/><text class="g-letter" x="${round(shape.x)}" y="${round(shape.y + 4)}">${shape.letter}</text>`;
    case 'elsewhere':
      return html`<text class="g-elsewhere" x="${round(shape.x)}" y="${round(shape.y)}">${shape.text}</text>`;
    case 'card':
    case 'wall':
    case 'box':
      return drawStep(shape);
    case 'row':
      return html`<g class="g-${toneOf(shape.step)}"><title>${labelOf(shape.step).join('\n')}</title><rect class="g-stripe" x="${round(shape.x)}" y="${round(shape.y - 9)}" width="4" height="11"/>${shape.texts.map(drawText(shape.x, shape.y))}</g>`;
  }
}

type StepShape = Extract<Shape, { readonly kind: 'card' | 'wall' | 'box' }>;

function drawStep(shape: StepShape): Html {
  const { step, x, y, width } = shape;
  return html`<g class="g-${toneOf(step)}"><title>${labelOf(step).join('\n')}</title>${drawFrame(shape)}${writeCard(step, width).map(drawText(x, y))}</g>`;
}

function drawFrame(shape: StepShape): Content {
  const { kind, step, x, y, width, height } = shape;
  const stripe = html`<path class="g-stripe" d="M${round(x + 4)},${round(y)}a4,4 0 0 0 -4,4v${round((kind === 'box' ? shape.head : height) - 8)}a4,4 0 0 0 4,4z"/>`;
  switch (kind) {
    case 'wall':
      return html`<rect class="g-wall" ${boxOf(shape)} rx="4"/>${[x, x + width - 5].map(
        left =>
          html`<rect class="g-stripe" x="${round(left)}" y="${round(y)}" width="5" height="${round(height)}" rx="2"/>`,
      )}`;
    case 'box':
      return html`${drawStack(shape)}<rect class="g-inside" ${boxOf(shape)} rx="6"/>${stripe}`;
    case 'card':
      return html`${step.forEach === true ? drawStack(shape) : nothing}<rect class="g-card" ${boxOf(shape)} rx="4"/>${stripe}`;
  }
}

/** Of a for-each: two more cards behind. */
function drawStack({ step, x, y, width, height }: StepShape): Content {
  if (step.forEach !== true) return nothing;
  return [2, 1].map(
    n => html`<rect class="g-card" ${boxOf({ x: x + n * stackStep, y: y + n * stackStep, width, height })} rx="4"/>`,
  );
}

function drawText(x: number, y: number): (text: CardText) => Html {
  return ({ text, look, anchor, x: right, y: down }) => {
    const badge = look === 'effect' || look === 'state';
    return html`<text class="g-${badge ? 'badge' : look}${anchor === 'end' ? ' g-end' : ''}" x="${round(x + right)}" y="${round(y + down)}">${text}</text>`;
  };
}

function boxOf({ x, y, width, height }: Pick<StepShape, 'x' | 'y' | 'width' | 'height'>): Html {
  return html`x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;
}

/** What the colours mean; only those that occur. */
function drawLegend({ nodes }: GraphModel, x: number, y: number): Content {
  const meanings = new Map<string, string>();
  for (const node of nodes) {
    if (node.kind !== 'step') continue;
    const { state, effect } = node;
    meanings.set(state === undefined ? effect : lookOfStatus(state).word, toneOf(node));
  }
  let left = x;
  return [...meanings].map(([word, tone]) => {
    const at = left;
    left += widthOf(word, { size: 11.5 }) + 34;
    return html`<g class="g-${tone}"><rect class="g-stripe" x="${round(at)}" y="${round(y - 9)}" width="10" height="10" rx="2"/><text class="g-note" x="${round(at + 15)}" y="${round(y)}">${word}</text></g>`;
  });
}
