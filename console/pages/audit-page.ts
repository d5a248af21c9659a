import { type Content, html, nothing } from '../../report/html-markup.ts';
import { parseTime } from '../../report/times.ts';
import { type Frame, layout } from './layout.ts';
import { renderMoment, type Zone } from './moments.ts';

/** A line of the console's audit file, as far as it can be read. */
export interface AuditShown {
  readonly at: string;
  readonly person: string;
  readonly how: string;
  readonly call: string;
  readonly run: string;
  readonly step: string;
  readonly choice: string;
  readonly reason: string;
  readonly counted: boolean;
  readonly text: string;
}

/** Who did what through this console, also what was refused; the newest first. */
export function auditPage(frame: Frame, lines: readonly AuditShown[], zone: Zone): string {
  return layout({
    ...frame,
    title: 'Audit',
    place: 'words',
    main: html`<h1>Audit</h1>
<p class="under">What people did through this console and what was refused, the newest first. What was said on a command line stands in the runs themselves.</p>
${lines.length === 0 ? html`<p class="quiet">Nothing yet.</p>` : nothing}
<ul class="rows">${lines.map(
      ({ at, person, how, call, run, step, choice, reason, counted, text }) =>
        html`<li><div class="line"><b>${person === '' ? 'nobody' : person}</b> <span>${call}${step === '' ? nothing : html` · <code>${step}</code>`}${choice === '' ? '' : ` · ${choice}`}</span> <span class="look ${counted ? 'good' : 'bad'}"><span aria-hidden="true">${counted ? '✓' : '✗'}</span> ${counted ? 'counted' : 'refused'}</span></div>
<div class="under">${renderAt(at, zone)} · by ${how}${run === '' ? nothing : html` · <a href="/runs/${encodeURIComponent(run)}">${run}</a>`}${reason === '' ? nothing : html` · “${reason}”`}</div>
${text === '' ? nothing : html`<p>${text}</p>`}</li>`,
    )}</ul>`,
  });
}

/** A line that somebody has written into the file may have any time. */
function renderAt(text: string, zone: Zone): Content {
  const at = parseTime(text);
  return at === undefined ? text : renderMoment(at, zone);
}
