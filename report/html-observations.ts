import { isDifference } from './difference.ts';
import { renderDifference } from './html-difference.ts';
import { type Content, type Html, html, nothing } from './html-markup.ts';
import { renderMoment } from './html-parts.ts';
import type { Journal, JournalObservation } from './journal.ts';
import { renderBlock } from './json.ts';

/** Characters of all observations together, and of one of many: a page must stay one that a browser opens at once. */
const charactersOfAll = 300_000;
const mostOfOne = 30_000;
const leastOfOne = 500;
const rowsOfOne = 500;

/** What was read for the report, each closed until it is asked for; of what is long, the first part. */
export function renderObservations({ observations, run }: Journal): Content {
  const share = Math.floor(charactersOfAll / Math.max(1, observations.length));
  const characters = Math.min(mostOfOne, Math.max(leastOfOne, share));
  return observations.map(observation => renderObservation(observation, { characters, day: run.startedAt }));
}

function renderObservation(
  { at, step, what, seen }: JournalObservation,
  { characters, day }: { readonly characters: number; readonly day: number },
): Html {
  return html`<details><summary>${what} (${step})</summary>
<p class="quiet">read for step <code>${step}</code>, ${renderMoment(at, day)}</p>
${isDifference(seen) ? renderChanges(step, seen) : renderJson(seen, characters)}</details>`;
}

function renderChanges(step: string, changes: Parameters<typeof renderDifference>[1]): Content {
  return [
    renderDifference(step, changes.slice(0, rowsOfOne)),
    changes.length <= rowsOfOne ? nothing : tellRest(`the first ${rowsOfOne} of ${changes.length} differences`),
  ];
}

function renderJson(seen: unknown, characters: number): Content {
  const text = renderBlock(seen);
  if (text.length <= characters) return html`<pre>${text}</pre>`;
  const lineEnd = text.lastIndexOf('\n', characters);
  const shown = text.slice(0, lineEnd > 0 ? lineEnd : characters);
  return [html`<pre>${shown}</pre>`, tellRest(`the first ${shown.length} of ${text.length} characters`)];
}

function tellRest(shown: string): Html {
  return html`<p class="quiet">These are ${shown}; the JSON report has the whole (<code>drillbook report --format json</code>).</p>`;
}
