import type { ClocksView, ClockView } from '../../control/run-view.ts';
import { type Html, html, nothing } from '../../report/html-markup.ts';
import { formatDuration } from '../../report/times.ts';
import { spell, type Zone } from './moments.ts';

/** The RTO's clock, the machine's time and people's apart, and the RPO, each against its objective. */
export function renderClocks({ rto, rpo }: ClocksView, { at }: Zone): Html {
  return html`<h2 class="hidden">Clocks</h2>
<div class="clocks">
<div class="clock ${toneOf(rto)}">
<h3>RTO</h3>
<p class="figure">${ticking(rto.machineMs, rto.counts === 'machine' ? at : undefined, rto.objectiveMs)}</p>
<p class="under">machine${rto.objectiveMs === undefined ? ', no objective' : html` of ${formatDuration(rto.objectiveMs)} <span class="judgement">${judgement(rto)}</span>`}</p>
${bar(rto)}
<p class="under people">people <b>${ticking(rto.humanMs, rto.counts === 'people' ? at : undefined)}</b>, not judged</p>
${renderOver(rto)}
${rto.note === '' ? nothing : html`<p class="under note">${rto.note}</p>`}
</div>
<div class="clock ${rpo.met === false ? 'bad' : rpo.met === true ? 'good' : 'idle'}">
<h3>RPO</h3>
<p class="figure">${rpo.ms === undefined ? '–' : formatDuration(rpo.ms)}</p>
<p class="under">${rpo.objectiveMs === undefined ? 'no objective' : html`of ${formatDuration(rpo.objectiveMs)} ${rpo.met === undefined ? '' : rpo.met ? 'met' : 'missed'}`}</p>
${rpo.note === '' ? nothing : html`<p class="under note">${rpo.note}</p>`}
</div>
</div>`;
}

/** `–` where there is no time. `from`: the moment at which it was so much, where it goes on. */
export function ticking(ms: number | undefined, from: number | undefined, limit?: number): Html {
  if (ms === undefined) return html`–`;
  if (from === undefined) return html`${spell(ms)}`;
  return html`<span data-counts="${Math.round(ms)}" data-from="${from}"${limit === undefined ? nothing : html` data-limit="${limit}"`}>${spell(ms)}</span>`;
}

function judgement({ met, machineMs, objectiveMs = Infinity, counts }: ClockView): string {
  if (machineMs === undefined) return '';
  if (met !== undefined) return met ? '· met' : '· missed';
  if (machineMs > objectiveMs) return '· over';
  return counts === 'neither' ? '' : '· within';
}

/** The script of the page lets it grow, and come, with the clock. */
function renderOver({ met, machineMs, objectiveMs, counts }: ClockView): Html {
  if (met !== undefined || machineMs === undefined || objectiveMs === undefined || counts === 'neither') return nothing;
  const ms = machineMs - objectiveMs;
  const by = ms < 1_000 ? 'less than 1s' : spell(ms);
  return html`<p class="under note over"${ms > 0 ? nothing : html` hidden`}>Over the objective by ${by}.</p>`;
}

function toneOf({ met, machineMs, objectiveMs = Infinity }: ClockView): string {
  if (machineMs === undefined) return 'idle';
  if (met === false || machineMs > objectiveMs) return 'bad';
  if (met === true) return 'good';
  return machineMs > objectiveMs * 0.8 ? 'warn' : 'idle';
}

function bar({ machineMs, objectiveMs }: ClockView): Html {
  if (objectiveMs === undefined || machineMs === undefined) return nothing;
  return html`<progress max="${objectiveMs}" value="${Math.min(machineMs, objectiveMs)}" aria-label="RTO used of its objective">${Math.round((100 * machineMs) / objectiveMs)} %</progress>`;
}
