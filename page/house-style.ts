// The style that the pages of this project share, the report's and the inspector's. Colours are
// custom properties, once for light and once for dark; the charts read them too. Text keeps a
// contrast of 4.5 to 1 on its ground in both.

export const HOUSE_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f5f6f8; --card: #ffffff; --ink: #1b2330; --muted: #566173; --line: #dfe3e9;
  --grid: #e8ebf0; --shade: rgba(90, 105, 130, 0.10); --focus: #1d5fbf;
  --good: #14713d; --good-ground: #e6f4ec; --bad: #b3261e; --bad-ground: #fcebea;
  --warn: #7a4d00; --warn-ground: #fdf3dc; --plain-ground: #eaeef4;
  --sent: #b4600a; --answered: #1a7f5a; --answered-fill: rgba(26, 127, 90, 0.10);
  --hits: #1a7f5a; --hits-fill: rgba(26, 127, 90, 0.14); --wan: #6b4bb8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #11151b; --card: #1a2029; --ink: #e7ebf1; --muted: #9ba8b9; --line: #2d3643;
    --grid: #262e3a; --shade: rgba(150, 165, 190, 0.12); --focus: #7fb2ff;
    --good: #6fd09a; --good-ground: #15301f; --bad: #ff8f86; --bad-ground: #3a1a19;
    --warn: #f0c368; --warn-ground: #33280f; --plain-ground: #222a35;
    --sent: #f0a35c; --answered: #5cc79c; --answered-fill: rgba(92, 199, 156, 0.12);
    --hits: #5cc79c; --hits-fill: rgba(92, 199, 156, 0.16); --wan: #b49bf0;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
header, main, footer { max-width: 1180px; margin: 0 auto; padding: 0 20px; }
header { padding-top: 28px; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 2px 0 6px; letter-spacing: -0.01em; }
h2 { font-size: 1.02rem; line-height: 1.3; margin: 0 0 6px; }
p { margin: 0 0 8px; }
.over { color: var(--muted); font-size: 0.86rem; margin: 0; }
.about, .note, figcaption p, footer { color: var(--muted); font-size: 0.86rem; }
.about { overflow-wrap: anywhere; }
.note { max-width: 62ch; }
.verdict, .warning {
  border-radius: 8px; padding: 9px 14px; margin: 12px 0 0; background: var(--plain-ground);
}
.verdict strong, .warning strong { font-weight: 650; }
.verdict.good { background: var(--good-ground); color: var(--good); }
.verdict.bad { background: var(--bad-ground); color: var(--bad); }
.warning { background: var(--warn-ground); color: var(--warn); }
.tiles {
  display: grid; grid-template-columns: repeat(5, 1fr); gap: 14px; margin: 16px 0;
}
.tiles div, .card, figure {
  background: var(--card); border: 1px solid var(--line); border-radius: 10px;
}
.tiles div { padding: 12px 16px 10px; display: flex; flex-direction: column; }
.tiles dt { color: var(--muted); font-size: 0.82rem; }
.tiles dd { margin: 0; }
.tiles .figure {
  font-size: 1.55rem; font-weight: 620; line-height: 1.25; font-variant-numeric: tabular-nums;
}
.tiles .unit { font-size: 0.9rem; font-weight: 400; color: var(--muted); }
.tiles .beside { color: var(--muted); font-size: 0.82rem; }
.tiles .bad .figure { color: var(--bad); }
.grid { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 14px; }
.grid, .grid + .note, details { margin-top: 14px; }
.stack { display: grid; gap: 14px; align-content: start; min-width: 0; }
.card, figure { padding: 14px 16px; margin: 0; min-width: 0; }
.grid > .wide { grid-column: 1 / -1; }
.scroll { overflow-x: auto; }
.card ul { margin: 0; padding-left: 18px; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
.card th, .card td {
  padding: 4px 0 4px 14px; text-align: right; font-weight: 400; white-space: nowrap;
}
.card th:first-child { text-align: left; padding-left: 0; white-space: normal;
  overflow-wrap: anywhere; }
.card thead th { color: var(--muted); font-size: 0.82rem; border-bottom: 1px solid var(--line); }
.card tbody tr + tr > * { border-top: 1px solid var(--grid); }
.card tr.bad > * { color: var(--bad); font-weight: 600; }
.card tr.part > * { color: var(--muted); }
.card tr.part > th:first-child { padding-left: 18px; }
.card tr.total > * { font-weight: 600; border-top: 1px solid var(--muted); }
.chart { border-radius: 6px; min-height: 250px; }
.chart .uplot { font: inherit; }
.chart .u-legend { font-size: 0.82rem; text-align: left; margin: 2px 0 0; }
.chart .u-legend th { font-weight: 400; color: var(--muted); border-radius: 4px; }
.chart .u-legend td { font-variant-numeric: tabular-nums; min-width: 3.5em; }
.chart .u-legend .u-marker { width: 12px; height: 3px; border-radius: 2px; }
.chart .u-series:first-child .u-marker { display: none; }
.chart .u-inline tr { margin-right: 10px; }
.chart .u-cursor-x { border-color: var(--muted); }
.chart .u-select { background: var(--shade); }
summary { cursor: pointer; color: var(--muted); padding: 4px 0; border-radius: 4px; }
details .card { margin-top: 8px; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
footer { padding-top: 18px; padding-bottom: 32px; }
.unseen {
  position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden;
  clip-path: inset(50%);
}
@media (max-width: 900px) {
  .grid { grid-template-columns: minmax(0, 1fr); }
  .tiles { grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); }
}
@media (max-width: 480px) {
  header, main, footer { padding-left: 12px; padding-right: 12px; }
  h1 { font-size: 1.4rem; }
  .tiles { gap: 8px; }
  .tiles div { padding: 9px 12px 8px; }
  .tiles .figure { font-size: 1.3rem; }
  .card, figure { padding: 12px; }
  .card th, .card td { padding-left: 10px; }
}
@media print {
  body { background: none; }
  .card, figure { break-inside: avoid; }
}
`;
