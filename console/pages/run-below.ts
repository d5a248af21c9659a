import type { RunView } from '../../control/run-view.ts';
import { renderSvg } from '../../report/graph/svg.ts';
import { countSteps } from '../../report/graph/model.ts';
import { Html, html, nothing } from '../../report/html-markup.ts';
import { renderTimeline } from '../../report/html-timeline.ts';
import { tellLog } from '../../report/log.ts';
import { renderMoment, type Zone } from './moments.ts';

/** A larger picture is not sent anew with each change: it has a page of its own. */
const mostDrawn = 150;
const mostLines = 200;

/** The steps, coloured by their state. */
export function renderGraph({ graph, id }: RunView): Html {
  const steps = countSteps(graph);
  const own = html`<a href="/runs/${encodeURIComponent(id)}/graph">the picture by itself</a>`;
  if (steps > mostDrawn) return html`<h2>Steps</h2><p>${steps} steps: ${own}</p>`;
  return html`<h2>Steps</h2>
<div class="scroll picture" role="region" aria-label="The steps and their states" tabindex="0">${pictureOf(graph)}</div>
<p class="under">${own}</p>`;
}

/** Of one column of steps: a phone shows it whole, a little smaller. Wider ones scroll. */
const mostWhole = 520;

/** The picture's style stands in the style sheet: the page's policy admits no other. */
export function pictureOf(graph: RunView['graph']): Html {
  const picture = renderSvg(graph).replace(/<style>[\s\S]*?<\/style>/, '');
  const width = Number(/ width="([\d.]+)"/.exec(picture)?.[1]);
  return new Html(width > mostWhole ? picture : picture.replace('class="g"', 'class="g whole"'));
}

export function renderRunTimeline({ journal }: RunView): Html {
  return html`<h2>Timeline</h2>${renderTimeline(journal)}`;
}

/** What people said to the run, also what did not count. */
export function renderSaid({ journal }: RunView, zone: Zone): Html {
  const { decisions } = journal;
  if (decisions.length === 0) return nothing;
  return html`<h2>What people said</h2>
<ul class="rows">${decisions.toReversed().map(
    ({ at, by, word, step, reason, counted, text, verified, brokeGlass }) =>
      html`<li><div class="line"><b>${by}</b> <span>${word}${step === '' ? nothing : html` · <code>${step}</code>`}${brokeGlass ? ' · broke the glass' : ''}</span> <span class="look ${counted ? 'good' : 'bad'}"><span aria-hidden="true">${counted ? '✓' : '✗'}</span> ${counted ? 'counted' : 'not counted'}</span></div>
<div class="under">${renderMoment(at, zone)} · ${verified === true ? 'signed' : 'unverified name'}${reason === '' ? nothing : html` · “${reason}”`}</div>
${text === '' ? nothing : html`<p>${text}</p>`}</li>`,
  )}</ul>`;
}

/** The newest first, in words; every call and message of the engine stands in the report. */
export function renderLog({ journal, id }: RunView, zone: Zone): Html {
  const lines = tellLog(journal);
  const shown = lines.slice(-mostLines).reverse();
  return html`<h2>Log</h2>
<div class="scroll log" role="region" aria-label="Log" tabindex="0"><table>
<caption>${lines.length > shown.length ? `The newest ${shown.length} of ${lines.length} lines, the newest first.` : 'The newest first.'} <a href="/runs/${encodeURIComponent(id)}/report">The report</a> has everything.</caption>
<thead><tr><th scope="col">Time</th><th scope="col">What</th></tr></thead>
<tbody>${shown.map(
    ({ at, step, tone, text }) =>
      html`<tr><td>${renderMoment(at, zone)}</td><td class="wide${tone === 'warn' || tone === 'bad' ? ` ${tone}` : ''}">${step === '' ? nothing : html`<code>${step}</code> `}${text}</td></tr>`,
  )}</tbody></table></div>`;
}
