import { differenceOf } from './difference.ts';
import { renderDifference } from './html-difference.ts';
import type { Journal, JournalStep } from './journal.ts';
import { renderBlock } from './json.ts';
import { type Content, type Html, html, nothing } from './html-markup.ts';
import { count, renderError, renderLook, renderMoment, renderTable, renderWarning } from './html-parts.ts';
import { formatDuration } from './times.ts';
import { groupByPhase, lastMoment, titleOfPhase } from './timeline.ts';
import { lookOfStatus } from './words.ts';

const head = ['Step', 'Action', 'Effect', 'Status', 'Start (UTC)', 'Took', 'Tries', 'What was seen'] as const;

/** Every step of every phase, also those that never started. */
export function renderSteps(journal: Journal): Html {
  const last = lastMoment(journal);
  const day = journal.run.startedAt;
  const bodies = [...groupByPhase(journal.steps)].map(
    ([phase, steps]) => html`<tbody><tr class="phase">
<th scope="rowgroup" colspan="${head.length}">${titleOfPhase(phase)}</th></tr>
${steps.map(([place, step]) => renderStep(step, place, day, last))}</tbody>`,
  );
  return renderTable({
    caption: `${count(journal.steps.length, 'step')}, by phase. Tries of a check are ours; an attempt is a call that was begun anew after a transport fault or a lost worker.`,
    name: 'Steps',
    head,
    bodies,
  });
}

function renderStep(step: JournalStep, place: number, day: number, last: number): Html {
  return html`<tr id="step-${place}">
<th scope="row">${renderName(step)}</th>
<td><code>${step.uses}</code></td>
<td>${step.effect}</td>
<td>${renderLook(lookOfStatus(step.status))}${step.required ? nothing : html`<span class="under">not required</span>`}</td>
<td>${step.startedAt === undefined ? '–' : renderMoment(step.startedAt, day)}</td>
<td>${describeTime(step, last)}</td>
<td>${describeTries(step)}</td>
<td class="wide">${renderSeen(step)}</td>
</tr>`;
}

function renderName(step: JournalStep): Content {
  const named = step.name !== '' && step.name !== step.key;
  return [
    named ? html`${step.name} <code>${step.key}</code>` : html`<code>${step.key}</code>`,
    step.summary === '' ? nothing : html`<span class="under">${step.summary}</span>`,
  ];
}

function describeTime(step: JournalStep, last: number): string {
  if (step.startedAt === undefined) return '–';
  if (step.endedAt === undefined) return `${formatDuration(last - step.startedAt)} so far`;
  return formatDuration(step.endedAt - step.startedAt);
}

function describeTries(step: JournalStep): string {
  const said: string[] = [];
  if (step.tries > 1) said.push(`${step.tries} tries`);
  if (step.activityAttempts > 1) said.push(`${step.activityAttempts} attempts`);
  if (said.length > 0) return said.join(', ');
  return step.tries > 0 || step.activityAttempts > 0 ? '1' : '–';
}

function renderSeen(step: JournalStep): Content {
  const last = step.attempts.at(-1);
  const outputs = Object.keys(step.outputs).length;
  return [
    renderError(step.error, step.status),
    last === undefined || last.saw === '' ? nothing : html`<p>${last.saw}</p>`,
    step.told.map(told => (step.live === true ? renderWarning(told) : html`<p>${told}</p>`)),
    // Open, not folded: for a change it is what the report is read for.
    renderDifference(step.key, differenceOf(step)),
    outputs === 0
      ? nothing
      : html`<details><summary>${count(outputs, 'output')}</summary><pre>${renderBlock(step.outputs)}</pre></details>`,
  ];
}
