// A ring by time, drawn as one: places clockwise from the top, where the last place meets the
// first; the entries it holds, its newest and oldest, and the part whose bytes are shown.

import { drawn } from './element.ts';
import { count } from './figures.ts';
import type { RingState, Run } from './ring-state.ts';

const SIZE = 200;
const MIDDLE = SIZE / 2;
const RADIUS = 74;
/** The least part of a circle that can be seen, and the most that is still an arc. */
const VISIBLE = 0.004;
const NEARLY_ALL = 0.995;

/** The drawing; `shown` are places whose bytes are in view, `focused` is the one looked at. */
export function ringDrawing(
  state: RingState,
  shown: { readonly from: number; readonly to: number },
  focused: number | undefined,
): SVGElement {
  const { ring, runs, newest, oldest, held } = state;
  const { capacity } = ring;
  const share = (place: number): number => place / capacity;
  const svg = drawn('svg', {
    ...{ class: 'ring', viewBox: `0 0 ${SIZE} ${SIZE}`, role: 'img', 'aria-label': inWords(state) },
  });
  svg.append(drawn('circle', { class: 'track', cx: MIDDLE, cy: MIDDLE, r: RADIUS }));
  for (const run of runs) svg.append(heldArc(run, capacity));
  const inView = Math.max((shown.to - shown.from) / capacity, VISIBLE);
  const within = Math.min(inView, NEARLY_ALL);
  svg.append(drawn('path', { class: 'window', d: arc(RADIUS - 15, share(shown.from), within) }));
  svg.append(tick('wrap', 0, RADIUS - 11, RADIUS + 11));
  svg.append(drawn('text', { class: 'mark', x: MIDDLE, y: 9 }, 'wrap point'));
  if (oldest !== undefined) {
    svg.append(tick('oldest', share(oldest.place), RADIUS - 8, RADIUS + 14));
  }
  if (newest !== undefined) {
    const [x, y] = pointAt(RADIUS, share(newest.place + 0.5));
    svg.append(drawn('circle', { class: 'newest', cx: x, cy: y, r: 6.5 }));
  }
  if (focused !== undefined) {
    const [x, y] = pointAt(RADIUS - 15, share(focused + 0.5));
    svg.append(drawn('circle', { class: 'focused', cx: x, cy: y, r: 4.5 }));
  }
  const filled = held === capacity ? 'all filled' : `${count(held)} filled`;
  svg.append(drawn('text', { class: 'figure', x: MIDDLE, y: MIDDLE }, count(capacity)));
  svg.append(drawn('text', { class: 'mark', x: MIDDLE, y: MIDDLE + 15 }, 'places'));
  svg.append(drawn('text', { class: 'mark', x: MIDDLE, y: MIDDLE + 29 }, filled));
  return svg;
}

function inWords({ ring: { capacity }, held, newest, oldest }: RingState): string {
  if (newest === undefined || oldest === undefined) return `A ring of ${capacity} places, empty`;
  return (
    `A ring of ${capacity} places, ${held} filled: newest at place ${newest.place}, ` +
    `oldest at place ${oldest.place}, wrapping between ${capacity - 1} and 0`
  );
}

/** Where a share of the way round lies, clockwise from the top. */
function pointAt(radius: number, share: number): [number, number] {
  const angle = 2 * Math.PI * share - Math.PI / 2;
  return [rounded(MIDDLE + radius * Math.cos(angle)), rounded(MIDDLE + radius * Math.sin(angle))];
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** All of a circle is no arc: one would end where it begins. */
function heldArc({ from, to }: Run, capacity: number): SVGElement {
  const length = (to - from + 1) / capacity;
  if (length < 1) return drawn('path', { class: 'held', d: arc(RADIUS, from / capacity, length) });
  return drawn('circle', { class: 'held', cx: MIDDLE, cy: MIDDLE, r: RADIUS });
}

function arc(radius: number, from: number, length: number): string {
  const [x, y] = pointAt(radius, from);
  const [toX, toY] = pointAt(radius, from + length);
  return `M ${x} ${y} A ${radius} ${radius} 0 ${length > 0.5 ? 1 : 0} 1 ${toX} ${toY}`;
}

function tick(name: string, share: number, inner: number, outer: number): SVGElement {
  const [x1, y1] = pointAt(inner, share);
  const [x2, y2] = pointAt(outer, share);
  return drawn('line', { class: name, x1, y1, x2, y2 });
}
