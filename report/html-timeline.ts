import type { Journal } from './journal.ts';
import { type Content, type Html, html, nothing } from './html-markup.ts';
import { count } from './html-parts.ts';
import { formatClock, formatDuration } from './times.ts';
import { layTimeline, type Timeline, type TimelineBar, type TimelineRow } from './timeline.ts';

const width = 960;
const left = 232;
// Room for how long the last bar took.
const right = 72;
const rowHeight = 22;
const axisHeight = 24;
// One picture holds so many lines: it fits a page of paper, where an SVG cannot break.
const linesEach = 36;
const shownPictures = 2;
const labelLength = 29;

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const tickSteps = [
  ...[10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map(s => s * second),
  ...[1, 2, 5, 10, 15, 30].map(m => m * minute),
  ...[1, 2, 3, 6, 12].map(h => h * hour),
];

type Line = { readonly kind: 'title'; readonly title: string } | { readonly kind: 'row'; readonly row: TimelineRow };

/** When each step ran and how long each VPG was open, as bars over time. The tables below hold the same figures. */
export function renderTimeline(journal: Journal): Content {
  const timeline = layTimeline(journal);
  const pictures = splitLines(timeline).map(lines => renderPicture(timeline, lines));
  if (pictures.length === 0) return html`<p>No step has started.</p>`;
  const rest = pictures.slice(shownPictures);
  const waiting = journal.steps.filter(step => step.status === 'pending').length;
  return [
    pictures.slice(0, shownPictures),
    rest.length === 0
      ? nothing
      : html`<details><summary>The rest of the timeline (${count(rest.length, 'more picture')})</summary>${rest}</details>`,
    waiting === 0
      ? nothing
      : html`<p class="quiet">${count(waiting, 'step')} ${waiting === 1 ? 'has' : 'have'} not started and ${waiting === 1 ? 'has' : 'have'} no bar.</p>`,
  ];
}

function splitLines(timeline: Timeline): readonly (readonly Line[])[] {
  const pictures: Line[][] = [];
  for (const group of timeline.groups) {
    for (const [place, row] of group.rows.entries()) {
      let picture = pictures.at(-1);
      const needed = place === 0 ? 2 : 1;
      const full = picture === undefined || picture.length + needed > linesEach;
      if (picture === undefined || full) {
        picture = [];
        pictures.push(picture);
      }
      if (place === 0 || full) picture.push({ kind: 'title', title: group.title });
      picture.push({ kind: 'row', row });
    }
  }
  return pictures;
}

function renderPicture(timeline: Timeline, lines: readonly Line[]): Html {
  const height = axisHeight + lines.length * rowHeight + 4;
  return html`<div class="scroll" role="region" aria-label="Timeline" tabindex="0"><svg class="gantt" viewBox="0 0 ${width} ${height}" role="group" aria-label="Timeline of ${count(lines.filter(line => line.kind === 'row').length, 'row')}; the steps' table holds the same times">
${renderAxis(timeline, height)}${lines.map((line, place) => renderLine(timeline, line, axisHeight + place * rowHeight))}</svg></div>`;
}

function renderAxis(timeline: Timeline, height: number): Content {
  return ticksOf(timeline).map(after => {
    const x = xOf(timeline, timeline.from + after);
    return html`<line class="grid" x1="${x}" y1="${axisHeight - 6}" x2="${x}" y2="${height}"/><text class="tick" x="${x}" y="${axisHeight - 10}">${after === 0 ? formatClock(timeline.from, timeline.from) : `+${formatDuration(after)}`}</text>`;
  });
}

/** At most eight spans of a round length, from the run's start. */
function ticksOf({ from, to }: Timeline): readonly number[] {
  const span = to - from;
  const days = Math.ceil(span / (8 * 24 * hour)) * 24 * hour;
  const step = tickSteps.find(candidate => span / candidate <= 8) ?? days;
  return Array.from({ length: Math.floor(span / step) + 1 }, (_, place) => place * step);
}

function renderLine(timeline: Timeline, line: Line, y: number): Html {
  if (line.kind === 'title') return html`<text class="group" x="0" y="${y + 16}">${line.title}</text>`;
  const { row } = line;
  const label = html`<text class="label" x="12" y="${y + 16}"><title>${row.label}</title>${shorten(row.label)}</text>`;
  return html`${row.place === undefined ? label : html`<a href="#step-${row.place}">${label}</a>`}<rect class="row" x="${left}" y="${y + 2}" width="${width - left}" height="${rowHeight - 4}"/>${row.bars.map(bar => renderBar(timeline, bar, y))}${renderLength(timeline, row, y)}`;
}

function renderBar(timeline: Timeline, bar: TimelineBar, y: number): Html {
  const from = xOf(timeline, bar.from);
  const length = Math.max(round(xOf(timeline, bar.to) - from), 2);
  const took = bar.running ? 'has not ended' : `took ${formatDuration(bar.to - bar.from)}`;
  return html`<rect class="step ${bar.look.tone}${bar.running ? ' running' : ''}" x="${from}" y="${y + 5}" width="${length}" height="${rowHeight - 10}" rx="2"><title>${bar.key}: ${bar.look.word}, from ${formatClock(bar.from, timeline.from)}, ${took}</title></rect>`;
}

/** How long, right of a row's only bar. */
function renderLength(timeline: Timeline, row: TimelineRow, y: number): Html {
  const bar = row.bars.length === 1 ? row.bars[0] : undefined;
  if (bar === undefined) return nothing;
  const x = Math.max(xOf(timeline, bar.to), xOf(timeline, bar.from) + 2) + 5;
  const length = bar.running ? `${bar.look.word} …` : formatDuration(bar.to - bar.from);
  return html`<text class="length" x="${round(x)}" y="${y + 16}">${length}</text>`;
}

function xOf({ from, to }: Timeline, at: number): number {
  const share = Math.min(Math.max((at - from) / (to - from), 0), 1);
  return round(left + share * (width - left - right));
}

function round(x: number): number {
  return Math.round(x * 10) / 10;
}

function shorten(label: string): string {
  const characters = Array.from(label);
  return characters.length <= labelLength ? label : `${characters.slice(0, labelLength - 1).join('')}…`;
}
