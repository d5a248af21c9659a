import type { Journal, JournalEnding, JournalOpening } from './journal.ts';
import { type Content, type Html, html, nothing } from './html-markup.ts';
import { renderLook, renderMoment, renderTable } from './html-parts.ts';
import { formatDuration, formatPreciseTime, parseTime } from './times.ts';
import { describeGuards } from './guards.ts';
import { describeStillOpen, openTitle } from './still-open.ts';
import { lookOfOpening } from './words.ts';

/** What this run opened at a site, from which checkpoint, and how it ended. */
export function renderOpenings(journal: Journal): Html {
  if (journal.openings.length === 0) return html`<p>This run opened nothing at a site.</p>`;
  const day = journal.run.startedAt;
  return html`${renderStillOpen(journal)}${renderGuards(journal)}${renderTable({
    caption: 'Each opening and its end, as the guard read it back',
    name: 'Opened and closed',
    head: ['VPG', 'Site', 'Action', 'Step', 'Checkpoint', 'Opened (UTC)', 'Closed (UTC)', 'Was open', 'State'],
    bodies: [html`<tbody>${journal.openings.map(opening => renderOpening(opening, day, journal.guards))}</tbody>`],
  })}`;
}

function renderStillOpen(journal: Journal): Content {
  const lines = describeStillOpen(journal);
  if (lines.length === 0) return nothing;
  return html`<p><strong>${openTitle(journal)}:</strong></p><ul>${lines.map(line => html`<li>${line}</li>`)}</ul>`;
}

/** Only where one was lost. */
function renderGuards({ guards = [], run }: Journal): Content {
  const lines = describeGuards(guards, run.startedAt);
  if (lines.length === 0) return nothing;
  return html`<ul>${lines.map(line => html`<li>${line}</li>`)}</ul>`;
}

function renderOpening(opening: JournalOpening, day: number, guards: Journal['guards'] = []): Html {
  const { openedAt, closedAt, closedBy, closedWhy = '' } = opening;
  const taken = guards.findIndex(({ id }) => id === closedBy);
  return html`<tr>
<th scope="row">${opening.vpg}</th>
<td>${opening.site}</td>
<td><code>${opening.action}</code></td>
<td><code>${opening.step}</code></td>
<td>${renderCheckpoint(opening)}</td>
<td>${openedAt === undefined ? '–' : renderMoment(openedAt, day)}</td>
<td>${closedAt === undefined ? '–' : renderMoment(closedAt, day)}</td>
<td>${openedAt === undefined || closedAt === undefined ? '–' : formatDuration(closedAt - openedAt)}</td>
<td>${renderLook(lookOfOpening(opening.state))}${renderEnding(opening.ending)}${taken > 0 ? html`<span class="under">by guard ${taken + 1}${closedWhy === '' ? '' : `: ${closedWhy}`}</span>` : nothing}</td>
</tr>`;
}

/** At whose word, and whether it is protected back. */
function renderEnding(ending: JournalEnding | undefined): Content {
  if (ending === undefined) return nothing;
  const { step, by, reason, found, reverseProtected } = ending;
  const at = step === '' ? nothing : html` at <code>${step}</code>`;
  const because = reason === '' ? '' : `: ${reason}`;
  return [
    by.length === 0
      ? html`<span class="under">${reason}</span>`
      : html`<span class="under">at the word of ${by.join(', ')}${at}${because}</span>`,
    found === true && by.length > 0
      ? html`<span class="under">it stood so at the ZVM already; nothing was sent</span>`
      : nothing,
    reverseProtected === undefined
      ? nothing
      : html`<span class="look ${reverseProtected ? 'good' : 'warn'}"><span aria-hidden="true">${reverseProtected ? '✓' : '!'}</span> ${reverseProtected ? 'protected back' : 'not protected back'}</span>`,
  ];
}

function renderCheckpoint(opening: JournalOpening): Content {
  if (opening.checkpoint === '' && opening.checkpointTime === '') return '–';
  const at = parseTime(opening.checkpointTime);
  const age = at === undefined || opening.openedAt === undefined ? undefined : opening.openedAt - at;
  return [
    html`<code>${opening.checkpoint}</code> `,
    at === undefined
      ? opening.checkpointTime
      : html`<time datetime="${formatPreciseTime(at)}">${formatPreciseTime(at)}</time>`,
    age === undefined ? nothing : html` <span class="under">${formatDuration(age)} old when opened</span>`,
  ];
}
