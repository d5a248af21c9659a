import { happens, marksOf } from '../../control/schedules/marks.ts';
import type { ShownTimes } from '../../control/schedules/shown.ts';
import type { Standing } from '../../control/schedules/standing.ts';
import { type Html, html, nothing } from '../../report/html-markup.ts';
import { localTime, renderMoment, type Zone } from './moments.ts';

/** A schedule of Temporal's with its coming times. */
export type ShownSchedule = Pick<Standing, 'id' | 'timeZone' | 'paused'> &
  ShownTimes & {
    /** No drill of its runbook has passed since, which is too long. */
    readonly overdueSince?: number;
  };

/** `weekly` of `payments/weekly`. */
const nameOf = (id: string): string => id.slice(id.indexOf('/') + 1);

/**
 * When it starts a drill next, which times are left out and why, and whether it is paused. `note`: what else is to be known of it; `acts`:
 * whoever looks may pause, resume or run it.
 */
export function renderSchedule(schedule: ShownSchedule, zone: Zone, note = '', acts = false): Html {
  const { id, timeZone, paused, times, unreadable, overdueSince } = schedule;
  const says = paused === '' ? '' : `: ${paused ?? ''}`;
  return html`<div class="schedule"><p class="under">Schedule <b>${nameOf(id)}</b> <span class="quiet">(${timeZone})</span>${paused === undefined ? nothing : html` <span class="warn">! paused${says}</span>`}${note === '' ? nothing : html` <span class="warn">! ${note}</span>`}${acts ? html` <a href="/schedules/${id}">${paused === undefined ? 'Pause it, or run it now …' : 'Resume it, or run it now …'}</a>` : nothing}</p>
${overdueSince === undefined ? nothing : html`<p class="under"><span class="warn">! Overdue: no drill has passed since ${renderMoment(overdueSince, zone)}</span></p>`}
${times.length === 0 ? html`<p class="under">No time comes.</p>` : html`<ul class="under times" aria-label="Next times of ${id}">${times.map(time => html`<li>${renderTime(time, timeZone, zone)}</li>`)}</ul>`}
${unreadable === undefined ? nothing : html`<p class="under error">No drill begins: ${unreadable}</p>`}</div>`;
}

function renderTime(time: ShownTimes['times'][number], timeZone: string, zone: Zone): Html {
  const { at, until, gap, local } = time;
  const marks = marksOf(time).join('; ');
  // No clock shows it: a moment of UTC would be another time.
  if (gap === true)
    return html`<span class="quiet">left out</span> ${local.replace('T', ' ')} ${timeZone} <span class="warn">! ${marks}</span>`;
  const own = timeZone === zone.zone ? '' : localTime(at, timeZone, zone.at);
  const there = own === '' ? nothing : html` <span class="local">${own} (${timeZone})</span>`;
  const span = until === undefined || !happens(time) ? nothing : html`, or later, up to ${renderMoment(until, zone)}`;
  return html`${happens(time) ? 'next ' : html`<span class="quiet">left out</span> `}${renderMoment(at, zone)}${there}${span}${marks === '' ? nothing : html` <span class="warn">! ${marks}</span>`}`;
}
