import { crossCheck, type Finding } from './cross-check.ts';
import type { Journal } from './journal.ts';
import { renderBlock } from './json.ts';
import { type Content, type Html, html, nothing } from './html-markup.ts';
import { renderMoment, renderTable } from './html-parts.ts';
import { formatClock, formatDuration, parseTime, parseTimeSpan } from './times.ts';
import { readZertoReport, type ZertoStep } from './zerto-report.ts';
import type { Look } from './words.ts';

const looks: Readonly<Record<Finding['kind'], Pick<Look, 'tone' | 'mark'> & { readonly word: string }>> = {
  agrees: { word: 'agrees', mark: '✓', tone: 'good' },
  differs: { word: 'differs', mark: '✗', tone: 'bad' },
  missing: { word: 'no report', mark: '!', tone: 'warn' },
  stranger: { word: 'not ours', mark: '!', tone: 'warn' },
  unclear: { word: 'unclear', mark: '?', tone: 'warn' },
};

/** Zerto's own recovery reports, and what came of holding this run's openings against them. */
export function renderZerto(journal: Journal): Content {
  const findings = crossCheck(journal);
  return [
    findings.length === 0
      ? nothing
      : html`<h3>Held against what this run recorded</h3>
<ul class="findings">${findings.map(renderFinding)}</ul>`,
    journal.zertoReports.length === 0
      ? html`<p>This journal holds no recovery report of Zerto.</p>`
      : journal.zertoReports.map(recorded => renderReport(recorded, journal.run.startedAt)),
  ];
}

function renderFinding(finding: Finding): Html {
  const look = looks[finding.kind];
  return html`<li><span class="look ${look.tone}"><span aria-hidden="true">${look.mark}</span> ${look.word}</span> ${finding.text}</li>`;
}

function renderReport(recorded: Journal['zertoReports'][number], day: number): Html {
  const report = readZertoReport(recorded);
  return html`<h3>${report.vpg}</h3>
${renderTable({
  caption: html`General, as Zerto reported it; fetched at ${renderMoment(recorded.at, day)}`,
  name: `Zerto's report of ${report.vpg}, general`,
  head: ['Field', 'Value'],
  bodies: [
    html`<tbody>${report.general.map(
      ({ name, value }) => html`<tr><th scope="row">${name}</th><td class="wide"><p>${value}</p></td></tr>`,
    )}</tbody>`,
  ],
})}${
  report.steps.length === 0
    ? html`<p>It lists no steps.</p>`
    : renderTable({
        caption: "Zerto's steps",
        name: `Zerto's report of ${report.vpg}, steps`,
        head: ['Step', 'Result', 'Start (UTC)', 'End (UTC)', 'Took'],
        bodies: [html`<tbody>${report.steps.map(step => renderStep(step, day))}</tbody>`],
      })
}<details><summary>The whole report as JSON</summary><pre>${renderBlock(recorded.report)}</pre></details>`;
}

function renderStep(step: ZertoStep, day: number): Html {
  return html`<tr><th scope="row">${step.description}</th><td>${step.result}</td><td>${describeTime(step.start, day)}</td><td>${describeTime(step.end, day)}</td><td>${describeSpan(step.took)}</td></tr>`;
}

function describeTime(text: string, day: number): string {
  const at = parseTime(text);
  return at === undefined ? text : formatClock(at, day);
}

function describeSpan(text: string): string {
  const ms = parseTimeSpan(text);
  return ms === undefined ? text : formatDuration(ms);
}
