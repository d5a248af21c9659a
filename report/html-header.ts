import type { Journal, JournalOpening } from './journal.ts';
import { renderValue } from './json.ts';
import { type Content, type Html, html, nothing } from './html-markup.ts';
import { renderError, renderFacts, renderTable } from './html-parts.ts';
import { formatDuration, formatPreciseTime, formatTime } from './times.ts';
import { lookOfVerdict } from './words.ts';

/** The top of the page: what was run, by whom, when, from which files, and how it ended. */
export function renderHeader(journal: Journal): Html {
  const { run } = journal;
  return html`<header>
<p class="kicker">${run.organisation === '' ? '' : `${run.organisation} · `}disaster-recovery run</p>
<h1>${run.name} <span class="mode">${run.mode}</span></h1>
${run.description === '' ? nothing : html`<p class="lead">${run.description}</p>`}
${renderVerdict(journal)}
${run.verified ? nothing : renderStamp(run.requester)}
${renderFacts([
  ['Site', run.site],
  ['Requested by', run.requester],
  ['Started', renderTime(run.startedAt)],
  ['Ended', run.endedAt === undefined ? 'not yet' : renderTime(run.endedAt)],
  ['Took', run.endedAt === undefined ? '' : formatDuration(run.endedAt - run.startedAt)],
  ['Waited for people', run.humanMs === undefined ? '' : formatDuration(run.humanMs)],
  ['Trigger', run.trigger],
  ['Reason', run.reason === '' ? 'none given' : run.reason],
  ['Owner', run.owner],
  ['Run', html`<code>${run.id}</code>`],
])}</header>`;
}

/** What was run, to the byte. */
export function renderSources(journal: Journal): Content {
  const { runbook, inputs } = journal;
  return [
    renderFacts([
      ['Runbook', html`<code>${runbook.file}</code>`],
      ['Its SHA-256', renderHash(runbook.sha256)],
      ['Plan, SHA-256', renderHash(runbook.planHash)],
      ['drillbook.yaml, SHA-256 of what is pinned', renderHash(runbook.configSha256)],
    ]),
    Object.keys(inputs).length === 0
      ? html`<p>The runbook was given no inputs.</p>`
      : renderValues('Inputs', 'Input', inputs),
  ];
}

/** The runbook's own outputs; undefined where it has none. */
export function renderOutputs({ outputs = {}, outputsError }: Journal): Content | undefined {
  if (outputsError !== undefined) return renderError(outputsError, 'errored');
  return Object.keys(outputs).length === 0 ? undefined : renderValues('Outputs', 'Output', outputs);
}

function renderValues(title: string, name: string, values: Readonly<Record<string, unknown>>): Html {
  const row = ([key, value]: [string, unknown]): Html =>
    html`<tr><th scope="row">${key}</th><td><code>${renderValue(value)}</code></td></tr>`;
  return renderTable({
    caption: title,
    name: title,
    head: [name, 'Value'],
    bodies: [html`<tbody>${Object.entries(values).map(row)}</tbody>`],
  });
}

function renderVerdict(journal: Journal): Html {
  const look = lookOfVerdict(journal.verdict);
  const residue = journal.run.endedAt === undefined ? [] : journal.openings.filter(isOpen);
  return html`<div class="verdict ${look.tone}">
<p><strong class="badge ${look.tone}"><span aria-hidden="true">${look.mark}</span> ${look.word}</strong> ${look.means}</p>
${residue.length === 0 ? nothing : html`<p class="residue"><strong>Still open:</strong> ${residue.map(nameOpening).join(', ')}.</p>`}
${journal.run.withoutLock === undefined ? nothing : html`<p class="residue"><strong>Without locks:</strong> ${journal.run.withoutLock}</p>`}
${(journal.told ?? []).map(text => html`<p>${text}</p>`)}
${(journal.untold ?? []).map(text => html`<p class="residue"><strong>Not told:</strong> ${text}</p>`)}
${journal.openings.flatMap(({ step, warnings }) => warnings.map(text => html`<p class="residue"><strong>Warning:</strong> ${text} (<code>${step}</code>)</p>`))}
${renderReasons(journal)}
${
  journal.recoveryVerdict === journal.verdict || journal.recoveryVerdict === ''
    ? nothing
    : html`<p>Recovery verdict, frozen before closing: ${lookOfVerdict(journal.recoveryVerdict).word}.</p>`
}
</div>`;
}

function renderReasons({ verdict, reasons }: Journal): Html {
  if (reasons.length === 0) return nothing;
  return html`<h2 class="small">${verdict === 'passed' ? 'To be told' : 'Why it is not passed'}</h2>
<ul>${reasons.map(reason => html`<li>${reason}</li>`)}</ul>`;
}

function renderStamp(requester: string): Html {
  return html`<p class="stamp"><strong>Unverified name.</strong> Nothing vouches for “${requester}”: the name was taken as given.</p>`;
}

function isOpen(opening: JournalOpening): boolean {
  return opening.state === 'open' || opening.state === 'stuck';
}

function nameOpening(opening: JournalOpening): string {
  return `${opening.vpg} at ${opening.site} (${opening.action})`;
}

function renderTime(at: number): Html {
  return html`<time datetime="${formatPreciseTime(at)}">${formatTime(at)}</time>`;
}

function renderHash(hash: string): Html | '' {
  return hash === '' ? '' : html`<code>${hash}</code>`;
}
