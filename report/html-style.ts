import { Html } from './html-markup.ts';

const light = `
  --paper: #ffffff; --panel: #f4f6f9; --line: #d5dce4; --ink: #1a2330; --quiet: #515c6b; --link: #1a569b;
  --good: #176338; --good-soft: #e1f3e8; --warn: #7a4a00; --warn-soft: #fcefd8; --bad: #a8221a; --bad-soft: #fce7e5;
  --info: #1a569b; --info-soft: #e4eefa; --idle: #515c6b; --idle-soft: #e9edf2;`;

const dark = `
  --paper: #11161d; --panel: #1a212b; --line: #364150; --ink: #e6ebf1; --quiet: #a7b3c2; --link: #93c0f8;
  --good: #72d699; --good-soft: #14331f; --warn: #f1bb65; --warn-soft: #392a0d; --bad: #ff9c94; --bad-soft: #441a1a;
  --info: #93c0f8; --info-soft: #162d4a; --idle: #a7b3c2; --idle-soft: #2a333f;`;

/** The page's only style sheet. Colours are named once for light and once for dark; paper is always light. */
export const style = new Html(`
:root { color-scheme: light dark;${light}
}
@media (prefers-color-scheme: dark) { :root {${dark}
} }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.5rem 3rem; max-width: 76rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; overflow-wrap: break-word; }
code, pre { font: 0.88em/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
code { overflow-wrap: anywhere; }
pre { margin: 0.4rem 0 0; padding: 0.6rem 0.8rem; background: var(--panel); border-radius: 4px; white-space: pre-wrap; overflow-wrap: anywhere; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
p { margin: 0.25rem 0; }
h1, h2, h3 { line-height: 1.25; text-wrap: balance; }
h1 { margin: 0.1rem 0 0.3rem; font-size: 2.1rem; letter-spacing: -0.015em; }
h2 { margin: 2.4rem 0 0.8rem; padding-top: 0.9rem; border-top: 1px solid var(--line); font-size: 1.3rem; }
h2.small { margin: 0.7rem 0 0.1rem; padding: 0; border: 0; font-size: 1rem; }
h3 { margin: 1.3rem 0 0.5rem; font-size: 1.02rem; }
ul { margin: 0.25rem 0; padding-left: 1.2rem; }
time, td, .figure { font-variant-numeric: tabular-nums; }
time { white-space: nowrap; }
.kicker { color: var(--quiet); font-size: 0.85rem; letter-spacing: 0.04em; }
.mode { padding: 0.1em 0.5em; border: 1px solid var(--line); border-radius: 4px; font-size: 0.5em; font-weight: 600; letter-spacing: 0; vertical-align: 0.3em; }
.lead { color: var(--quiet); font-size: 1.05rem; }
.quiet { color: var(--quiet); font-weight: 400; }
.under { display: block; color: var(--quiet); font-weight: 400; font-size: 0.9em; }
.error, .residue { color: var(--bad); }
.verdict { margin: 1.1rem 0; padding: 0.9rem 1.1rem; border-left: 5px solid; border-radius: 4px; }
.verdict > * { color: var(--ink); }
.verdict > .residue { color: var(--bad); }
.badge { display: inline-block; margin-right: 0.5rem; padding: 0.15rem 0.7rem; border-radius: 4px; color: var(--paper); font-size: 1.15rem; }
.badge.good { background: var(--good); } .badge.warn { background: var(--warn); } .badge.bad { background: var(--bad); }
.badge.info { background: var(--info); } .badge.idle { background: var(--idle); }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); } .info { color: var(--info); } .idle { color: var(--idle); }
.verdict.good { background: var(--good-soft); border-color: var(--good); } .verdict.warn { background: var(--warn-soft); border-color: var(--warn); }
.verdict.bad { background: var(--bad-soft); border-color: var(--bad); } .verdict.info { background: var(--info-soft); border-color: var(--info); }
.verdict.idle { background: var(--idle-soft); border-color: var(--idle); }
.verdict .badge { color: var(--paper); }
.stamp { margin: 1rem 0; padding: 0.5rem 0.9rem; border: 2px dashed var(--warn); border-radius: 4px; color: var(--warn); }
.look { display: inline-block; padding: 0 0.45em; border-radius: 4px; font-size: 0.92em; font-weight: 600; white-space: nowrap; }
.look.good { background: var(--good-soft); } .look.warn { background: var(--warn-soft); } .look.bad { background: var(--bad-soft); }
.look.info { background: var(--info-soft); } .look.idle { background: var(--idle-soft); }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 0.7rem 1.5rem; margin: 1rem 0; }
dt { color: var(--quiet); font-size: 0.85rem; }
dd { margin: 0; overflow-wrap: anywhere; }
#sources dl { grid-template-columns: 1fr; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.3rem 1.1rem; margin: 1.4rem 0 0; padding: 0; list-style: none; font-size: 0.92rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: 1rem; }
.card { padding: 0.9rem 1.1rem; border: 1px solid var(--line); border-radius: 6px; }
.card h3 { margin: 0; }
.figure { font-size: 1.9rem; font-weight: 650; line-height: 1.3; }
.bar { display: block; width: 100%; margin: 0.5rem 0 0.2rem; }
.track { fill: var(--idle-soft); } .mark { fill: var(--ink); }
.fill.good, .step.good { fill: var(--good); } .fill.bad, .step.bad { fill: var(--bad); } .fill.idle, .step.idle { fill: var(--idle); }
.step.warn { fill: var(--warn); } .step.info { fill: var(--info); }
.scroll { overflow-x: auto; margin: 0.6rem 0 1.1rem; }
.gantt { display: block; width: 100%; min-width: 44rem; font-size: 13px; }
.gantt text { fill: var(--ink); } .gantt .tick, .gantt .length { fill: var(--quiet); } .gantt .tick { font-size: 12px; text-anchor: middle; }
.gantt a text { fill: var(--link); } .gantt .group { font-weight: 650; }
.gantt .row { fill: var(--panel); } .grid { stroke: var(--line); }
.step.running { fill-opacity: 0.45; stroke: var(--info); stroke-dasharray: 4 3; }
table { width: 100%; border-collapse: collapse; font-size: 0.9rem; }
caption { padding: 0 0 0.5rem; color: var(--quiet); text-align: left; }
caption strong { color: var(--ink); font-size: 1.1em; }
th, td { padding: 0.4rem 0.7rem 0.4rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { border-bottom: 2px solid var(--line); color: var(--quiet); font-size: 0.85rem; font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 550; min-width: 8rem; }
tr.phase th { padding-top: 1rem; font-size: 0.95rem; font-weight: 650; }
td code { overflow-wrap: break-word; }
td.wide { min-width: 13rem; overflow-wrap: anywhere; }
td.wide table { width: auto; }
td.wide p { margin: 0 0 0.2rem; white-space: pre-line; }
tr:target > * { background: var(--info-soft); }
.findings { padding: 0; list-style: none; }
.findings li { margin: 0.35rem 0; }
#zerto h3 + .scroll table { width: auto; }
summary { color: var(--link); cursor: pointer; }
footer { margin-top: 2.5rem; padding-top: 0.9rem; border-top: 1px solid var(--line); color: var(--quiet); font-size: 0.85rem; }
@page { size: A4; margin: 14mm 12mm; }
@media print {
  :root { font-size: 9.5pt; color-scheme: light;${light}
  }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  body { max-width: none; padding: 0; font-size: 1rem; }
  nav { display: none; }
  a { color: inherit; text-decoration: none; }
  h2 { margin-top: 1.3rem; padding-top: 0.7rem; }
  h2, h3, caption, thead, tr.phase { break-after: avoid; }
  tbody:first-of-type > tr:first-child { break-before: avoid; }
  tr, .card, .verdict, .gantt, .stamp { break-inside: avoid; }
  .scroll { overflow: visible; }
  .gantt { min-width: 0; }
  table { font-size: 0.82rem; } thead th, .look { font-size: 0.95em; } thead th { white-space: normal; } tbody th { font-size: 1em; }
  th, td { padding: 0.25rem 0.45rem 0.25rem 0; }
  tbody th { min-width: 6rem; } td.wide { min-width: 8rem; }
  dl { grid-template-columns: repeat(3, 1fr); gap: 0.5rem 1rem; }
}
`);
