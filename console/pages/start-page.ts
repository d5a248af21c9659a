import { isLiveMode } from '../../actions/modes.ts';
import type { Mode } from '../../actions/contract.ts';
import type { DryRun } from '../../control/dry-run.ts';
import type { ShelvedRunbook } from '../../control/runbook-shelf.ts';
import { type Html, html, nothing } from '../../report/html-markup.ts';
import { enterDecidesNothing, type Frame, layout } from './layout.ts';
import { renderLook, renderPlannedSteps } from './planned-steps.ts';

type Input = ShelvedRunbook['inputs'][number];

/** What has been filled in, as the browser sent it. */
export type Filled = Readonly<Record<string, string>>;

export interface Start {
  readonly runbook: ShelvedRunbook;
  readonly mode: Mode;
  readonly filled: Filled;
  /** Why it was not taken. */
  readonly wrong?: string | undefined;
  /** It is not published, and an approver could lift that. */
  readonly liftable?: boolean;
}

/** First the inputs; the plan is shown before there is a button that starts anything. */
export function startPage(frame: Frame, { runbook, mode, filled, wrong, liftable = false }: Start): string {
  const { name, inputs } = runbook;
  const live = isLiveMode(mode);
  return layout({
    ...frame,
    title: `Start ${name}`,
    place: 'runbooks',
    main: html`<div class="narrow">${renderHead(runbook, mode)}
${wrong === undefined ? nothing : html`<pre role="alert" class="error">${wrong}</pre>`}
<form method="post" action="/runbooks/${encodeURIComponent(name)}/plan">
<input type="hidden" name="csrf" value="${frame.csrf}"><input type="hidden" name="mode" value="${mode}">
${inputs.map(input => renderInput(input, mode, filled))}
<label for="reason">Reason${live ? '' : ' (may be left empty)'}</label>
<input id="reason" name="reason" autocomplete="off" maxlength="2000" value="${filled['reason'] ?? ''}"${live ? html` required` : nothing}>
${live ? renderLoss(filled) : nothing}
${live && (liftable || (filled['lift'] ?? '') !== '') ? renderLift(name, mode, filled) : nothing}
<p><button class="first">Show the plan</button> <span class="under">Looks at the sites, with reads only. Nothing starts yet.</span></p>
</form></div>`,
  });
}

/** `deed`: what is done with it here. */
export function renderHead({ name, description }: ShelvedRunbook, mode: Mode, deed = 'Start'): Html {
  const live = isLiveMode(mode);
  return html`<div class="banner ${live ? 'live' : mode === 'drill' ? 'drill' : 'change'}"><p class="mode"><strong>${live ? 'LIVE' : mode.toUpperCase()}</strong> <span>${live ? `${mode}: production` : mode === 'drill' ? 'isolated test' : 'settings'}</span></p>
<h1>${deed} ${name}</h1></div>
${description === '' ? nothing : html`<p>${description}</p>`}`;
}

function renderLoss(filled: Filled): Html {
  return html`<label for="loss-at">When the service was lost (may be left empty; the RTO begins there)</label>
<input id="loss-at" name="loss-at" autocomplete="off" placeholder="2026-11-21T02:10:00Z" value="${filled['loss-at'] ?? ''}">`;
}

function renderLift(name: string, mode: Mode, filled: Filled): Html {
  const inputs = Object.fromEntries(Object.entries(filled).filter(([field]) => field.startsWith('in.')));
  const where = `/runbooks/${encodeURIComponent(name)}/lift?${new URLSearchParams({ ...inputs, mode }).toString()}`;
  return html`<label for="lift">Lift of an approver (may be left empty)</label>
<input id="lift" name="lift" autocomplete="off" value="${filled['lift'] ?? ''}" aria-describedby="lift-hint"><p class="under" id="lift-hint">The line that <a href="${where}">this page</a>, or <code>drillbook lift</code>, gave another person who may approve: send him its address.</p>`;
}

/** The field of an input: names of fields begin with `in.`, so that none collides with ours. */
export function renderInput(input: Input, mode: Mode, filled: Filled): Html {
  const { name, type, description, values, required, default: usual, of, pattern } = input;
  const id = `in-${name}`;
  const field = `in.${name}`;
  const must = required === 'all' ? usual === undefined : required.includes(mode);
  const value = filled[field] ?? textOf(usual);
  const hint = [
    description ?? '',
    hints[type] ?? '',
    type === 'list' ? `Items (${of}) with commas between them.` : '',
    pattern === undefined ? '' : `Pattern: ${pattern}`,
  ]
    .filter(text => text !== '')
    .join(' ');
  const about = hint === '' ? nothing : html` aria-describedby="${id}-hint"`;
  const need = must ? html` required` : nothing;
  const label = html`<label for="${id}">${name}${must ? '' : ' (may be left empty)'}</label>`;
  const under = hint === '' ? nothing : html`<p class="under" id="${id}-hint">${hint}</p>`;
  if (type === 'enum' || type === 'boolean') {
    const options = type === 'boolean' ? ['true', 'false'] : (values ?? []);
    const all = must ? options : ['', ...options];
    return html`${label}<select id="${id}" name="${field}"${about}>${all.map(option => html`<option${option === value ? html` selected` : nothing} value="${option}">${option === '' ? '–' : option}</option>`)}</select>${under}`;
  }
  const kind = type === 'number' ? html` inputmode="decimal"` : nothing;
  return html`${label}<input id="${id}" name="${field}" autocomplete="off" value="${value}"${kind}${about}${need}>${under}`;
}

const hints: Readonly<Record<string, string>> = {
  checkpoint: 'latest, tag:T, id:N or before:2026-11-21T02:10:00Z.',
  duration: 'Like 90s, 15m, 1h30m.',
  time: 'Like 2026-11-21T02:10:00Z.',
};

function textOf(value: unknown): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map(textOf).join(',');
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  const { by, tag, id, before } = (value ?? {}) as Readonly<Partial<Record<string, string>>>;
  const point = tag ?? id ?? before ?? '';
  return by === undefined || by === 'latest' ? (by ?? '') : `${by}:${point}`;
}

export interface Planned extends Start {
  readonly look: DryRun;
  readonly site: string;
  readonly hash: string;
  readonly once: string;
  readonly warnings: readonly string[];
}

/** What it would do, and what no longer fits; below it the button. */
export function planPage(frame: Frame, planned: Planned): string {
  const { runbook, mode, filled, look, site, hash, once, warnings, wrong } = planned;
  const { name } = runbook;
  const live = isLiveMode(mode);
  return layout({
    ...frame,
    title: `Plan of ${name}`,
    place: 'runbooks',
    main: html`<div class="narrow">${renderHead(runbook, mode)}
${wrong === undefined ? nothing : html`<p role="alert" class="error preserve">${wrong}</p>`}
${renderLook(look, site, hash)}
${renderPlannedSteps(look)}
${warnings.length === 0 ? nothing : html`<ul class="warnings">${warnings.map(text => html`<li>${text}</li>`)}</ul>`}
<form method="post" action="/runbooks/${encodeURIComponent(name)}/start">
<input type="hidden" name="csrf" value="${frame.csrf}"><input type="hidden" name="mode" value="${mode}"><input type="hidden" name="once" value="${once}"><input type="hidden" name="plan" value="${hash}">${enterDecidesNothing}
${Object.entries(filled).map(([field, value]) => html`<input type="hidden" name="${field}" value="${value}">`)}
${
  live
    ? html`<label for="confirm">This touches production. Type <b class="token">${name}</b> to confirm</label>
<input id="confirm" name="confirm" autocomplete="off" autocapitalize="none" spellcheck="false" required>`
    : nothing
}
<p><button class="${live ? 'danger' : 'first'}">${live ? `Start LIVE ${mode}` : `Start ${mode}`}</button> <a href="${againOf(name, mode, filled)}">Change the inputs</a></p>
</form></div>`,
  });
}

/** Back to the form, with what was filled in. */
function againOf(name: string, mode: Mode, filled: Filled): string {
  return `/runbooks/${encodeURIComponent(name)}/start?${new URLSearchParams({ ...filled, mode }).toString()}`;
}
