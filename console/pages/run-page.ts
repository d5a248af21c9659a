import type { RunView } from '../../control/run-view.ts';
import { type Html, html, nothing } from '../../report/html-markup.ts';
import { enterDecidesNothing, type Frame, layout, linkLine } from './layout.ts';
import { renderName, typedFor, valueOf } from './run-decisions.ts';
import { hashOf, type Section, sectionsOf } from './run-sections.ts';
import type { Viewing } from './viewing.ts';

/** Of which parts the page is made, and where they stand. */
const columns = {
  first: ['decide', 'clocks', 'trying', 'vpgs'],
  second: ['open', 'sites', 'vendor', 'said', 'about'],
  below: ['graph', 'timeline', 'log'],
} as const;

/** Why something that was sent did not count. */
export interface Notice {
  readonly text: string;
}

export function runPage(frame: Frame, view: RunView, viewing: Viewing, notice?: Notice): string {
  const sections = sectionsOf(view, viewing);
  const place = (id: string): Html => renderPlace(sections, id);
  const path = `/runs/${encodeURIComponent(view.id)}`;
  const known = sections.map(hashOf).join('.');
  // A form that is being filled in must not be loaded away.
  const still = view.decisions.length > 0 || notice !== undefined;
  return layout({
    ...frame,
    title: `${view.banner} ${view.runbook}`,
    place: 'runs',
    at: viewing.at,
    ...(view.ended ? {} : { live: { from: `${path}/live?known=${known}`, page: path } }),
    ...(view.ended || still ? {} : { refresh: 10 }),
    main: html`<p id="call" class="hidden" role="alert">${content(sections, 'call')}</p>
<p id="alarm" class="hidden" role="alert">${content(sections, 'alarm')}</p>
<p id="news" class="hidden" role="status">${content(sections, 'news')}</p>
${linkLine}
${notice === undefined ? nothing : html`<p class="notice" role="alert" tabindex="-1" autofocus><strong>It does not count:</strong> ${notice.text}</p>${renderLost(view, viewing)}`}
${place('head')}
${view.ended ? nothing : html`<noscript><p class="under"><a href="${path}">Load the page again</a> to see what has happened since.</p></noscript>`}
<div class="columns"><div>${columns.first.map(place)}</div><div>${columns.second.map(place)}</div></div>
<p class="deeds">${view.hand.goesOn ? html`<a class="button second" href="${path}/act">Act on this run: pause, cancel …</a> ` : nothing}<a class="button second" href="${path}/report">Report</a></p>
${columns.below.map(place)}`,
  });
}

/** What was written where there is no field for it any more. */
function renderLost({ decisions }: RunView, viewing: Viewing): Html {
  const { typed } = viewing;
  if (typed === undefined || typed.reason === '') return nothing;
  if (decisions.some(decision => typedFor(decision, viewing) !== undefined)) return nothing;
  return html`<p>You had written:</p><blockquote>${typed.reason}</blockquote>`;
}

function content(sections: readonly Section[], id: string): Html {
  return sections.find(section => section.id === id)?.content ?? nothing;
}

function renderPlace(sections: readonly Section[], id: string): Html {
  return html`<div id="part-${id}" class="part">${content(sections, id)}</div>`;
}

/** An operator's hand: what anybody with the role may do at any time. */
export function actPage(frame: Frame, view: RunView, { csrf, may }: Viewing, refused: RefusedAct = {}): string {
  const { wrong, typed } = refused;
  const { hand, live, runbook, id } = view;
  const path = `/runs/${encodeURIComponent(id)}`;
  const form = (act: Act): Html => {
    const refusal = may(act.call);
    const own = typed?.act === act.name ? typed : undefined;
    if (refusal !== undefined)
      return html`<section aria-labelledby="act-${act.name}"><h2 id="act-${act.name}">${act.title}</h2><p>${act.means}</p><p class="refusal">${refusal}</p></section>`;
    return html`<section aria-labelledby="act-${act.name}"><h2 id="act-${act.name}">${act.title}</h2><p id="act-${act.name}-means">${act.means}</p>
<form method="post" action="${path}/act">
<input type="hidden" name="csrf" value="${csrf}">${enterDecidesNothing}
<label for="act-${act.name}-reason">Reason</label><input id="act-${act.name}-reason" name="reason" autocomplete="off" maxlength="2000"${valueOf(own?.reason)} required>
${act.by === true ? html`<label for="act-${act.name}-by">How much more</label><input id="act-${act.name}-by" name="by" value="${own?.by ?? '30m'}" autocomplete="off" required>` : nothing}
${act.destroys ? renderName(`act-${act.name}`, runbook, [act.title]) : nothing}
<p><button name="act" value="${act.name}" class="${act.destroys ? 'danger' : 'second'}" aria-describedby="act-${act.name}-means">${act.title}</button></p></form></section>`;
  };
  const acts: readonly (Act | undefined)[] = [
    hand.paused
      ? {
          name: 'resume',
          call: 'resume',
          title: 'Resume',
          means: 'It goes on with what has not started.',
          destroys: false,
        }
      : {
          name: 'pause',
          call: 'pause',
          title: 'Pause',
          means:
            'Nothing further starts until somebody resumes it. What runs goes on; deadlines of tests and closing too.',
          destroys: false,
        },
    hand.mayExtend
      ? {
          name: 'extend',
          call: 'extend',
          title: 'More time',
          means: 'The run and its open tests may take longer.',
          destroys: false,
          by: true,
        }
      : undefined,
    { name: 'cancel', call: 'cancel', title: 'Cancel the run', means: hand.cancel, destroys: live },
    {
      name: 'cancel-now',
      call: 'cancel',
      title: 'Cancel, without finally',
      means: `${hand.cancel} The steps of finally are left out; closing is not.`,
      destroys: live,
    },
    hand.rollBack === undefined
      ? undefined
      : { name: 'roll-back', call: 'roll-back', title: 'Roll back', means: hand.rollBack, destroys: true },
  ];
  return layout({
    ...frame,
    title: `Act on ${runbook}`,
    place: 'runs',
    main: html`<div class="narrow"><div class="banner ${live ? 'live' : view.mode === 'drill' ? 'drill' : 'change'}"><p class="mode"><strong>${view.banner}</strong></p><h1>${runbook} <span class="at">at ${view.site}</span></h1></div>
<p>${view.now.sentence} <a href="${path}">Back to the run</a></p>
${view.silence === undefined ? nothing : html`<p class="refusal">No worker answers for the run: what is sent now is not recorded.</p>`}
${wrong === undefined ? nothing : html`<p role="alert" class="notice"><strong>It does not count:</strong> ${wrong}</p>`}
${hand.goesOn ? acts.flatMap(act => (act === undefined ? [] : [form(act)])) : html`<p>The run has ended: there is nothing to be done.</p>`}</div>`,
  });
}

/** Why a hand on the run did not count, and what was filled in. */
export interface RefusedAct {
  readonly wrong?: string;
  readonly typed?: { readonly act: string; readonly reason: string; readonly by: string };
}

interface Act {
  readonly name: string;
  readonly call: 'pause' | 'resume' | 'extend' | 'cancel' | 'roll-back';
  readonly title: string;
  readonly means: string;
  readonly destroys: boolean;
  readonly by?: boolean;
}
