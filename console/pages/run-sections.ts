import { createHash } from 'node:crypto';
import type { Viewing } from './viewing.ts';
import type { RunView } from '../../control/run-view.ts';
import { type Content, type Html, html, nothing } from '../../report/html-markup.ts';
import { renderLook } from '../../report/html-parts.ts';
import { formatDuration, parseTime } from '../../report/times.ts';
import { renderFacts } from './run-facts.ts';
import { renderClocks, ticking } from './run-clocks.ts';
import { renderDecisions, tellDecisions } from './run-decisions.ts';
import { renderGraph, renderLog, renderRunTimeline, renderSaid } from './run-below.ts';
import { renderMoment, renderSince, renderUntil, spell } from './moments.ts';
import { renderSchedule } from './schedule-lines.ts';

/** One part of the page, which is sent anew when it has changed. `id` is ours. */
export interface Section {
  readonly id: string;
  readonly content: Html;
}

/** Every part of the page of a run, in its order. */
export function sectionsOf(view: RunView, viewing: Viewing): readonly Section[] {
  const part = (id: string, content: Html): Section => ({ id, content });
  return [
    part('call', tellDecisions(view)),
    part('news', tellNow(view)),
    part('alarm', tellSilence(view, viewing)),
    part('head', renderHead(view, viewing)),
    part('decide', renderDecisions(view, viewing)),
    part('clocks', renderClocks(view.clocks, viewing)),
    part('vpgs', renderVpgs(view, viewing)),
    part('trying', renderTrying(view, viewing)),
    part('open', renderOpen(view, viewing)),
    part('sites', renderSites(view, viewing)),
    part('vendor', renderVendor(view, viewing)),
    part('said', renderSaid(view, viewing)),
    part('about', renderAbout(view, viewing)),
    part('graph', renderGraph(view)),
    part('timeline', renderRunTimeline(view)),
    part('log', renderLog(view, viewing)),
  ];
}

/** Short, so that all of them fit into the id of an event. Of the place too: one empty part is not another. */
export function hashOf({ id, content }: Section): string {
  return createHash('sha256').update(`${id}\n${content.markup}`).digest('base64url').slice(0, 8);
}

/** For the screen reader alone: what has changed, without clocks that tick. */
function tellNow({ now, banner, runbook }: RunView): Html {
  return html`${banner} ${runbook}: ${now.sentence}`;
}

/** Said at once by a screen reader, and once: without an age, which would be said again with each second. */
function tellSilence({ silence, idle, runbook }: RunView, viewing: Viewing): Html {
  const worker =
    silence === undefined ? [] : [html`No news from the worker since ${renderMoment(silence.since, viewing)}.`];
  const idles = idle.map(
    ({ sentence, since, mend }) => html`${sentence} since ${renderMoment(since, viewing)}. ${mend}`,
  );
  const all = [...worker, ...idles];
  return all.length === 0 ? nothing : html`${runbook}: ${all}`;
}

function renderHead(view: RunView, viewing: Viewing): Html {
  const { banner, live, runbook, mode, site, now, silence, warnings, ended, verdict, reasons } = view;
  const tone = live ? 'live' : mode === 'drill' ? 'drill' : 'change';
  return html`<div class="banner ${tone}" data-title="${banner} ${runbook}: ${ended ? verdict.word : now.sentence}">
<p class="mode"><strong>${banner}</strong> <span>${live ? `${mode}: production` : mode === 'drill' ? 'isolated test' : 'settings'}</span></p>
<h1>${runbook} <span class="at">at ${site}</span></h1>
</div>
${renderSilence(silence, viewing)}
${view.idle.map(({ sentence, since, mend }) => html`<p class="silence"><strong>${sentence} for <span data-since="${since}">${spell(viewing.at - since)}</span>.</strong> ${mend}</p>`)}
<div class="now ${now.tone}">
${ended ? html`<p class="verdict">${renderLook(verdict)} ${verdict.means}</p>` : html`<p class="sentence">${now.sentence}</p>`}
<p class="since">${ended ? html`Ended ${renderMoment(now.since, viewing)}` : renderSince(now.since, viewing)}${now.next === '' ? nothing : html` <span class="next"><b>Next:</b> ${now.next}</span>`}</p>
${renderStrip(view, viewing)}
${renderFacts(view, viewing)}
${reasons.length === 0 ? nothing : html`<ul class="reasons">${reasons.map(reason => html`<li>${reason}</li>`)}</ul>`}
</div>
${warnings.length === 0 ? nothing : html`<ul class="warnings">${warnings.map(text => html`<li><strong>Note:</strong> ${text}</li>`)}</ul>`}`;
}

function renderSilence(silence: RunView['silence'], viewing: Viewing): Html {
  if (silence === undefined) return nothing;
  const { since, workers } = silence;
  const mend =
    workers === 0
      ? 'No worker serves Temporal: start one (drillbook worker), or see why it ended.'
      : 'Start one (drillbook worker), or see why it ended; a busy one answers in time.';
  return html`<p class="silence"><strong>No news from the worker for <span data-since="${since}">${spell(viewing.at - since)}</span>.</strong> What stands below is as it was ${renderMoment(since, viewing)}. ${mend} Nothing is lost: the run goes on with the next worker.</p>`;
}

/** The figures of the page in one line, where a phone shows them without scrolling. */
function renderStrip({ clocks, open }: RunView, { at }: Viewing): Html {
  const { rto } = clocks;
  const figures = [
    html`<b>RTO</b> ${ticking(rto.machineMs, rto.counts === 'machine' ? at : undefined)}${rto.objectiveMs === undefined ? nothing : html` of ${formatDuration(rto.objectiveMs)}`}, people ${ticking(rto.humanMs, rto.counts === 'people' ? at : undefined)}`,
    open.length === 0 ? html`nothing open` : html`<b>${open.length} open</b>`,
  ];
  return html`<p class="strip">${figures.map(figure => html`<span>${figure}</span>`)}</p>`;
}

function renderAbout({ journal, startedAt, id }: RunView, viewing: Viewing): Html {
  const { requester, reason, trigger, verified } = journal.run;
  return html`<p class="facts"><code>${id}</code><br>Asked for by ${requester}${verified ? nothing : ' (unverified name)'} by ${trigger}${reason === '' ? nothing : html`: “${reason}”`}, ${renderMoment(startedAt, viewing)}</p>
${viewing.schedules?.map(schedule => renderSchedule(schedule, viewing)) ?? nothing}`;
}

function renderVpgs({ vpgs }: RunView, viewing: Viewing): Html {
  if (vpgs.length === 0) return nothing;
  const urgent = vpgs.length <= inView ? vpgs : vpgs.toSorted((a, b) => urgency(a) - urgency(b));
  const [first, more] = [urgent.slice(0, inView), urgent.slice(inView, mostVpgs)];
  const left = urgent.length - first.length - more.length;
  const rows = (some: RunView['vpgs']): Html => html`<ul class="rows">${some.map(vpg => renderVpg(vpg, viewing))}</ul>`;
  return html`<h2>VPGs</h2>
${rows(first)}
${more.length === 0 ? nothing : html`<details><summary>${urgent.length - first.length} more</summary>${rows(more)}${left > 0 ? html`<p class="quiet">and ${left} more: the report has them all</p>` : nothing}</details>`}`;
}

/** What stands behind many VPGs must not be far away on a phone: so many are shown at once, those that need somebody first. */
const inView = 6;
const mostVpgs = 200;
const urgencies = ['bad', 'warn', 'info'];

function urgency({ state }: RunView['vpgs'][number]): number {
  const place = urgencies.indexOf(state.tone);
  return place === -1 ? urgencies.length : place;
}

function renderVpg(vpg: RunView['vpgs'][number], viewing: Viewing): Html {
  const time = parseTime(vpg.checkpointTime);
  return html`<li><div class="line"><b>${vpg.name}</b> ${renderLook(vpg.state)}</div>
<div class="under">${vpg.direction} · ${vpg.checkpointTime === '' ? 'no checkpoint yet' : html`checkpoint ${time === undefined ? vpg.checkpointTime : renderMoment(time, viewing)}`}${vpg.checkpointKind === '' ? nothing : ` (${vpg.checkpointKind})`}${whenSo(vpg, viewing)}</div></li>`;
}

/** What has ended has its time, what goes on its age. */
function whenSo({ since, state }: RunView['vpgs'][number], viewing: Viewing): Content {
  if (since === undefined) return nothing;
  const over = state.tone === 'good' || state.tone === 'idle';
  return html` · ${over ? html`at ${renderMoment(since, viewing)}` : renderSince(since, viewing)}`;
}

function renderTrying({ trying }: RunView, viewing: Viewing): Html {
  const [stalled, tried] = [true, false].map(is => trying.filter(one => (one.stalled === true) === is));
  return html`${renderTried('Trying again', tried, viewing)}${renderTried('Not tried now: no worker is there', stalled, viewing)}`;
}

function renderTried(title: string, trying: RunView['trying'] = [], viewing: Viewing): Html {
  if (trying.length === 0) return nothing;
  return html`<h2>${title}</h2>
<ul class="rows">${trying.map(
    one => html`<li class="warned"><div class="line"><b>${one.key}</b> <span>${countOf(one)}</span></div>
<p class="error">${one.error}</p>
<div class="under">${one.since === undefined ? nothing : renderSince(one.since, viewing)}${one.givesUpAt === undefined ? ' · it does not give up' : html` · gives up ${renderUntil(one.givesUpAt, viewing)}`}</div></li>`,
  )}</ul>`;
}

/** What looks by itself counts its looks; Temporal counts attempts. */
function countOf({ attempt, looks }: RunView['trying'][number]): string {
  if (looks === undefined) return `attempt ${attempt}`;
  const { tries, most } = looks;
  return `${tries} ${tries === 1 && most === undefined ? 'try' : 'tries'}${most === undefined ? '' : ` of ${most}`}`;
}

function renderOpen({ open, ended }: RunView, viewing: Viewing): Html {
  if (open.length === 0) return html`<h2>Open</h2><p class="quiet">Nothing is open${ended ? '' : ' now'}.</p>`;
  return html`<h2>Open</h2>
<ul class="rows">${open.map(
    each => html`<li><div class="line"><b>${each.vpg}</b> <span>${each.what} at ${each.site}</span></div>
<div class="under">${each.since === undefined ? nothing : renderSince(each.since, viewing)} · ${untilOf(each, viewing)}</div></li>`,
  )}</ul>`;
}

function untilOf({ live, until }: RunView['open'][number], viewing: Viewing): Content {
  if (live) return 'no deadline: only a person ends it';
  return until === undefined ? 'closed with the run' : html`closed at the latest ${renderUntil(until, viewing)}`;
}

const siteLooks = {
  reachable: { word: 'reachable', mark: '✓', tone: 'good' },
  unreachable: { word: 'not reachable', mark: '✗', tone: 'bad' },
  'not asked': { word: 'not asked', mark: '·', tone: 'idle' },
} as const;

function renderSites({ sites }: RunView, viewing: Viewing): Html {
  if (sites.length === 0) return nothing;
  return html`<h2>Sites, as this run sees them</h2>
<ul class="rows">${sites.map(
    site => html`<li><div class="line"><b>${site.name}</b> ${renderLook(siteLooks[site.state])}</div>
<div class="under">${whenOf(site, viewing)}${site.why === '' ? nothing : html`${site.since === undefined && site.sinceText === undefined ? nothing : ' · '}${site.why}`}</div></li>`,
  )}</ul>`;
}

function whenOf({ state, since, sinceText }: RunView['sites'][number], viewing: Viewing): Content {
  if (sinceText !== undefined) return `since ${sinceText}`;
  if (since === undefined) return '';
  return state === 'unreachable' ? renderSince(since, viewing) : html`answered last ${renderMoment(since, viewing)}`;
}

function renderVendor({ vendor }: RunView, viewing: Viewing): Html {
  if (vendor === undefined) return nothing;
  const { said, task, site, step, at } = vendor;
  return html`<h2>Last from Zerto</h2>
${said === '' ? nothing : html`<blockquote>${said}</blockquote>`}
<p class="under">${task === '' ? nothing : html`task <code>${task}</code> · `}${site} · step <code>${step}</code>${at === undefined ? nothing : html` · ${renderMoment(at, viewing)}`}</p>`;
}
