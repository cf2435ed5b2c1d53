// The style sheet of the inspector's page: the house's, and what bytes, rings, clocks and forms
// need on top of it. Nothing moves for those who ask for stillness.

import { HOUSE_STYLE } from '../page/house-style.ts';

const COLOURS = `
:root {
  --bar: #1f5fb8; --bar-fill: rgba(42, 108, 196, 0.42); --gap: rgba(179, 38, 30, 0.16);
  --bst: rgba(214, 158, 20, 0.13); --button: #ffffff; --button-line: #b3bcc9;
  --primary: #1d5fbf; --on-primary: #ffffff; --odd: rgba(90, 105, 130, 0.09);
  --lit: #ffe08a; --on-lit: #1b2330; --changed: #b4600a; --ring: #c9d3e2; --held: #2f74cf;
  --oldest: #b4600a; --wrap: #566173;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bar: #8dbbf7; --bar-fill: rgba(141, 187, 247, 0.42); --gap: rgba(255, 143, 134, 0.20);
    --bst: rgba(240, 195, 104, 0.13); --button: #232b37; --button-line: #4b586b;
    --primary: #8dbbf7; --on-primary: #0d1a2b; --odd: rgba(150, 165, 190, 0.10);
    --lit: #7a5f12; --on-lit: #ffffff; --changed: #f0a35c; --ring: #364152; --held: #5a92dd;
    --oldest: #f0a35c; --wrap: #9ba8b9;
  }
}
`;

const FRAME = `
body { min-width: 320px; overflow-wrap: break-word; }
[hidden] { display: none !important; }
a { color: var(--focus); }
.skip { position: absolute; left: -999px; top: 0; padding: 8px 14px; background: var(--card); }
.skip:focus { left: 8px; z-index: 3; }
header.top {
  max-width: none; padding: 0; background: var(--card); border-bottom: 1px solid var(--line);
  position: sticky; top: 0; z-index: 2;
}
.bar {
  max-width: 1180px; margin: 0 auto; padding: 6px 20px; display: flex; gap: 4px 22px;
  align-items: center; flex-wrap: wrap;
}
.clock, .clock-bar { display: contents; }
.clock-face { margin-left: auto; }
.brand { color: var(--ink); text-decoration: none; font-size: 1.08rem; }
nav { display: flex; gap: 4px; flex-wrap: wrap; }
nav a { color: var(--muted); text-decoration: none; padding: 4px 10px; border-radius: 7px; }
nav a:hover { color: var(--ink); background: var(--plain-ground); }
nav { align-items: center; }
nav a[aria-current] { color: var(--ink); background: var(--plain-ground); font-weight: 600; }
.tabs { border-bottom: 1px solid var(--line); margin: 12px 0 14px; gap: 2px; }
.tabs a { border-radius: 7px 7px 0 0; padding: 6px 12px; }
.tabs a[aria-current] { box-shadow: inset 0 -2px 0 var(--focus); background: none; }
main { padding-top: 18px; min-height: 60vh; }
main:focus { outline: none; }
#lost { max-width: 1140px; margin: 12px auto 0; }
.meter-head {
  display: flex; gap: 8px 16px; align-items: center; justify-content: space-between;
  flex-wrap: wrap;
}
.meter-head h1 { font-size: 1.4rem; margin: 0; }
.after { margin-top: 14px; }
input[type="date"]:focus { outline: 2px solid var(--focus); outline-offset: 2px; }
.lead { color: var(--muted); max-width: 100ch; }
.outcome p { margin: 8px 0 0; overflow-wrap: anywhere; }
.outcome .good { color: var(--good); }
.lead code { color: var(--ink); overflow-wrap: anywhere; }
.mono, code, pre, .hex, .console { font-family: var(--mono); }
.mono { font-size: 0.92em; letter-spacing: -0.01em; }
h1.mono { font-size: 1.35rem; }
.badge {
  display: inline-block; padding: 1px 9px; border-radius: 99px; font-size: 0.82rem;
  background: var(--plain-ground); color: var(--ink); white-space: nowrap; font-weight: 400;
}
.badge.good, .kind-hit, .served-cache { background: var(--good-ground); color: var(--good); }
.badge.bad { background: var(--bad-ground); color: var(--bad); }
.badge.warn, .badge.bst, .kind-expire, .kind-erase, .served-device, .served-mixed {
  background: var(--warn-ground); color: var(--warn);
}
p.bad, .told.bad { color: var(--bad); }
p:empty { display: none; }
.empty { color: var(--muted); padding: 10px 0; }
`;

const CONTROLS = `
button, input, select, textarea { font: inherit; color: inherit; }
button, a.button {
  background: var(--button); border: 1px solid var(--button-line); border-radius: 7px;
  padding: 4px 12px; min-height: 34px; cursor: pointer;
}
a.button { color: var(--ink); text-decoration: none; display: inline-flex; align-items: center; }
button:hover, a.button:hover { border-color: var(--muted); }
button:disabled { opacity: 0.6; cursor: default; }
button.primary {
  background: var(--primary); border-color: var(--primary); color: var(--on-primary);
  font-weight: 600;
}
input, select, textarea {
  background: var(--ground); border: 1px solid var(--button-line); border-radius: 7px;
  padding: 4px 8px; min-height: 34px; max-width: 100%;
}
select, input:not([type="checkbox"]) { height: 34px; }
input[type="number"] { width: 6.5em; }
input[type="checkbox"] { min-height: 0; width: 17px; height: 17px; margin: 0; }
textarea, .prompt { font-family: var(--mono); font-size: 0.86rem; }
textarea { width: 100%; line-height: 1.45; resize: vertical; }
.scroll + *, .field + .controls, .field + .note { margin-top: 10px; }
::placeholder { color: var(--muted); opacity: 1; }
.controls { display: flex; gap: 8px; flex-wrap: wrap; align-items: center; }
.ask { display: flex; gap: 10px 14px; flex-wrap: wrap; align-items: end; margin-bottom: 10px; }
.field { display: flex; flex-direction: column; gap: 3px; min-width: 0; max-width: 100%; }
.field > label { color: var(--muted); font-size: 0.82rem; }
.hint { color: var(--muted); font-size: 0.78rem; }
.switch { display: flex; gap: 8px; align-items: center; min-height: 32px; }
.clock-face { display: flex; gap: 8px; align-items: center; }
.now { font-variant-numeric: tabular-nums; font-weight: 620; font-size: 1.08rem; }
.clock .more { display: none; gap: 8px 14px; flex-wrap: wrap; flex-basis: 100%; padding: 4px 0; }
.clock .more.open { display: flex; justify-content: flex-end; }
.clock .ask { margin: 0; gap: 6px; align-items: center; }
.clock .field { flex-direction: row; align-items: center; gap: 6px; }
.clock input { width: 5.6em; }
.clock .more .ask:nth-child(3) input { width: 13.5em; }
.told { flex-basis: 100%; margin: 0; color: var(--muted); font-size: 0.86rem; text-align: right; }
.ask .ask { margin: 0; }
[aria-busy="true"] .now { opacity: 0.6; }
`;

const CONTENT = `
.card table.texts th, .card table.texts td { text-align: left; padding: 4px 14px 4px 0; }
.card table.texts .number { text-align: right; }
.card .scroll th:first-child, .card table.texts td.struck { white-space: nowrap; }
.chart .u-legend th:first-child { white-space: normal; }
.card .journal td { vertical-align: top; }
.card .journal th { vertical-align: top; }
.card .journal td.how { white-space: normal; min-width: 10em; }
.card .journal td.why { white-space: normal; min-width: 20em; font-size: 0.86rem; }
.journal .why .mono { color: var(--muted); overflow-wrap: anywhere; }
.pairs { margin: 0; display: grid; gap: 3px; }
.pairs > div { display: grid; grid-template-columns: 9.5em minmax(0, 1fr); gap: 10px; }
.pairs dt { color: var(--muted); }
.pairs dd { margin: 0; overflow-wrap: anywhere; }
.card > .note { max-width: none; }
.about .badge { margin-top: 3px; }
.notes .note { max-width: none; margin: 4px 0 0; }
.bst-note { border-left: 3px solid var(--oldest); padding-left: 8px; }
.chart.small { min-height: 150px; }
figure .chart { margin-top: 4px; }
.tall { max-height: 340px; overflow-y: auto; }
.tall thead th { position: sticky; top: 0; background: var(--card); }
.bar-cell { width: 22%; min-width: 90px; }
progress {
  appearance: none; width: 100%; height: 9px; border: 0; border-radius: 5px; display: block;
  background: var(--grid);
}
progress::-webkit-progress-bar { background: var(--grid); border-radius: 5px; }
progress::-webkit-progress-value { background: var(--hits); border-radius: 5px; }
progress::-moz-progress-bar { background: var(--hits); border-radius: 5px; }
progress.late::-webkit-progress-value { background: var(--bad); }
progress.late::-moz-progress-bar { background: var(--bad); }
pre { margin: 0; font-size: 0.82rem; line-height: 1.45; }
.answer pre { max-height: 320px; overflow: auto; padding: 8px 0; }
.answer .pairs { margin: 6px 0; }
.answer .pairs > div { grid-template-columns: 11.5em minmax(0, 1fr); }
.answer h2 .note { font-weight: 400; }
.card .u-legend th, .card .u-legend td { padding: 2px 4px; border: 0; text-align: left; }
.card .u-legend tr { margin-right: 10px; }
.requests { align-items: start; }
.request { position: sticky; top: 62px; }
.console { height: min(56vh, 560px); overflow: auto; padding: 2px 0 8px; }
.console pre { padding: 2px 0; font-size: 0.84rem; white-space: pre; }
.console .hint { white-space: normal; }
.console .typed { color: var(--focus); font-weight: 600; padding-top: 8px; }
.console .bad { color: var(--bad); }
.console .event { color: var(--warn); }
.prompt-line { flex-wrap: nowrap; margin: 0; }
.prompt { flex: 1; min-width: 0; }
`;

const MEMORY = `
.memory-body {
  display: grid; grid-template-columns: minmax(0, 1fr) 440px; gap: 18px; align-items: start;
}
.hex { font-size: 0.82rem; }
.card .hex table { width: auto; }
.card .hex th, .card .hex td { padding: 1.5px 3.5px; border: 0; text-align: center; }
.card .hex tbody tr + tr > * { border: 0; }
.card .hex th:first-child { color: var(--muted); padding-right: 10px; white-space: nowrap; }
.card .hex thead th { font-size: 0.78rem; border: 0; }
.card .hex td:nth-child(10), .card .hex thead th:nth-child(10) { padding-left: 11px; }
.card .hex td.ascii { white-space: pre; padding-left: 12px; color: var(--muted); }
.hex td[data-address] { cursor: default; border-radius: 3px; }
.hex td.odd { background: var(--odd); }
.hex td.unreached { color: var(--muted); }
.hex td.gap { background: var(--gap); }
.hex td.changed { color: var(--changed); font-weight: 700; }
.hex td.newest { box-shadow: inset 0 -2px 0 var(--good); }
.hex td.oldest { box-shadow: inset 0 -2px 0 var(--oldest); }
.hex td.lit { background: var(--lit); color: var(--on-lit); }
.hex td:focus-visible { outline-offset: -1px; }
.memory-side { margin: 0 !important; display: grid; gap: 12px; position: sticky; top: 70px; }
.ring-box {
  display: grid; grid-template-columns: 180px minmax(0, 1fr); gap: 12px; align-items: center;
}
.ring { display: block; width: 100%; max-width: 230px; margin: 0 auto; }
.ring * { fill: none; }
.ring .track { stroke: var(--ring); stroke-width: 14; }
.ring .held { stroke: var(--held); stroke-width: 14; }
.ring .window { stroke: var(--ink); stroke-width: 4; }
.ring .wrap { stroke: var(--wrap); stroke-width: 2; stroke-dasharray: 3 2; }
.ring .oldest { stroke: var(--oldest); stroke-width: 3; }
.ring .newest { fill: var(--good); stroke: var(--card); stroke-width: 2; }
.ring .focused { fill: var(--lit); stroke: var(--ink); stroke-width: 1.5; }
.ring text { text-anchor: middle; fill: var(--muted); font-size: 10.5px; }
.ring text.figure { fill: var(--ink); font-size: 22px; font-weight: 620; }
.jumps { list-style: none; margin: 0; padding: 0; display: grid; gap: 5px; }
.card .jumps { padding: 0; }
.jump { width: 100%; text-align: left; font-size: 0.82rem; min-height: 28px; padding: 2px 9px; }
.jump::before {
  content: ""; display: inline-block; width: 9px; height: 9px; margin-right: 8px;
  border-radius: 50%; background: var(--wrap);
}
.jump.newest::before { background: var(--good); }
.jump.oldest::before { background: var(--oldest); }
h3 { font-size: 0.92rem; margin: 4px 0 6px; }
.decoded .pairs > div { grid-template-columns: 5.8em minmax(0, 1fr); }
.decoded {
  font-size: 0.9rem; border: 1px solid var(--line); border-radius: 8px; padding: 6px 12px 10px;
  min-height: 12.5em;
}
.memory > .note { max-width: none; }
`;

const NARROW = `
@media (max-width: 900px) {
  .memory-body { grid-template-columns: minmax(0, 1fr); }
  .memory-side { position: static; }
}
@media (max-width: 700px) {
  header.top { position: static; }
  .brand span { display: none; }
  .bar { column-gap: 12px; }
  .bar { padding: 8px 12px; }
  .clock-face { margin-left: 0; flex-basis: 100%; }
  .clock .more.open { justify-content: flex-start; }
  nav a { padding: 4px 7px; }
  .tabs a { padding: 6px 7px; font-size: 0.92rem; }
  .journal thead { display: none; }
  .journal, .journal tbody, .journal tr { display: block; }
  .journal tr { padding: 6px 0; }
  .card .journal tr > * { display: inline-block; border: 0; padding: 1px 10px 1px 0; }
  .card .journal tr + tr { border-top: 1px solid var(--grid); }
  .card .journal td.how, .card .journal td.why { display: block; min-width: 0; }
  .journal td:empty { display: none !important; }
  .told { text-align: left; }
  .memory-body { display: flex; flex-direction: column; align-items: stretch; gap: 10px; }
  .memory-side { display: contents; }
  .ring-box { order: -2; grid-template-columns: 120px minmax(0, 1fr); }
  .decoded {
    order: -1; position: sticky; top: 0; z-index: 1; background: var(--card); min-height: 8.2em;
    padding: 4px 10px; font-size: 0.84rem;
  }
  .decoded h3 { display: none; }
  .decoded .pairs > div { grid-template-columns: 5.2em minmax(0, 1fr); gap: 6px; }
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .tiles div:first-child { grid-column: 1 / -1; }
  .hex td.ascii, .hex thead { display: none; }
  .card .hex table, .hex tbody, .hex tr { display: block; width: 100%; }
  .hex tr { display: grid; grid-template-columns: repeat(16, minmax(0, 1fr)); padding-bottom: 3px; }
  .card .hex th:first-child { grid-column: 1 / -1; text-align: left; font-size: 0.72rem; }
  .card .hex td, .card .hex td:nth-child(10) { padding: 3px 0; font-size: 0.76rem; }
  .request { position: static; }
  .pairs > div, .answer .pairs > div { grid-template-columns: 7.5em minmax(0, 1fr); }
}
@media (prefers-reduced-motion: no-preference) {
  .hex td.changed { animation: changed 1.2s ease-out; }
  @keyframes changed { from { background: var(--lit); } }
}
`;

export const PAGE_STYLE = [HOUSE_STYLE, COLOURS, FRAME, CONTROLS, CONTENT, MEMORY, NARROW].join('');

export const PAGE_ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="7" fill="#1d5fbf"/>
<circle cx="16" cy="16" r="9" fill="none" stroke="#fff" stroke-width="4" stroke-dasharray="46 11"/>
<circle cx="22.6" cy="9.6" r="3" fill="#8fe3b4"/></svg>
`;
