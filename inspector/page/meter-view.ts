// One meter: who it is, and under five addresses its day, its memory, its cache slot, its messages,
// and a form to ask it something.

import { get, troubleText } from './api.ts';
import { cachePanel } from './cache-panel.ts';
import { dayPanel } from './day-panel.ts';
import { button, element } from './element.ts';
import { journalPanel } from './journal-panel.ts';
import type { Live, Look } from './live-feed.ts';
import { memoryPanel } from './memory-panel.ts';
import { requestPanel } from './request-panel.ts';
import { faultsAddress, METER_TABS, type MeterTab, meterAddress } from './route.ts';
import { type Desk, hasMoved, type Meter, type Panel, type View } from './view.ts';

const TAB_NAMES: Readonly<Record<MeterTab, string>> = {
  day: 'Day',
  memory: 'Memory',
  cache: 'Cache',
  journal: 'Journal',
  request: 'Request',
};

function panelOf(desk: Desk, deviceId: string, tab: MeterTab): Panel {
  if (tab === 'memory') return memoryPanel(desk, deviceId);
  if (tab === 'cache') return cachePanel(deviceId);
  if (tab === 'journal') return journalPanel(desk, deviceId);
  return tab === 'request' ? requestPanel(desk, deviceId) : dayPanel(deviceId);
}

export function meterView(desk: Desk, deviceId: string, tab: MeterTab): View {
  const head = element('p', { class: 'about' });
  const panel = panelOf(desk, deviceId, tab);
  const trouble = element('p', { class: 'warning', role: 'alert', hidden: true });
  const controls = element(
    'div',
    { class: 'controls' },
    element('a', { class: 'button', href: faultsAddress(deviceId) }, 'Make a fault'),
    button('‹ Previous', () => void goBy(deviceId, -1, tab)),
    button('Next ›', () => void goBy(deviceId, 1, tab)),
  );
  const whole = element('div', {}, head, tabsOf(deviceId, tab), panel.node);
  let meter: Meter | undefined;
  let seen: Live | undefined;
  let isAsking = false;

  async function refresh(look: Look): Promise<void> {
    if (isAsking) return;
    const moved = hasMoved(seen, look.live);
    if (moved || meter === undefined) {
      isAsking = true;
      const answer = await get<Meter>(`meters/${encodeURIComponent(deviceId)}`);
      isAsking = false;
      trouble.hidden = answer.ok;
      if (!answer.ok) {
        const fleet = element('a', { href: '#/' }, 'All meters');
        trouble.replaceChildren(`${troubleText(answer)}. `, fleet);
        whole.hidden = meter === undefined;
        controls.hidden = whole.hidden;
        return;
      }
      const { deviceId: inFull } = answer.value;
      if (inFull !== deviceId) {
        // Named by its number or a beginning of its identifier: all else needs the whole.
        location.replace(meterAddress(inFull, tab));
        return;
      }
      whole.hidden = false;
      controls.hidden = false;
      meter = answer.value;
      seen = look.live;
      const summary = summaryOf(meter);
      const text = summary.map((part) => (typeof part === 'string' ? part : part.textContent));
      // Somebody may be copying it.
      if (text.join('') !== head.textContent) head.replaceChildren(...summary);
    }
    panel.live?.(meter, look, moved);
  }

  return {
    title: deviceId,
    node: element(
      'div',
      { class: 'view' },
      element('div', { class: 'meter-head' }, element('h1', { class: 'mono' }, deviceId), controls),
      trouble,
      whole,
    ),
    live: (look) => void refresh(look),
    close: () => panel.close?.(),
  };
}

function tabsOf(deviceId: string, tab: MeterTab): HTMLElement {
  const links = METER_TABS.map((each) => {
    const current = each === tab ? 'page' : undefined;
    const href = meterAddress(deviceId, each);
    return element('a', { href, 'aria-current': current }, TAB_NAMES[each]);
  });
  return element('nav', { class: 'tabs', 'aria-label': 'Of this meter' }, ...links);
}

function summaryOf(meter: Meter): (string | Node)[] {
  const { deviceType, model, cohort, deviceStatus, isReal, isCached, device } = meter;
  const badge = (text: string, className = '') =>
    element('span', { class: `badge ${className}`.trim() }, text);
  return [
    `#${device}, ${deviceType} ${model}, cohort ${cohort} `,
    badge(deviceStatus, deviceStatus === 'Commissioned' ? 'good' : 'warn'),
    ' ',
    badge(isReal ? 'logs in memory' : 'logs computed when asked'),
    ' ',
    badge(isCached ? 'in the cache' : 'nothing cached', isCached ? 'good' : ''),
  ];
}

/** Opens the meter that is `by` places further in the fleet; none beyond its ends. */
async function goBy(deviceId: string, by: number, tab: MeterTab): Promise<void> {
  const here = await get<Meter>(`meters/${encodeURIComponent(deviceId)}`);
  if (!here.ok) return;
  const there = await get<Meter>(`meters/${encodeURIComponent(`#${here.value.device + by}`)}`);
  if (there.ok) location.hash = meterAddress(there.value.deviceId, tab);
}
