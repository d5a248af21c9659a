import { isLiveMode } from '../../actions/modes.ts';
import type { Mode } from '../../actions/contract.ts';
import type { Drills } from '../../control/last-drill.ts';
import type { ShelvedRunbook } from '../../control/runbook-shelf.ts';
import { type Html, html, nothing } from '../../report/html-markup.ts';
import { renderLook } from '../../report/html-parts.ts';
import { lookOfVerdict } from '../../report/words.ts';
import { type Frame, layout } from './layout.ts';
import { renderMoment, type Zone } from './moments.ts';
import { renderSchedule, type ShownSchedule } from './schedule-lines.ts';

export interface RunbooksShown {
  readonly runbooks: readonly ShelvedRunbook[];
  /** By runbook. */
  readonly drills: ReadonlyMap<string, Drills>;
  /** What Temporal has; undefined: it does not say. */
  readonly schedules: readonly ShownSchedule[] | undefined;
  readonly zone: Zone;
  /** Live modes run what is published. */
  readonly needsPublished: boolean;
  /** Why whoever looks may not start it in a mode; undefined: he may. */
  readonly mayStart: (runbook: string, mode: Mode) => string | undefined;
  /** Whether he may pause, resume or run schedules of it. */
  readonly mayHand: (runbook: string) => boolean;
  /** Whether he may let a run of what is not published start. */
  readonly mayLift: (runbook: string, mode: Mode) => boolean;
}

/** Every runbook: its last drills, its next times, whether it has changed since, and a way to start it. */
export function runbooksPage(frame: Frame, shown: RunbooksShown): string {
  return layout({
    ...frame,
    title: 'Runbooks',
    place: 'runbooks',
    main: html`<h1>Runbooks</h1>
${shown.runbooks.length === 0 ? html`<p class="quiet">There is no runbook below the project’s folder.</p>` : nothing}
${shown.runbooks.map(runbook => renderRunbook(runbook, shown))}`,
  });
}

function renderRunbook(runbook: ShelvedRunbook, shown: RunbooksShown): Html {
  const { name, file, description, owner, mistakes, modes } = runbook;
  const id = `runbook-${name}`;
  return html`<article class="runbook" aria-labelledby="${id}">
<h2 id="${id}">${name}</h2>
${description === '' ? nothing : html`<p>${description}</p>`}
<p class="under"><code>${file}</code>${owner === '' ? nothing : ` · ${owner}`}</p>
${mistakes === undefined ? nothing : html`<p class="error"><strong>It does not compile:</strong> ${mistakes.first}${mistakes.count > 1 ? ` (and ${mistakes.count - 1} more)` : ''}</p>`}
${renderDrills(runbook, shown)}
${shown.needsPublished && modes.some(isLiveMode) ? renderPublished(runbook, shown) : nothing}
${runbook.withdrawn.map(({ version, by, at, reason, unproved }) => html`<p class="under"><span class="warn">! Withdrawn: <code>${version.slice(0, 12)}</code> by ${by}, ${Number.isNaN(Date.parse(at)) ? at : renderMoment(Date.parse(at), shown.zone)}: ${reason}.${unproved === undefined ? '' : ` Nothing proves that now: ${unproved}.`} It does not start.</span></p>`)}
${renderSchedules(runbook, shown)}
${mistakes === undefined ? renderStarts(runbook, shown) : nothing}
</article>`;
}

/** What a live mode would run; where that is not the file, an approver may lift it. */
function renderPublished({ name, modes, published }: ShelvedRunbook, { zone, mayLift }: RunbooksShown): Html {
  const isSame = published?.same === true && published.refused === undefined;
  const lifts = isSame ? [] : modes.filter(mode => isLiveMode(mode) && mayLift(name, mode));
  const links = lifts.map(
    mode => html` <a href="/runbooks/${encodeURIComponent(name)}/lift?mode=${mode}">Lift that for one ${mode} …</a>`,
  );
  if (published === undefined)
    return html`<p class="under"><span class="warn">! Not published: no live mode starts (“drillbook publish”).</span>${links}</p>`;
  const { version, by, at, refused } = published;
  const words =
    refused !== undefined
      ? html`<span class="warn">! It does not count: ${refused}</span>`
      : isSame
        ? html`<span class="good">✓ The same as the file.</span>`
        : html`<span class="warn">! The file is another: live modes run what is published.</span>`;
  return html`<p class="under">Published: <code>${version.slice(0, 12)}</code> by ${by}, ${renderMoment(Date.parse(at), zone)}. ${words}${links}</p>`;
}

/** Temporal starts what was applied: what the file says beside it, and what it says no more, is told. */
function renderSchedules(
  { name, schedules, mistakes }: ShelvedRunbook,
  { schedules: applied, zone, mayHand }: RunbooksShown,
): Html {
  const acts = mayHand(name);
  const own = applied?.filter(({ id }) => id.startsWith(`${name}/`)) ?? [];
  const ids = new Set(schedules.map(({ id }) => id));
  const others = mistakes === undefined ? own.filter(({ id }) => !ids.has(id)) : own;
  const none = applied === undefined ? 'what Temporal has of it cannot be read' : 'not applied: nothing starts it';
  const lines = schedules.map(schedule => {
    const standing = own.find(({ id }) => id === schedule.id);
    return standing === undefined ? renderSchedule(schedule, zone, none) : renderSchedule(standing, zone, '', acts);
  });
  const gone = mistakes === undefined ? 'no longer in the file: the next apply removes it' : '';
  return html`${lines}${others.map(schedule => renderSchedule(schedule, zone, gone, acts))}`;
}

function renderDrills(runbook: ShelvedRunbook, { drills, zone }: RunbooksShown): Html {
  if (!runbook.modes.includes('drill')) return nothing;
  const known = drills.get(runbook.name) ?? { latest: [] };
  if (known.latest.length === 0)
    return html`<p class="under">Never drilled, as far as ${known.among === undefined ? 'Temporal’s lists go' : `the last ${known.among} runs go`} back.</p>`;
  return html`<ul class="drills" aria-label="Last drills of ${runbook.name}">${known.latest.map(
    run =>
      html`<li><a href="/runs/${encodeURIComponent(run.run)}">${renderMoment(run.startedAt, zone)}</a> ${renderLook(lookOfVerdict(run.verdict))}</li>`,
  )}</ul>
<p class="under">${driftOf(runbook, known)}</p>`;
}

/** Whether what would run now does what the drill did that passed last: a comment in its file changes nothing. */
export function driftOf({ plans, deeds }: ShelvedRunbook, { passed, among }: Drills): Html {
  if (passed === undefined)
    return html`No drill has passed${among === undefined ? '' : ` among the last ${among} runs`}.`;
  const last = passed.verdict === 'passed' ? 'its last passed drill' : 'its last drill that passed, with exceptions';
  if (plans.drill === undefined || passed.plan === undefined)
    return html`Whether it has changed since ${last}, is not known: its drill must be given inputs.`;
  if (plans.drill === passed.plan) return html`<span class="good">✓ Unchanged since ${last}.</span>`;
  if (passed.deeds === undefined)
    return html`<span class="warn">! Its text, or an input, has changed since ${last}; whether what it does has, is not known.</span>`;
  return deeds.drill === passed.deeds
    ? html`<span class="good">✓ It does the same as in ${last}; only its text has changed.</span>`
    : html`<span class="warn">! Changed since ${last}: what would run now was not drilled, or with other inputs.</span>`;
}

function renderStarts({ name, modes }: ShelvedRunbook, { mayStart }: RunbooksShown): Html {
  return html`<ul class="starts" aria-label="Start ${name}">${modes.map(mode => {
    const refused = mayStart(name, mode);
    const live = isLiveMode(mode);
    if (refused !== undefined) return html`<li><span class="quiet">${mode}: ${refused}</span></li>`;
    return html`<li><a class="button ${live ? 'risky' : 'second'}" href="/runbooks/${encodeURIComponent(name)}/start?mode=${mode}">${live ? `Start LIVE ${mode} …` : `Start ${mode} …`}</a></li>`;
  })}</ul>`;
}
