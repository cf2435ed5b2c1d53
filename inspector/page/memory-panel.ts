// A meter's memory: the regions it has, the ring of the one chosen, and its bytes. The bytes come
// as a picture; what they are is worked out here, with the memory core and the monitor's modules.

import { LINE_BYTES } from '../hex-dump.ts';
import { parseAddress, regionAt } from '../memory-address.ts';
import type { DeviceMemory, Region } from '../memory-map.ts';
import { type MemoryPicture, memoryInPicture } from '../memory-picture.ts';
import { get, troubleText } from './api.ts';
import { decodeAt, valueText } from './decoding.ts';
import { button, definitions, element, form, labelled } from './element.ts';
import { count, instant } from './figures.ts';
import { HexGrid, WINDOW_BYTES } from './hex-grid.ts';
import { pageCore } from './page-core.ts';
import { nowMs } from './real-time.ts';
import { ringDrawing } from './ring-drawing.ts';
import { type RingPlace, ringStateOf } from './ring-state.ts';
import { type Desk, isGas, type Meter, type Panel } from './view.ts';

/** All of a meter is some 150 KB; a clock that races does not ask for it more often than this. */
const PICTURE_EVERY_MS = 2000;

export function memoryPanel(desk: Desk, deviceId: string): Panel {
  return new MemoryPanel(desk, deviceId);
}

class MemoryPanel implements Panel {
  readonly node: HTMLElement;
  readonly #desk: Desk;
  readonly #deviceId: string;
  readonly #regions = element('select');
  readonly #state = element('p', { class: 'note' });
  readonly #trouble = element('p', { class: 'bad', role: 'alert' });
  readonly #ring = element('div', { class: 'ring-box' });
  readonly #decoded = element('div', { class: 'decoded', 'data-part': 'decoded' });
  readonly #address = element('input', { type: 'text', size: 26, spellcheck: 'false' });
  readonly #grid: HexGrid;
  #memory: DeviceMemory | undefined;
  #isGas = false;
  #from = 0;
  #looked: number | undefined;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #isStale = true;
  #isAsking = false;

  constructor(desk: Desk, deviceId: string) {
    this.#desk = desk;
    this.#deviceId = deviceId;
    this.#grid = new HexGrid({
      decoded: (address) => this.#decodedAt(address),
      looked: (address) => this.#look(address),
      left: (address) => this.#goTo(address, true),
    });
    this.#address.placeholder = 'import[2026-11-22T00:30:00Z]';
    this.#regions.addEventListener('change', () => {
      const region = this.#memory?.regions.find(({ name }) => name === this.#regions.value);
      if (region !== undefined) this.#goTo(this.#startOf(region));
    });
    const find = form(
      () => this.#goToWord(),
      { class: 'ask' },
      labelled('Go to', this.#address),
      element('button', { type: 'submit' }, 'Go'),
    );
    const controls = element(
      'div',
      { class: 'ask' },
      labelled('Region', this.#regions),
      find,
      element(
        'div',
        { class: 'controls' },
        button('‹ Bytes before', () => this.#turn(-1)),
        button('Bytes after ›', () => this.#turn(1)),
        button('Refresh', () => void this.#fetch()),
      ),
    );
    const side = element('div', { class: 'memory-side' }, this.#decoded, this.#ring);
    this.node = element(
      'section',
      { class: 'card memory' },
      element('h2', {}, 'Memory'),
      this.#state,
      controls,
      this.#trouble,
      element('div', { class: 'memory-body' }, this.#grid.node, side),
    );
  }

  live(meter: Meter, _look: unknown, hasMoved: boolean): void {
    this.#isGas = isGas(meter);
    this.#isStale ||= hasMoved;
    if (this.#isStale && nowMs() - this.#askedAtMs >= PICTURE_EVERY_MS) void this.#fetch();
  }

  async #fetch(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.#askedAtMs = nowMs();
    this.#isStale = false;
    const path = `meters/${encodeURIComponent(this.#deviceId)}/memory-picture`;
    const [answer, core] = await Promise.all([get<MemoryPicture>(path), pageCore()]);
    this.#isAsking = false;
    if (!answer.ok) {
      this.#trouble.textContent = troubleText(answer);
      return;
    }
    this.#trouble.textContent = '';
    const isFirst = this.#memory === undefined;
    this.#memory = memoryInPicture(answer.value, core);
    this.#listRegions();
    const { isReal, isCached } = this.#memory;
    const logs = isReal ? 'The logs lie in memory' : 'Nobody has touched this meter';
    const computed = isReal ? '' : ': these are the bytes that making it real would write';
    this.#state.textContent = `${logs}${computed}. ${
      isCached ? 'It has a slot in the cache.' : 'It has no slot in the cache.'
    }`;
    if (!isFirst) this.#show(this.#grid.current);
    else {
      const first = this.#memory.regions.find(({ name }) => name === 'import');
      const region = first ?? this.#memory.regions[0];
      if (region !== undefined) this.#goTo(this.#startOf(region));
    }
  }

  #listRegions(): void {
    const regions = this.#memory?.regions ?? [];
    const chosen = this.#regions.value;
    const names = regions.map(({ name }) => name);
    const listed = [...this.#regions.options].map(({ value }) => value);
    if (names.join() === listed.join()) return;
    this.#regions.replaceChildren(
      ...regions.map(({ name, size, ring }) => {
        const what = ring === undefined ? '' : ', ring';
        return element('option', { value: name }, `${name} (${count(size)} bytes${what})`);
      }),
    );
    if (names.includes(chosen)) this.#regions.value = chosen;
  }

  #goToWord(): void {
    const memory = this.#memory;
    const word = this.#address.value.trim();
    if (memory === undefined || word === '') return;
    const address = parseAddress(memory, word);
    const isFound = address !== undefined;
    this.#trouble.textContent = isFound
      ? ''
      : `"${word}" is no address here: write 0x10, import, import[9312] or import[a time]`;
    if (isFound) this.#goTo(address, true);
  }

  /** Brings an address into view, in the upper third, and stands on it. */
  #goTo(address: number, isFocused = false): void {
    const region = this.#memory && regionAt(this.#memory, address);
    if (region === undefined) return;
    const above = LINE_BYTES * 8;
    const last = region.address + region.size - WINDOW_BYTES;
    const from = Math.max(Math.min(address - above, last), region.address);
    this.#from = Math.max(from - (from % LINE_BYTES), region.address);
    this.#regions.value = region.name;
    this.#show(address);
    if (isFocused) this.#grid.focus(address);
    else this.#look(address);
  }

  #turn(by: number): void {
    const region = this.#memory && regionAt(this.#memory, this.#from);
    if (region === undefined) return;
    const last = region.address + region.size - 1;
    const from = Math.min(Math.max(this.#from + by * WINDOW_BYTES, region.address), last);
    if (from === this.#from) return;
    this.#from = Math.max(from - (from % LINE_BYTES), region.address);
    this.#show(this.#from);
    this.#look(this.#from);
    this.#desk.say(`Bytes from ${this.#from} on`);
  }

  #show(current: number): void {
    const memory = this.#memory;
    // A cache slot may have gone since.
    const region = memory && regionAt(memory, this.#from);
    if (memory === undefined || region === undefined) {
      const [first] = memory?.regions ?? [];
      if (first !== undefined) this.#goTo(this.#startOf(first));
      return;
    }
    this.#grid.show(memory, region, this.#from, current);
    this.#look(this.#looked);
  }

  #look(address: number | undefined): void {
    const memory = this.#memory;
    const region = memory && regionAt(memory, this.#from);
    if (memory === undefined || region === undefined) return;
    this.#looked = address ?? this.#looked;
    const decoded = this.#looked === undefined ? undefined : this.#decodedAt(this.#looked);
    this.#drawRing(region, decoded?.region === region ? decoded.place : undefined);
    if (decoded === undefined) return;
    const { field, place, byteOfField } = decoded;
    const bytes = field.size === 1 ? '1 byte' : `byte ${byteOfField + 1} of ${field.size}`;
    this.#decoded.replaceChildren(
      element('h3', {}, 'Decoded'),
      definitions([
        ['Address', element('code', {}, `0x${decoded.address.toString(16).padStart(6, '0')}`)],
        ['Field', element('code', {}, field.name)],
        ['Value', element('strong', {}, valueText(decoded))],
        ['Stands for', stampText(decoded.region, field.stamp)],
        [
          'Place',
          decoded.region.ring &&
            `${count(place)}, of 0 to ${count(decoded.region.ring.capacity - 1)}`,
        ],
        ['Byte', `0x${decoded.byte.toString(16).padStart(2, '0')}, ${bytes}`],
      ]),
    );
  }

  #decodedAt(address: number) {
    return this.#memory && decodeAt(this.#memory, address, this.#isGas);
  }

  #drawRing(region: Region, focused: number | undefined): void {
    const state = this.#memory && ringStateOf(this.#memory, region);
    this.#ring.hidden = state === undefined;
    if (state === undefined) return;
    const { ring, size, newest, oldest, wrap } = state;
    const first = (this.#from - region.address) / size;
    const shown = { from: first, to: Math.min(first + WINDOW_BYTES / size, ring.capacity) };
    const jump = (name: string, className: string, at: RingPlace | undefined) => {
      if (at === undefined) return undefined;
      const when = at.seconds === undefined ? 'not reached' : instant(isoOf(at.seconds));
      const to = () => this.#goTo(region.address + at.place * size, true);
      const title = `Place ${count(at.place)}`;
      const attributes = { class: `jump ${className}`, title };
      return element('li', {}, button(`${name} ${when}`, to, attributes));
    };
    const drawing = ringDrawing(state, shown, focused);
    const list = element(
      'ul',
      { class: 'jumps' },
      jump('Newest', 'newest', newest),
      jump('Oldest', 'oldest', oldest),
      jump('Wrap point', 'wrap', wrap),
    );
    // A button that somebody stands on is not taken away under them.
    const isStoodOn = this.#ring.contains(document.activeElement);
    const old = this.#ring.querySelector('.jumps');
    if (isStoodOn && old?.textContent === list.textContent) {
      this.#ring.querySelector('svg')?.replaceWith(drawing);
    } else this.#ring.replaceChildren(drawing, list);
  }

  /** Where a look at a region begins: at the newest entry of a ring. */
  #startOf(region: Region): number {
    const state = this.#memory && ringStateOf(this.#memory, region);
    if (state?.newest === undefined) return region.address;
    return region.address + state.newest.place * state.size;
  }
}

function stampText({ ring }: Region, stamp: string | undefined): string | undefined {
  if (ring === undefined) return undefined;
  return stamp === undefined ? 'no time: not reached yet' : `${instant(stamp)} UTC`;
}

function isoOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
