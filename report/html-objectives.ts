import type { Journal, JournalObjective } from './journal.ts';
import { type Html, html, nothing } from './html-markup.ts';
import { describeObjective } from './objective.ts';
import type { Look } from './words.ts';

/** RTO and RPO beside their objectives. */
export function renderObjectives({ rto, rpo }: Journal): Html {
  return html`<div class="cards">${renderCard('RTO', 'time to recover', rto)}${renderCard('RPO', 'data lost', rpo)}</div>`;
}

function renderCard(name: string, meaning: string, measured: JournalObjective): Html {
  const words = describeObjective(measured);
  const tone = toneOf(words.state);
  const against = words.objective === undefined ? 'no objective' : `objective ${words.objective}`;
  return html`<div class="card">
<h3>${name} <span class="quiet">${meaning}</span></h3>
<p class="figure">${words.value}</p>
<p><span class="look ${tone}">${words.state}</span> ${against}</p>
${renderBar(measured, tone, `${name} ${words.value}, ${against}, ${words.state}`)}
${words.note === '' ? nothing : html`<p class="quiet">${words.note}</p>`}
</div>`;
}

function toneOf(state: 'met' | 'missed' | 'not judged'): Look['tone'] {
  switch (state) {
    case 'met':
      return 'good';
    case 'missed':
      return 'bad';
    case 'not judged':
      return 'idle';
  }
}

/** The measured time as a bar, the objective as a line across it; the longer of the two fills the width. */
function renderBar({ ms, objectiveMs }: JournalObjective, tone: Look['tone'], label: string): Html {
  if (ms === undefined || objectiveMs === undefined) return nothing;
  const longest = Math.max(ms, objectiveMs, 1);
  const share = (value: number) => Math.round((Math.max(value, 0) / longest) * 2_960) / 10;
  return html`<svg class="bar" viewBox="0 0 300 14" role="img" aria-label="${label}">
<rect class="track" x="0" y="3" width="300" height="8" rx="2"/><rect class="fill ${tone}" x="0" y="3" width="${share(ms)}" height="8" rx="2"/><rect class="mark" x="${share(objectiveMs)}" y="0" width="2" height="14"/>
</svg>`;
}
