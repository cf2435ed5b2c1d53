// The style sheet of the report page: the house's, and the colours of percentiles.

import { HOUSE_STYLE } from '../page/house-style.ts';

export const REPORT_STYLE = `${HOUSE_STYLE}
:root {
  --p50: #0a2f66; --p90: #1f5fb8; --p99: #4585dc; --max: #7299d6;
  --p90-fill: rgba(42, 108, 196, 0.30); --p99-fill: rgba(91, 149, 224, 0.22);
  --max-fill: rgba(151, 185, 232, 0.16);
}
@media (prefers-color-scheme: dark) {
  :root {
    --p50: #d5e6ff; --p90: #8dbbf7; --p99: #5a92dd; --max: #5b7cae;
    --p90-fill: rgba(141, 187, 247, 0.30); --p99-fill: rgba(90, 146, 221, 0.26);
    --max-fill: rgba(71, 105, 154, 0.26);
  }
}
.settings td { text-align: left; white-space: normal; overflow-wrap: anywhere; }
`;
