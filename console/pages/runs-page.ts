import { isLiveMode } from '../../actions/modes.ts';
import { isUnknown, type RunPending } from '../../control/pending.ts';
import type { ListedRun } from '../../control/run-list.ts';
import { type Html, html, nothing } from '../../report/html-markup.ts';
import { renderLook } from '../../report/html-parts.ts';
import { formatDuration } from '../../report/times.ts';
import { lookOfVerdict } from '../../report/words.ts';
import { type Frame, layout, linkLine } from './layout.ts';
import { renderMoment, renderSince, type Zone } from './moments.ts';
import { hashOf, type Section } from './run-sections.ts';
import { inOrder } from './runs-order.ts';

export interface RunsShown {
  readonly runs: readonly ListedRun[];
  readonly waits: readonly RunPending[];
  readonly zone: Zone;
  /** Only the newest so many runs were looked at; absent: all. */
  readonly among?: number;
}

/** All runs, those that wait for people first. */
export function runsPage(frame: Frame, shown: RunsShown): string {
  const sections = runsSections(shown);
  const [call, runs] = sections.map(({ content }) => content);
  return layout({
    ...frame,
    title: 'Runs',
    place: 'runs',
    refresh: 15,
    live: { from: `/live/runs?known=${sections.map(hashOf).join('.')}`, page: '/' },
    at: shown.zone.at,
    main: html`<p id="call" class="hidden" role="status">${call ?? nothing}</p>
${linkLine}
<h1>Runs</h1>
<div id="runs">${runs ?? nothing}</div>`,
  });
}

/** The parts of the page, for whoever follows it. */
export function runsSections(shown: RunsShown): readonly Section[] {
  return [
    { id: 'call', content: tellWaits(shown) },
    { id: 'runs', content: renderRuns(shown) },
  ];
}

/** For the screen reader alone, without clocks: said when it changes. */
function tellWaits({ runs, waits }: Pick<RunsShown, 'runs' | 'waits'>): Html {
  const asked = waits.flatMap(({ run, pending }) => {
    const runbook = runs.find(each => each.run === run)?.runbook ?? run;
    return pending.map(({ kind, key, from }) => `${runbook}, ${kind} ${key}, waits for ${whomOf(from)}`);
  });
  const silent = waits.filter(each => each.silent === true).length;
  const unasked = waits.filter(each => each.unasked === true).length;
  const unknown = html`${silent === 0 ? nothing : html` Of ${silent} ${runsOf(silent)} no worker answers.`}${unasked === 0 ? nothing : html` ${unasked} ${runsOf(unasked)} could not be asked in time.`}`;
  if (asked.length === 0)
    return html`${silent + unasked === 0 ? 'No run waits for people.' : 'No run is known to wait for people.'}${unknown}`;
  return html`${asked.length === 1 ? 'A run waits' : `${asked.length} decisions wait`} for people: ${asked.join('; ')}.${unknown}`;
}

const runsOf = (count: number): string => (count === 1 ? 'run' : 'runs');

const whomOf = (from: readonly string[]): string => (from.length === 0 ? 'a person' : from.join(', '));

/** The list by itself. */
function renderRuns({ runs: all, waits, zone, among }: RunsShown): Html {
  const runs = inOrder(all, waits);
  const going = runs.filter(({ endedAt }) => endedAt === undefined);
  const over = runs.filter(({ endedAt }) => endedAt !== undefined);
  return html`<section aria-labelledby="going"><h2 id="going">Going on</h2>
${
  going.length === 0
    ? html`<p class="quiet">Nothing runs. <a href="/runbooks">Start a drill from its runbook.</a></p>`
    : html`<ul class="rows">${going.map(run =>
        renderGoing(
          run,
          waits.find(each => each.run === run.run),
          zone,
        ),
      )}</ul>`
}</section>
<section aria-labelledby="over"><h2 id="over">Ended</h2>
${over.length === 0 ? nothing : html`<ul class="rows">${over.map(run => renderOver(run, zone))}</ul>`}
${renderEnd(over.length === 0, among)}</section>`;
}

/** What the list does not go back to is not what there is not. */
function renderEnd(isEmpty: boolean, among: number | undefined): Html {
  if (among !== undefined)
    return html`<p class="quiet">${isEmpty ? 'None has ended that you may see' : 'The list ends here'}: it is made of the newest ${among} runs.</p>`;
  return isEmpty ? html`<p class="quiet">No run has ended yet.</p>` : nothing;
}

const modeBadge = (mode: string): Html => {
  const live = isLiveMode(mode);
  return html`<span class="badge ${live ? 'live' : mode === 'drill' ? 'drill' : 'change'}">${live ? 'LIVE' : mode.toUpperCase()}</span>`;
};

function renderGoing(run: ListedRun, waits: RunPending | undefined, zone: Zone): Html {
  return html`<li><div class="line">${modeBadge(run.mode)} <a href="/runs/${encodeURIComponent(run.run)}"><b>${run.runbook}</b></a> <span>${run.mode} at ${run.site}</span></div>
<div class="under">${renderSince(run.startedAt, zone)} · asked for by ${run.requester}</div>
${waits === undefined ? nothing : renderWaits(waits, zone)}</li>`;
}

function renderWaits(waits: RunPending, zone: Zone): Html {
  const { pending, silent, last } = waits;
  if (!isUnknown(waits)) return renderAsked(pending);
  const known =
    last === undefined
      ? html`whether it waits for people is not known.`
      : last.pending.length === 0
        ? html`it was heard last ${renderMoment(last.at, zone)}, and waited for nobody then.`
        : html`it was heard last ${renderMoment(last.at, zone)}, and waited for people then (below).`;
  const why =
    silent === true
      ? html`<p class="error">No worker answers for it: ${known} Start one (drillbook worker), or see why it ended.</p>`
      : html`<p class="error">Many runs go on or Temporal is busy, and it could not be asked in time: ${known} Its own page asks it alone.</p>`;
  return html`${why}${last === undefined ? nothing : renderAsked(last.pending)}`;
}

function renderAsked(pending: RunPending['pending']): Html {
  if (pending.length === 0) return nothing;
  return html`<ul class="waits">${pending.map(
    ({ kind, key, from }) =>
      html`<li>Waits for ${whomOf(from)}: ${kind}${key === '' ? nothing : html` <code>${key}</code>`}</li>`,
  )}</ul>`;
}

function renderOver(run: ListedRun, zone: Zone): Html {
  const took = run.endedAt === undefined ? '' : `, took ${formatDuration(run.endedAt - run.startedAt)}`;
  return html`<li><div class="line">${modeBadge(run.mode)} <a href="/runs/${encodeURIComponent(run.run)}"><b>${run.runbook}</b></a> ${renderLook(lookOfVerdict(run.verdict))}</div>
<div class="under">${renderMoment(run.startedAt, zone)}${took} · ${run.mode} at ${run.site} · asked for by ${run.requester}</div></li>`;
}
