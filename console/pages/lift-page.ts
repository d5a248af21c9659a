import type { Mode } from '../../actions/contract.ts';
import type { DryRun } from '../../control/dry-run.ts';
import type { ShelvedRunbook } from '../../control/runbook-shelf.ts';
import { type Html, html, nothing } from '../../report/html-markup.ts';
import type { Lifted } from '../lift-run.ts';
import { enterDecidesNothing, type Frame, layout } from './layout.ts';
import { renderLook, renderPlannedSteps } from './planned-steps.ts';
import { type Filled, renderHead, renderInput } from './start-page.ts';

interface Lift {
  readonly runbook: ShelvedRunbook;
  readonly mode: Mode;
  readonly filled: Filled;
  /** Why it was not taken. */
  readonly wrong?: string | undefined;
}

/** An approver lifts, for one run, what is not published: first the inputs, then the plan, and only there the button. */
export function liftPage(frame: Frame, { runbook, mode, filled, wrong }: Lift): string {
  const main = html`<p>It is not published, and a live run needs that. Your word lets one run of exactly this start within three days, which another person starts. The report tells it.</p>
${wrong === undefined ? nothing : html`<pre role="alert" class="error">${wrong}</pre>`}
<form method="post" action="${pathOf(runbook)}/lift/plan">
<input type="hidden" name="csrf" value="${frame.csrf}"><input type="hidden" name="mode" value="${mode}">
${runbook.inputs.map(input => renderInput(input, mode, filled))}
<label for="reason">Reason</label>
<input id="reason" name="reason" autocomplete="off" maxlength="2000" value="${filled['reason'] ?? ''}" required>
<p><button class="first">Show the plan</button> <span class="under">Looks at the sites, with reads only.</span></p>
</form>`;
  return page(frame, runbook, mode, main);
}

/** What would run, and the button. */
export function liftPlanPage(
  frame: Frame,
  { runbook, mode, filled, wrong, look, site, hash }: Lift & Readonly<{ look: DryRun; site: string; hash: string }>,
): string {
  const { name } = runbook;
  const main = html`${wrong === undefined ? nothing : html`<p role="alert" class="error preserve">${wrong}</p>`}
${renderLook(look, site, hash)}
<form method="post" action="${pathOf(runbook)}/lift">
<input type="hidden" name="csrf" value="${frame.csrf}"><input type="hidden" name="mode" value="${mode}"><input type="hidden" name="plan" value="${hash}">${enterDecidesNothing}
${Object.entries(filled).map(([field, value]) => html`<input type="hidden" name="${field}" value="${value}">`)}
<label for="confirm">One run of this, which nobody has published, may touch production. Type <b class="token">${name}</b> to confirm</label>
<input id="confirm" name="confirm" autocomplete="off" autocapitalize="none" spellcheck="false" required>
<p><button class="danger">Lift it for one run</button> <a href="${againOf(runbook, mode, filled, 'lift')}">Change the inputs</a></p>
</form>
${renderPlannedSteps(look)}`;
  return page(frame, runbook, mode, main);
}

/** The word, for whoever starts the run. */
export function liftedPage(frame: Frame, { runbook, mode, filled }: Lift, { lift, run, plan }: Lifted): string {
  const main = html`<p class="good"><strong>✓ One run of the plan <code>${plan.slice(0, 12)}</code> may start.</strong> It is <code>${run}</code>, within three days, and another person than you starts it.</p>
<label for="lift">Send this line to whoever starts it, for “Lift of an approver” in the form, or <code>--unpublished</code></label>
<textarea id="lift" rows="8" readonly>${lift}</textarea>
<p class="under">With the same inputs: <a href="${againOf(runbook, mode, { ...filled, lift }, 'start')}">the form, filled in</a>.</p>`;
  return page(frame, runbook, mode, main);
}

function page(frame: Frame, runbook: ShelvedRunbook, mode: Mode, main: Html): string {
  const title = `Lift for ${runbook.name}`;
  return layout({
    ...{ ...frame, title, place: 'runbooks' },
    main: html`<div class="narrow">${renderHead(runbook, mode, 'Lift for')}
${main}</div>`,
  });
}

const pathOf = ({ name }: ShelvedRunbook): string => `/runbooks/${encodeURIComponent(name)}`;

/** A form with what was filled in; the reason is each person's own. */
function againOf(runbook: ShelvedRunbook, mode: Mode, { reason, ...filled }: Filled, form: 'lift' | 'start'): string {
  const own = form === 'lift' && reason !== undefined ? { reason } : {};
  return `${pathOf(runbook)}/${form}?${new URLSearchParams({ ...filled, ...own, mode }).toString()}`;
}
