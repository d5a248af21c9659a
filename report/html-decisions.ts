import type { Journal, JournalDecision } from './journal.ts';
import { type Content, type Html, html, nothing } from './html-markup.ts';
import { renderPreciseMoment, renderTable } from './html-parts.ts';

/** What people said to the run, also what did not count. */
export function renderDecisions(journal: Journal): Content {
  const { decisions, run } = journal;
  if (decisions.length === 0) return html`<p>Nobody said anything to this run: no vote, no report, no decision.</p>`;
  return [
    decisions.every(decision => decision.verified === true)
      ? nothing
      : html`<p class="stamp"><strong>Unverified names.</strong> Nothing vouches for the names below that are not marked as signed: they were taken as given.</p>`,
    renderTable({
      caption: 'In order of time, as the run heard it',
      name: 'Decisions',
      head: ['Time (UTC)', 'Step', 'Who', 'Word', 'Reason', 'Counted', 'What came of it'],
      bodies: [html`<tbody>${decisions.map(decision => renderDecision(decision, run.startedAt))}</tbody>`],
    }),
  ];
}

function renderDecision(decision: JournalDecision, day: number): Html {
  const { at, step, by, word, reason, counted, text, brokeGlass, verified } = decision;
  return html`<tr>
<td>${renderPreciseMoment(at, day)}</td>
<td>${step === '' ? '(the run)' : html`<code>${step}</code>`}</td>
<th scope="row">${by}${verified === true ? html` <span class="look good"><span aria-hidden="true">✓</span> signed</span>` : nothing}</th>
<td><code>${word}</code>${brokeGlass ? html` <span class="look warn"><span aria-hidden="true">!</span> broke the glass</span>` : nothing}</td>
<td class="wide"><p>${reason === '' ? '–' : reason}</p></td>
<td><span class="look ${counted ? 'good' : 'bad'}"><span aria-hidden="true">${counted ? '✓' : '✗'}</span> ${counted ? 'yes' : 'no'}</span></td>
<td class="wide"><p>${text}</p></td>
</tr>`;
}
