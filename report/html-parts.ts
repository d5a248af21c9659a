import { type Content, type Html, html, nothing } from './html-markup.ts';
import { formatClock, formatPreciseClock, formatPreciseTime } from './times.ts';
import { type Look, lookOfStatus } from './words.ts';

/** A table with its caption, column headings and a frame that scrolls by keyboard where the page is narrow. */
export function renderTable(table: {
  readonly caption: Content;
  /** The frame's name for a screen reader. */
  readonly name: string;
  readonly head: readonly string[];
  /** `<tbody>` elements. */
  readonly bodies: readonly Html[];
}): Html {
  return html`<div class="scroll" role="region" aria-label="${table.name}" tabindex="0"><table>
<caption>${table.caption}</caption>
<thead><tr>${table.head.map(title => html`<th scope="col">${title}</th>`)}</tr></thead>
${table.bodies}</table></div>`;
}

/** A section of the page with its heading; `id` is ours, never the journal's. */
export function renderSection(id: string, title: string, content: Content): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${content}</section>`;
}

/** A status as word and mark. */
export function renderLook(look: Look): Html {
  return html`<span class="look ${look.tone}"><span aria-hidden="true">${look.mark}</span> ${look.word}</span>`;
}

/** A time of the run, short on the run's own day. Both: ms since 1970. */
export function renderMoment(at: number, day: number): Html {
  return html`<time datetime="${formatPreciseTime(at)}">${formatClock(at, day)}</time>`;
}

/** The same to the millisecond. */
export function renderPreciseMoment(at: number, day: number): Html {
  return html`<time datetime="${formatPreciseTime(at)}">${formatPreciseClock(at, day)}</time>`;
}

/** Names and values side by side; a pair whose value is empty text is left out. */
export function renderFacts(facts: readonly (readonly [string, Content])[]): Html {
  const said = facts.filter(([, value]) => value !== '');
  if (said.length === 0) return nothing;
  return html`<dl>${said.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** A number with its noun: `1 step`, `12 steps`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Why a step did not succeed: an error stands out, the reason of a skip or a cancel does not. */
export function renderError(error: string, status: string): Html {
  if (error === '') return nothing;
  return html`<p class="${lookOfStatus(status).tone === 'bad' ? 'error' : 'quiet'}">${error}</p>`;
}

/** What nobody may overlook: the source of a failover still runs, nothing protects what was committed. */
export function renderWarning(text: string): Html {
  return html`<p class="error"><strong>Warning:</strong> ${text}</p>`;
}
