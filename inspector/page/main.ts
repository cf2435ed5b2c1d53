// The page's first module: shows the view that the address names, and keeps it and the clock told.

import { ClockBar } from './clock-bar.ts';
import { element } from './element.ts';
import { faultsView } from './faults-view.ts';
import { fleetView } from './fleet-view.ts';
import { LiveFeed } from './live-feed.ts';
import { meterView } from './meter-view.ts';
import { MonitorLine } from './monitor-line.ts';
import { monitorView } from './monitor-view.ts';
import { type Route, routeOf } from './route.ts';
import { snapshotView } from './snapshot-view.ts';
import type { Desk, View } from './view.ts';

function part(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the document has no #${id}`);
  return found;
}

const main = part('main');
const said = part('said');
const lost = part('lost');

const feed = new LiveFeed((look) => {
  if (look !== undefined && !lost.hidden) clock.returned();
  lost.hidden = look !== undefined;
  if (look === undefined) {
    lost.textContent = 'The gateway does not answer. What is shown is as it was; trying again.';
    return;
  }
  clock.show(look.live);
  // A gateway was started anew, or a snapshot loaded: what a view has asked for is of before.
  if (look.isNew && view?.outlivesWorlds !== true) show(main.contains(document.activeElement));
  else view?.live?.(look);
});

const desk: Desk = {
  feed,
  monitor: new MonitorLine(),
  say(text) {
    said.textContent = text;
  },
};

const clock = new ClockBar(desk);
let view: View | undefined;

const VIEWS = [
  ['Fleet', '#/', 'fleet'],
  ['Faults', '#/faults', 'faults'],
  ['Snapshot', '#/snapshot', 'snapshot'],
  ['Monitor', '#/monitor', 'monitor'],
] as const;

const links = VIEWS.map(([name, href, of]) => ({ of, link: element('a', { href }, name) }));

function viewOf(route: Route): View {
  if (route.view === 'meter') return meterView(desk, route.deviceId, route.tab);
  if (route.view === 'faults') return faultsView(desk, route.who);
  if (route.view === 'snapshot') return snapshotView(desk);
  return route.view === 'monitor' ? monitorView(desk) : fleetView(desk);
}

/** Shows what the address names; the focus goes there when somebody has followed a link. */
function show(isFollowed: boolean): void {
  const route = routeOf(location.hash);
  view?.close?.();
  view = viewOf(route);
  main.replaceChildren(view.node);
  document.title = `${view.title} – s1sp inspector`;
  for (const { of, link } of links) {
    if (of === route.view) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  const look = feed.looks.at(-1);
  if (look !== undefined) view.live?.(look);
  if (!isFollowed) return;
  main.focus({ preventScroll: true });
  scrollTo(0, 0);
}

part('views').append(...links.map(({ link }) => link));
part('clock').append(clock.node);
addEventListener('hashchange', () => show(true));
document.querySelector('.skip')?.addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
show(false);
void feed.look();
