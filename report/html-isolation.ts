import type { Journal, JournalIsolation } from './journal.ts';
import { type Content, type Html, html } from './html-markup.ts';
import { renderMoment, renderTable } from './html-parts.ts';

type Proof = Journal['isolation'][number];

/** Every NIC and script of every tested VPG, and why it could not reach production. */
export function renderIsolation(journal: Journal): Content {
  if (journal.isolation.length > 0) return journal.isolation.map(proof => renderProof(proof, journal.run.startedAt));
  const tested = journal.openings.some(opening => opening.action === 'zerto/failover-test');
  return tested
    ? html`<p class="error">A failover test was started, but this journal holds no proof of its isolation.</p>`
    : html`<p>Isolation is proved before a failover test; none was started here.</p>`;
}

function renderProof(proof: Proof, day: number): Html {
  const isolated = proof.facts.filter(fact => fact.isolated).length;
  const all = isolated === proof.facts.length;
  const found = `${isolated} of ${proof.facts.length} isolated`;
  return renderTable({
    caption: html`<strong>${proof.vpg}</strong> <span class="look ${all ? 'good' : 'bad'}"><span aria-hidden="true">${all ? '✓' : '✗'}</span> ${found}</span> read from the VPG's settings at ${renderMoment(proof.at, day)} for step <code>${proof.step}</code>`,
    name: `Isolation of ${proof.vpg}`,
    head: ['VM', 'NIC or script', 'Network or command', 'Isolated', 'Why'],
    bodies: [html`<tbody>${proof.facts.map(renderFact)}</tbody>`],
  });
}

function renderFact(fact: JournalIsolation): Html {
  return html`<tr>
<th scope="row">${fact.vm === '' ? '(the VPG)' : fact.vm}</th>
<td>${fact.item}</td>
<td>${fact.value === '' ? html`<span class="quiet">not set</span>` : html`<code>${fact.value}</code>`}</td>
<td><span class="look ${fact.isolated ? 'good' : 'bad'}"><span aria-hidden="true">${fact.isolated ? '✓' : '✗'}</span> ${fact.isolated ? 'yes' : 'no'}</span></td>
<td class="wide"><p>${fact.why}</p></td>
</tr>`;
}
