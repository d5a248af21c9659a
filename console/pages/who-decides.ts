import type { Decider } from '../../control/run-view/who-decides.ts';
import type { DecisionView } from '../../control/run-view.ts';
import { missingVotes } from '../../control/short-approvals.ts';
import { type Html, html, nothing } from '../../report/html-markup.ts';
import type { Viewing } from './viewing.ts';

/** So many are named: who is wanted by more is any of a large group. */
const mostPeople = 20;

/** Whom to ring up for a decision. Numbers are for those who have shown who they are. */
export function renderWho(decision: DecisionView, { who, numbers }: Viewing): Html {
  const found = who?.(decision);
  if (found === undefined) return nothing;
  const { people, outside } = found;
  if (
    people.length === 0 &&
    outside.length === 0 &&
    decision.kind === 'approval' &&
    decision.votes.length >= decision.count
  )
    return html`<p class="under warn">All who may vote have voted, and not the same: one of them has to change his vote.</p>`;
  if (people.length === 0 && outside.length === 0)
    return html`<p class="under warn">Nobody in drillbook.yaml may decide this as it stands.</p>`;
  const shown = people.slice(0, mostPeople);
  const more = people.length - shown.length;
  const missing = decision.kind === 'approval' ? missingVotes(decision, found) : undefined;
  return html`${missing === undefined ? nothing : renderMissing(missing, people)}<p class="under">Who may decide:</p>
<ul class="who">${shown.map(person => html`<li>${renderPerson(person, numbers === true)}</li>`)}${more > 0 ? html`<li class="quiet">and ${more} more</li>` : nothing}${outside.map(
    group => html`<li class="quiet">whoever the identity provider has in ${group}</li>`,
  )}</ul>
${numbers !== true && people.some(({ telephone }) => telephone !== undefined) ? html`<p class="under quiet">Telephone numbers are shown to whoever has signed in.</p>` : nothing}`;
}

/** So that nobody waits until it expires for a vote that cannot come. */
function renderMissing(missing: number, people: readonly Decider[]): Html {
  const needed = missing === 1 ? 'one more person is' : `${missing} more people are`;
  const alone = people.some(each => each.alone === true) ? 'Somebody breaks the glass, or the' : 'The';
  return html`<p class="under warn">It cannot get its votes as drillbook.yaml stands: ${needed} needed than may vote and have not. ${alone} run is cancelled, and somebody else asks for it.</p>`;
}

function renderPerson({ person, name, telephone, alone }: Decider, numbers: boolean): Html {
  return html`<b>${name}</b> <span class="quiet">(${person})</span>${telephone === undefined || !numbers ? nothing : html` ${renderTelephone(telephone)}`}${alone === true ? ', alone, by breaking the glass' : nothing}`;
}

/** A link where it is a number and nothing else; drillbook.yaml has free text. */
function renderTelephone(text: string): Html {
  // `+44 (0)20 …`: from abroad without the zero.
  const number = text.replace(/^(\+.*?)\(0\)/, '$1').replace(/[\s().\/-]/g, '');
  return /^\+?\d{3,20}$/.test(number) ? html`<a href="tel:${number}">${text}</a>` : html`<span>${text}</span>`;
}
