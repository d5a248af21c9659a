import type { DryRun } from '../../control/dry-run.ts';
import { type Html, html, nothing } from '../../report/html-markup.ts';
import { formatDuration } from '../../report/times.ts';

/** Whether all of it fits, and what does not. `hash`: of the plan. */
export function renderLook(look: DryRun, site: string, hash: string): Html {
  return html`<p class="fit ${look.fits ? 'good' : 'bad'}"><strong>${look.fits ? '✓ All of it fits.' : look.unseen === true ? '✗ It is not known whether it fits.' : '✗ Something no longer fits.'}</strong> ${look.unseen === true ? `Nobody could look at ${site}.` : `Looked at ${site} just now, with reads only.`} Plan <code>${hash.slice(0, 12)}</code>.</p>
${look.findings.length === 0 ? nothing : html`<ul class="warnings">${look.findings.map(({ step, sentence }) => html`<li><b>${step}</b> ${sentence}</li>`)}</ul>`}
${look.told.length === 0 ? nothing : html`<h2>To be told</h2><ul>${look.told.map(text => html`<li>${text}</li>`)}</ul>`}`;
}

/** All that a run would do. */
export function renderPlannedSteps({ steps }: DryRun): Html {
  return html`<h2>What it does, in order</h2>
<div class="scroll" role="region" aria-label="The plan" tabindex="0"><table><thead><tr><th scope="col">Step</th><th scope="col">Effect</th><th scope="col">What</th><th scope="col">At most</th></tr></thead>
<tbody>${steps.map(
    step =>
      html`<tr><th scope="row"><code>${step.key}</code></th><td><span class="effect ${step.effect}">${step.effect}</span></td><td class="wide">${step.closes === undefined ? step.what : `closes ${step.closes}`}</td><td>${step.timeoutByItem === true ? 'by item' : formatDuration(step.timeoutMs)}</td></tr>`,
  )}</tbody></table></div>`;
}
