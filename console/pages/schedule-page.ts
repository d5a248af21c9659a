import { type Html, html, nothing } from '../../report/html-markup.ts';
import { enterDecidesNothing, type Frame, layout } from './layout.ts';
import type { Zone } from './moments.ts';
import { renderSchedule, type ShownSchedule } from './schedule-lines.ts';

export interface HandShown {
  readonly schedule: ShownSchedule;
  readonly runbook: string;
  readonly zone: Zone;
  /** Why whoever looks may not pause or resume it; undefined: he may. */
  readonly notAdmin: string | undefined;
  /** Why he may not run it now. */
  readonly notStart: string | undefined;
  /** Why something was not done. */
  readonly wrong?: string | undefined;
}

/** A schedule by hand: pausing it, which asks for the runbook's name, resuming it, running it now. */
export function schedulePage(frame: Frame, shown: HandShown): string {
  const { schedule, runbook, zone, notAdmin, notStart, wrong } = shown;
  const { id, paused } = schedule;
  return layout({
    ...{ ...frame, title: `Schedule ${id}`, place: 'runbooks' },
    main: html`<div class="narrow"><h1>Schedule ${id}</h1>
${wrong === undefined ? nothing : html`<p role="alert" class="error preserve">${wrong}</p>`}
${renderSchedule(schedule, zone)}
${notAdmin === undefined ? (paused === undefined ? renderPause(frame, id, runbook) : renderResume(frame, id)) : html`<p class="quiet">${notAdmin}</p>`}
${notStart === undefined ? renderTrigger(frame, id) : html`<p class="quiet">${notStart}</p>`}
<p><a href="/runbooks">Back</a></p></div>`,
  });
}

const open = (frame: Frame, id: string, act: string): Html =>
  html`<form method="post" action="/schedules/${id}"><input type="hidden" name="csrf" value="${frame.csrf}"><input type="hidden" name="act" value="${act}">${enterDecidesNothing}`;

function renderPause(frame: Frame, id: string, runbook: string): Html {
  return html`<h2>Pause</h2><p>No drill is started until somebody resumes it, whatever is applied.</p>
${open(frame, id, 'pause')}
<label for="pause-reason">Reason</label><input id="pause-reason" name="reason" autocomplete="off" maxlength="500" required>
<label for="confirm">Type <b class="token">${runbook}</b> to confirm</label><input id="confirm" name="confirm" autocomplete="off" autocapitalize="none" spellcheck="false" required>
<p><button class="danger">Pause</button></p></form>`;
}

function renderResume(frame: Frame, id: string): Html {
  return html`<h2>Resume</h2><p>It starts drills again, from its next time on.</p>
${open(frame, id, 'resume')}
<label for="resume-reason">Reason (may be left empty)</label><input id="resume-reason" name="reason" autocomplete="off" maxlength="500">
<p><button class="first">Resume</button></p></form>`;
}

function renderTrigger(frame: Frame, id: string): Html {
  return html`<h2>Run it now</h2><p>The drill as it was applied, at your word: neither a pause nor a blackout keeps it back.</p>
${open(frame, id, 'trigger')}
<label for="trigger-reason">Reason for the drill (may be left empty)</label><input id="trigger-reason" name="reason" autocomplete="off" maxlength="500">
<p><button class="second">Run the drill now</button></p></form>`;
}
