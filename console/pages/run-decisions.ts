import { callFor } from '../../control/run-view/who-decides.ts';
import type { ChoiceView, DecisionView, RunView } from '../../control/run-view.ts';
import { type Html, html, nothing } from '../../report/html-markup.ts';
import { renderMoment, renderSince, renderUntil } from './moments.ts';
import { renderWho } from './who-decides.ts';
import { enterDecidesNothing } from './layout.ts';
import type { Typed, Viewing } from './viewing.ts';

/** Said at once by a screen reader. */
export function tellDecisions({ decisions, runbook }: RunView): Html {
  if (decisions.length === 0) return nothing;
  return html`${runbook}: ${decisions.map(({ title, whom }) => `${title}, waits for ${whom}`).join('; ')}`;
}

/** Everything that waits for a person, with a button for each way on. */
export function renderDecisions(view: RunView, viewing: Viewing): Html {
  const { decisions, silence } = view;
  if (decisions.length === 0) return nothing;
  return html`${silence === undefined ? nothing : html`<p class="refusal">No worker answers for the run: this is what it asked last, and what is sent now is not recorded.</p>`}${decisions.map((decision, place) => renderDecision(view, decision, place, viewing))}`;
}

function renderDecision(view: RunView, decision: DecisionView, place: number, viewing: Viewing): Html {
  const { key, kind, title, message, whom, since, expiresAt, choices, breakGlass } = decision;
  const id = `decision-${place}`;
  const refusals = choices.map(({ choice }) => viewing.may(callFor(kind, choice), choice));
  const allowed = choices.filter((_, index) => refusals[index] === undefined);
  const refused = refusals.find(refusal => refusal !== undefined);
  return html`<section class="decision ${view.live ? 'live' : ''}" aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
<p class="message">${message}</p>
<p class="under">Waits for <b>${whom}</b>${expiresAt === undefined ? html` ${renderSince(since, viewing)}` : html` ${renderUntil(expiresAt, viewing)}`}</p>
<ul class="means">${choices.map(({ label, means }, index) => html`<li id="${id}-${index}"><b>${label}:</b> ${means}</li>`)}</ul>
${allowed.length === 0 ? nothing : renderForm({ view, kind, key, choices, allowed, id, csrf: viewing.csrf, glass: breakGlass, typed: typedFor(decision, viewing) })}
${refused === undefined ? nothing : html`<p class="refusal">${refused}</p>`}
${renderVotes(decision, viewing)}
${kind === 'approval' ? renderProven(view, viewing) : nothing}
${expiresAt === undefined ? nothing : html`<p class="under">It has waited ${renderSince(since, viewing)}.</p>`}
${renderWho(decision, viewing)}
</section>`;
}

function renderVotes({ kind, votes, count }: DecisionView, viewing: Viewing): Html {
  if (kind !== 'approval' && !(kind === 'held' && count > 1)) return nothing;
  const wanted = kind === 'held' ? `${count} needed to commit` : `${count} needed for the same choice`;
  if (votes.length === 0) return html`<p class="under">No votes yet; ${wanted}.</p>`;
  return html`<ul class="votes">${votes.map(
    ({ by, choice, at, verified }) =>
      html`<li><b>${by}</b>: ${choice} ${renderMoment(at, viewing)}${verified === true ? ' (signed)' : ' (unverified)'}</li>`,
  )}<li class="quiet">${wanted}</li></ul>`;
}

/** What is voted on, and when it last held. */
function renderProven({ journal, runbook }: RunView, viewing: Viewing): Html {
  const { lastDrill } = viewing;
  const plan = html`Plan <code>${journal.runbook.planHash.slice(0, 12)}</code>`;
  if (lastDrill === undefined) return html`<p class="under">${plan}</p>`;
  const { at, verdict } = lastDrill;
  if (at === undefined)
    return html`<p class="under">${plan} · <span class="warn">no drill of ${runbook} is known to have passed</span></p>`;
  return html`<p class="under">${plan} · last passed drill ${renderMoment(at, viewing)}${verdict === 'passed_with_exceptions' ? ' (with exceptions)' : ''}</p>`;
}

interface FormOf {
  readonly view: Pick<RunView, 'id' | 'runbook'>;
  readonly kind: DecisionView['kind'];
  readonly key: string;
  /** All, and of these what whoever looks may choose. */
  readonly choices: readonly ChoiceView[];
  readonly allowed: readonly ChoiceView[];
  readonly id: string;
  readonly csrf: string;
  readonly glass: readonly string[];
  readonly typed: Typed | undefined;
}

/** What was sent for this decision, where it did not count and there is a form for it again. */
export function typedFor({ key, kind, choices }: DecisionView, { typed, may }: Viewing): Typed | undefined {
  if (typed?.kind !== kind || typed.step !== key) return undefined;
  return choices.some(({ choice }) => may(callFor(kind, choice), choice) === undefined) ? typed : undefined;
}

function renderForm({ view, kind, key, choices, allowed, id, csrf, glass, typed }: FormOf): Html {
  const all = allowed.every(({ needsReason }) => needsReason);
  const destroys = allowed.filter(choice => choice.destroys);
  const checked = typed?.glass === true;
  const wording = kind === 'manual' ? 'What was done, and what shows it' : 'Reason';
  return html`<form method="post" action="/runs/${encodeURIComponent(view.id)}/decide" data-keep="${id}">
<input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="kind" value="${kind}"><input type="hidden" name="step" value="${key}">${enterDecidesNothing}
<div class="fields"><div><label for="${id}-reason">${wording}${all ? '' : ' (may be left empty)'}</label>
<input id="${id}-reason" name="reason" autocomplete="off" maxlength="2000"${valueOf(typed?.reason)}${all ? html` required` : nothing}></div>
${
  destroys.length === 0
    ? nothing
    : html`<div>${renderName(
        id,
        view.runbook,
        destroys.map(({ label }) => label),
      )}</div>`
}</div>
<p class="buttons">${allowed.map(choice => {
    const tone = choice.destroys ? 'danger' : choice === allowed[0] ? 'first' : 'second';
    return html`<button name="choice" value="${choice.choice}" class="${tone}" aria-describedby="${id}-${choices.indexOf(choice)}">${choice.label}</button>`;
  })}</p>
${glass.length === 0 ? nothing : html`<details class="glass"${checked ? html` open` : nothing}><summary>Break the glass</summary><label class="check"><input type="checkbox" name="glass" value="yes"${checked ? html` checked` : nothing}> ${kind === 'held' ? 'To commit, my word alone counts' : 'My word alone counts'}, with a reason (for ${glass.join(', ')})</label></details>`}
</form>`;
}

/** What a field has from before; a field of its own markup has none. */
export const valueOf = (text = ''): Html => (text === '' ? nothing : html` value="${text}"`);

/** What destroys asks for the runbook's name, which is checked when it arrives. */
export function renderName(id: string, runbook: string, labels: readonly string[]): Html {
  return html`<label for="${id}-name">Type <b class="token">${runbook}</b> to confirm: ${labels.join(', ')}</label>
<input id="${id}-name" name="confirm" autocomplete="off" autocapitalize="none" spellcheck="false">`;
}
