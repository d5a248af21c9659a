import type { Journal, JournalAttempt, JournalStep } from './journal.ts';
import { type Html, html, nothing } from './html-markup.ts';
import { renderError, renderLook, renderPreciseMoment, renderTable } from './html-parts.ts';
import { formatDuration } from './times.ts';
import { lookOfStatus } from './words.ts';

/** What was asked of the recovered systems: the first thing seen and the last. */
export function renderChecks(journal: Journal): Html {
  const checks = [...journal.steps.entries()].filter(([, step]) => isCheck(step));
  if (checks.length === 0) return html`<p>This run has no check: nothing was asked of the recovered systems.</p>`;
  const day = journal.run.startedAt;
  return renderTable({
    caption: 'Each check with its first and its last observation',
    name: 'Checks',
    head: ['Check', 'Action', 'Result', 'Tries', 'First observation', 'Last observation'],
    bodies: [html`<tbody>${checks.map(([place, step]) => renderCheck(step, place, day))}</tbody>`],
  });
}

function isCheck(step: JournalStep): boolean {
  return step.uses.startsWith('check/') || step.uses === 'assert';
}

function renderCheck(step: JournalStep, place: number, day: number): Html {
  const first = step.attempts[0];
  const last = step.attempts.length > 1 ? step.attempts.at(-1) : undefined;
  return html`<tr>
<th scope="row"><a href="#step-${place}">${step.name === '' ? step.key : step.name}</a></th>
<td><code>${step.uses}</code></td>
<td>${renderLook(lookOfStatus(step.status))}</td>
<td>${step.tries === 0 ? '–' : step.tries}</td>
<td class="wide">${first === undefined ? renderError(step.error, step.status) : renderObservation(first, day)}</td>
<td class="wide">${last === undefined ? html`<span class="quiet">${first === undefined ? '–' : 'the same'}</span>` : renderObservation(last, day)}</td>
</tr>`;
}

function renderObservation(seen: JournalAttempt, day: number): Html {
  const tone = seen.ok ? 'good' : 'bad';
  return html`<p><span class="look ${tone}"><span aria-hidden="true">${seen.ok ? '✓' : '✗'}</span> ${seen.ok ? 'held' : 'did not hold'}</span> ${seen.saw}</p><p class="quiet">${seen.n > 0 ? `try ${seen.n}, ` : nothing}${renderPreciseMoment(seen.at, day)}, ${formatDuration(seen.tookMs)}</p>`;
}
