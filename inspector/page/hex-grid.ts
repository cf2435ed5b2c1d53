// Bytes of a meter as a grid, gone through with the arrow keys or the pointer. One byte is looked
// at, at a time; all bytes of its field light up with it.

import { dumpLines, hex, LINE_BYTES } from '../hex-dump.ts';
import { type Field, fieldsOf } from '../memory-fields.ts';
import type { DeviceMemory, Region } from '../memory-map.ts';
import { type Decoded, spokenText } from './decoding.ts';
import { element } from './element.ts';
import { type RingState, ringStateOf } from './ring-state.ts';

/** Bytes in view: half a KiB. */
export const WINDOW_BYTES = 512;

/** Keys that move the look, by so many bytes. */
const MOVES: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowLeft: -1,
  ArrowDown: LINE_BYTES,
  ArrowUp: -LINE_BYTES,
  PageDown: WINDOW_BYTES,
  PageUp: -WINDOW_BYTES,
};

export interface GridEvents {
  /** What lies at an address. */
  decoded(address: number): Decoded | undefined;
  /** A byte is looked at; undefined: none any more. */
  looked(address: number | undefined): void;
  /** A key leads to an address out of view. */
  left(address: number): void;
}

export class HexGrid {
  readonly node = element('div', { class: 'hex scroll', tabindex: -1 });
  readonly #events: GridEvents;
  #region: Region | undefined;
  #ring: RingState | undefined;
  readonly #cells = new Map<number, HTMLElement>();
  /** The byte that is reached by Tab. */
  #current = 0;
  /** Bytes as last shown, to tell what has changed. */
  #before = new Map<number, number>();

  constructor(events: GridEvents) {
    this.#events = events;
    this.node.addEventListener('pointerover', ({ target }) => this.#look(addressOf(target)));
    this.node.addEventListener('pointerleave', () => this.#look(this.#focused()));
    this.node.addEventListener('focusin', ({ target }) => {
      const address = addressOf(target);
      if (address === undefined) return;
      this.#roam(address);
      this.#look(address);
    });
    this.node.addEventListener('click', ({ target }) => {
      const address = addressOf(target);
      if (address !== undefined) this.#cells.get(address)?.focus();
    });
    this.node.addEventListener('keydown', (event) => this.#pressed(event));
  }

  /** Shows half a KiB of a region from `from` on; `current` is the byte to stand on. */
  show(memory: DeviceMemory, region: Region, from: number, current: number): void {
    const hadFocus = this.node.contains(document.activeElement);
    const isSamePlace = region.name === this.#region?.name;
    this.#region = region;
    this.#ring = ringStateOf(memory, region);
    this.#cells.clear();
    const to = Math.min(from + WINDOW_BYTES, region.address + region.size) - 1;
    const owners = fieldOwners(fieldsOf(memory, region, from - 8, to + 1));
    const lines = dumpLines(memory, from, to).filter((line) => line.region === region.name);
    const shown = new Map<number, number>();
    const rows = lines.map((line) => {
      const cells = [...line.bytes].map((byte, at) => {
        const address = line.address + at;
        shown.set(address, byte);
        const was = isSamePlace ? this.#before.get(address) : undefined;
        return this.#cell(address, byte, owners.get(address), was !== undefined && was !== byte);
      });
      // A line that begins in the middle stands in its columns.
      const indent = line.address % LINE_BYTES;
      const blanks = Array.from({ length: indent }, () => element('td', { class: 'blank' }));
      const after = Array.from({ length: LINE_BYTES - indent - cells.length }, () =>
        element('td', { class: 'blank' }),
      );
      const ascii = [...line.bytes]
        .map(printable)
        .join('')
        .padStart(indent + line.bytes.length);
      return element(
        'tr',
        {},
        element('th', { scope: 'row' }, hex(line.address - indent)),
        ...blanks,
        ...cells,
        ...after,
        element('td', { class: 'ascii', 'aria-hidden': 'true' }, ascii),
      );
    });
    this.#before = shown;
    const caption = `Bytes ${hex(from)} to ${hex(to)} of ${region.name}; arrow keys move`;
    this.node.replaceChildren(
      element(
        'table',
        { role: 'grid', 'aria-label': caption },
        element('thead', { 'aria-hidden': 'true' }, headRow()),
        element('tbody', {}, ...rows),
      ),
    );
    this.#roam(this.#cells.has(current) ? current : from);
    this.#light(this.#current);
    if (hadFocus) this.#cells.get(this.#current)?.focus({ preventScroll: true });
  }

  /** Moves the look to an address in view. */
  focus(address: number): void {
    this.#cells.get(address)?.focus({ preventScroll: true });
  }

  get current(): number {
    return this.#current;
  }

  #cell(address: number, byte: number, owner: Owner | undefined, isChanged: boolean): HTMLElement {
    const classes = [
      owner?.isOdd ? 'odd' : '',
      isBare(this.#ring, this.#region, address) ? 'unreached' : '',
      isChanged ? 'changed' : '',
      isMark(owner?.field, this.#region) ? 'gap' : '',
      edgeOf(this.#ring, this.#region, address),
    ];
    const digits = byte.toString(16).padStart(2, '0');
    const className = classes.filter((each) => each !== '').join(' ');
    const cell = element(
      'td',
      { role: 'gridcell', tabindex: -1, 'data-address': address, class: className || undefined },
      digits,
    );
    this.#cells.set(address, cell);
    return cell;
  }

  /** Lets Tab lead to an address. */
  #roam(address: number): void {
    this.#cells.get(this.#current)?.setAttribute('tabindex', '-1');
    this.#current = address;
    this.#cells.get(address)?.setAttribute('tabindex', '0');
  }

  #focused(): number | undefined {
    return addressOf(document.activeElement);
  }

  #look(address: number | undefined): void {
    this.#events.looked(this.#light(address)?.address);
  }

  /** Lights up the bytes of the field that an address belongs to. */
  #light(address: number | undefined): Decoded | undefined {
    for (const lit of this.node.querySelectorAll('.lit')) lit.classList.remove('lit');
    const decoded = address === undefined ? undefined : this.#events.decoded(address);
    if (decoded !== undefined) {
      const { field } = decoded;
      for (let at = field.address; at < field.address + field.size; at++) {
        this.#cells.get(at)?.classList.add('lit');
      }
      this.#cells.get(decoded.address)?.setAttribute('aria-label', spokenText(decoded));
    }
    return decoded;
  }

  #pressed(event: KeyboardEvent): void {
    const from = addressOf(event.target);
    const region = this.#region;
    if (from === undefined || region === undefined) return;
    const first = region.address;
    const last = region.address + region.size - 1;
    const by = MOVES[event.key];
    const line = from - (from % LINE_BYTES);
    const ends: Readonly<Record<string, number>> = {
      Home: event.ctrlKey ? first : Math.max(line, first),
      End: event.ctrlKey ? last : Math.min(line + LINE_BYTES - 1, last),
    };
    const wanted = by === undefined ? ends[event.key] : from + by;
    if (wanted === undefined) return;
    event.preventDefault();
    const to = Math.min(Math.max(wanted, first), last);
    const cell = this.#cells.get(to);
    if (cell === undefined) this.#events.left(to);
    else cell.focus();
  }
}

interface Owner {
  readonly field: Field;
  /** Every other field is tinted, so that words can be told apart. */
  readonly isOdd: boolean;
}

function fieldOwners(fields: readonly Field[]): Map<number, Owner> {
  const owners = new Map<number, Owner>();
  for (const field of fields) {
    const isOdd = Math.floor(field.address / field.size) % 2 === 1;
    for (let at = 0; at < field.size; at++) owners.set(field.address + at, { field, isOdd });
  }
  return owners;
}

const ALL_ONES: Readonly<Record<number, number>> = { 2: 0xffff, 4: 0xffff_ffff };

/** A place of a ring of words that says "no entry". */
function isMark(field: Field | undefined, region: Region | undefined): boolean {
  if (field === undefined || region?.ring === undefined) return false;
  return 'wordSize' in region.form && field.value === ALL_ONES[field.size];
}

/** Whether a byte is of a place of a ring that holds nothing. */
function isBare(ring: RingState | undefined, region: Region | undefined, address: number): boolean {
  if (ring === undefined || region === undefined) return false;
  return !ring.isHeld(Math.floor((address - region.address) / ring.size));
}

/** Whether a byte is of the newest or the oldest entry of its ring. */
function edgeOf(ring: RingState | undefined, region: Region | undefined, address: number): string {
  if (ring === undefined || region === undefined) return '';
  const place = Math.floor((address - region.address) / ring.size);
  if (place === ring.newest?.place) return 'newest';
  return place === ring.oldest?.place ? 'oldest' : '';
}

function headRow(): HTMLElement {
  const columns = Array.from({ length: LINE_BYTES }, (_, at) => at.toString(16).padStart(2, '0'));
  const heads = columns.map((name) => element('th', {}, name));
  return element('tr', {}, element('th', {}, 'address'), ...heads, element('th', {}, 'ascii'));
}

function printable(byte: number): string {
  return byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : '.';
}

/** The address of the cell that an event is about. */
function addressOf(target: EventTarget | null): number | undefined {
  if (!(target instanceof HTMLElement)) return undefined;
  const { address } = target.dataset;
  return address === undefined ? undefined : Number(address);
}
