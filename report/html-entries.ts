import type { Journal, JournalEntry } from './journal.ts';
import { type Html, html } from './html-markup.ts';
import { renderPreciseMoment, renderTable } from './html-parts.ts';

/** Everything that the run and its guard recorded, closed until it is asked for. */
export function renderEntries(journal: Journal): Html {
  const { entries } = journal;
  if (entries.length === 0) return html`<p>Nothing was recorded.</p>`;
  return html`<details><summary>${entries.length === 1 ? '1 entry' : `All ${entries.length} entries`}</summary>
${renderTable({
  caption: 'In order of time',
  name: 'Entries',
  head: ['No.', 'Time (UTC)', 'From', 'Kind', 'Step', 'Text'],
  bodies: [html`<tbody>${entries.map(entry => renderEntry(entry, journal.run.startedAt))}</tbody>`],
})}</details>`;
}

function renderEntry(entry: JournalEntry, day: number): Html {
  return html`<tr>
<th scope="row">${entry.seq}</th>
<td>${renderPreciseMoment(entry.at, day)}</td>
<td>${entry.from}</td>
<td>${entry.kind}</td>
<td><code>${entry.step}</code></td>
<td class="wide"><p>${textOf(entry)}</p></td>
</tr>`;
}

/** What is of no step tells itself what it is about. */
function textOf({ about, text }: JournalEntry): string {
  if (about === undefined) return text;
  return text === '' ? about : `${about}: ${text}`;
}
