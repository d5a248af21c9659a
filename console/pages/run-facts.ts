import type { RunView } from '../../control/run-view.ts';
import { type Html, html, nothing } from '../../report/html-markup.ts';
import { renderMoment } from './moments.ts';

/**
 * What stands further down, in one line that a phone shows without scrolling: the VPGs by their states, the sites, and what is tried
 * again. Times are UTC alone: the house's zone stands beside them below.
 */
export function renderFacts({ vpgs, sites, trying }: RunView, { at }: { readonly at: number }): Html {
  const facts = [renderVpgs(vpgs), ...renderSites(sites, at), renderTried(trying, at)];
  const told = facts.filter(fact => fact !== nothing);
  if (told.length === 0) return nothing;
  return html`<p class="strip facts-line">${told.map(fact => html`<span>${fact}</span>`)}</p>`;
}

/** `3 VPGs: 2 failover, not committed; 1 not touched`. */
function renderVpgs(vpgs: RunView['vpgs']): Html {
  if (vpgs.length === 0) return nothing;
  const counts = new Map<string, { readonly tone: string; readonly count: number }>();
  for (const { state } of vpgs)
    counts.set(state.word, { tone: state.tone, count: (counts.get(state.word)?.count ?? 0) + 1 });
  const [only] = counts.keys();
  const total = `${vpgs.length} ${vpgs.length === 1 ? 'VPG' : 'VPGs'}`;
  if (counts.size === 1 && only !== undefined) return html`${total} ${only}`;
  const parts = [...counts].map(([word, { tone, count }], place) => {
    const text = `${count} ${word}${place < counts.size - 1 ? ';' : ''}`;
    return html`${tone === 'bad' ? html`<b class="bad">${text}</b>` : text}`;
  });
  return html`${total}: ${parts}`;
}

function renderSites(sites: RunView['sites'], at: number): readonly Html[] {
  return sites.map(({ name, state, since, sinceText }) => {
    if (state !== 'unreachable') return html`${name} ${state}`;
    const when = sinceText ?? (since === undefined ? '' : renderMoment(since, { at }));
    return html`<b class="bad">${name} not reachable</b>${when === '' ? nothing : html` since ${when}`}`;
  });
}

/** Of many the one that gives up first is named. */
function renderTried(trying: RunView['trying'], at: number): Html {
  const tried = trying.filter(({ stalled }) => stalled !== true);
  const end = ({ givesUpAt }: RunView['trying'][number]): number => givesUpAt ?? Number.POSITIVE_INFINITY;
  const first = tried.toSorted((a, b) => end(a) - end(b))[0];
  if (first === undefined) return nothing;
  const ends = first.givesUpAt === undefined ? nothing : html` gives up at ${renderMoment(first.givesUpAt, { at })}`;
  return html`<b class="warn">${tried.length} trying again:</b> ${first.key}${ends}`;
}
