// The secure data cache of MP256, over as many banks as the inventory needs. A bank is made when
// the first of its devices is stored; a timer on the virtual clock sweeps each bank at the very
// second at which its next entry reaches 25 hours.

import type { DeviceCohort, DeviceInventory } from '../access/inventory.ts';
import type { Agenda } from '../agenda.ts';
import type { Clock, Timer } from '../protocol/clock.ts';
import type { DailyRead, Profile } from '../protocol/log-entries.ts';
import { WHOLE } from '../protocol/plain-entries.ts';
import { type Static, Type } from '../protocol/schema.ts';
import type { CachedSrv } from '../protocol/service-reference.ts';
import { contradiction, SnapshotError } from '../snapshot-error.ts';
import { type BankRange, cutByBank } from './bank-ranges.ts';
import {
  CacheBank,
  type CacheRing,
  type DailyReadsFound,
  type HalfHoursFound,
} from './cache-bank.ts';
import { type CacheImage, imageOf, imageSize, restoreImage } from './cache-image.ts';

/** A device as a request found it: its place, its EUI-64 in halves, what it is. */
export interface Target {
  readonly device: number;
  readonly high: number;
  readonly low: number;
  readonly cohort: DeviceCohort;
}

/** Which ring holds the answers of an SRV. */
export const RING_OF = {
  '4.6.1': 'daily',
  '4.8.1': 'import',
  '4.8.3': 'export',
} as const satisfies Record<CachedSrv, CacheRing>;

/**
 * Slots of one bank. With the ages reserved beside them 2^21 single-element slots take 3.5 GiB of
 * addresses, just below the 4 GiB of a bank; memory is used only by devices that are stored. The
 * fewer banks, the more of the requests that come together are answered by the same.
 */
const SLOTS_A_BANK = 2 ** 21;
/** A twin-element slot is larger: a bank has half as many. */
const TWIN_SHARE = 1 / 2;

/**
 * Nothing in the cache is as old as this [AM 18.21(k), 18.22(h), 18.24(f)]. The memory core has its
 * own; a test holds the two together.
 */
export const CACHE_SECONDS_MAX = 25 * 3600;

/** Rings swept without letting anything else run: well under a millisecond. */
const RINGS_A_SWEEP = 2000;

interface OpenBank {
  readonly bank: CacheBank;
  /** In the order in which banks were opened. */
  readonly place: number;
  /** The first device of which something was stored in it. */
  readonly device: number;
  sweepSeconds: number;
  sweep: Timer | undefined;
}

/** What a snapshot file may hold of the cache, before zeros are left out: as many as Node can. */
const IMAGES_SIZE_MAX = 2 ** 30;

export const CACHE_BANK_STATE = Type.Object({
  device: WHOLE,
  isTwin: Type.Boolean(),
  sweepSeconds: WHOLE,
  sweepPlace: Type.Union([WHOLE, Type.Null()]),
});
export type CacheBankState = Static<typeof CACHE_BANK_STATE>;

export class DataCache {
  readonly #inventory: DeviceInventory;
  readonly #clock: Clock;
  readonly #slotsABank: number;
  /** All devices, in the order of their identifiers, cut where those of another bank begin. */
  readonly ranges: readonly BankRange[];
  readonly #single: (OpenBank | undefined)[] = [];
  readonly #twin: (OpenBank | undefined)[] = [];
  readonly #opened: CacheBank[] = [];
  /** Told of how many entries a sweep has erased; undefined while nobody asks. */
  onExpired: ((entries: number) => void) | undefined;
  /** Purges so far: whoever kept a copy of something cached compares it. */
  purges = 0;

  /** `slotsABank`: an even number, smaller than usual only where several banks are wanted. */
  constructor(inventory: DeviceInventory, clock: Clock, slotsABank = SLOTS_A_BANK) {
    this.#inventory = inventory;
    this.#clock = clock;
    this.#slotsABank = slotsABank;
    this.ranges = cutByBank(inventory, (isTwin) => this.#slotsOf(isTwin));
  }

  lookUpProfile(
    target: Target,
    srv: '4.8.1' | '4.8.3',
    from: number,
    to: number,
  ): HalfHoursFound | undefined {
    const open = this.#bankOf(target);
    const { high, low } = target;
    return open?.bank.lookUpProfile(high, low, RING_OF[srv], from, to, this.#nowSeconds());
  }

  lookUpDaily(
    target: Target,
    fromDay: number,
    toDay: number,
    throughSeconds: number,
  ): DailyReadsFound | undefined {
    const { high, low } = target;
    const now = this.#nowSeconds();
    return this.#bankOf(target)?.bank.lookUpDaily(high, low, fromDay, toDay, throughSeconds, now);
  }

  /** Stores a meter's answer for half hours `from` to `to`; only what rule R5 allows is kept. */
  storeProfile(
    target: Target,
    srv: '4.8.1' | '4.8.3',
    from: number,
    to: number,
    profile: Profile | null,
  ): void {
    const open = this.#openBankOf(target);
    const now = this.#nowSeconds();
    const { high, low } = target;
    const stored = open.bank.storeProfile(high, low, RING_OF[srv], from, to, profile, now);
    this.#afterStore(open, target, stored, now);
  }

  /** Stores a meter's answer for midnights `fromDay` to `toDay`. */
  storeDaily(
    target: Target,
    fromDay: number,
    toDay: number,
    throughSeconds: number,
    reads: readonly DailyRead[],
  ): void {
    const open = this.#openBankOf(target);
    const now = this.#nowSeconds();
    const { high, low } = target;
    const stored = open.bank.storeDaily(high, low, fromDay, toDay, throughSeconds, reads, now);
    this.#afterStore(open, target, stored, now);
  }

  /** Second at which the oldest cached entry of a period was stored; 0 for none. */
  oldestStored(target: Target, srv: CachedSrv, from: number, to: number): number {
    const bank = this.#bankOf(target)?.bank;
    return bank?.oldestStored(target.high, target.low, RING_OF[srv], from, to) ?? 0;
  }

  /** Erases what is cached of a device for an SRV, to zeros, at once [decision R9]. */
  purge(target: Target, srv: CachedSrv): void {
    this.purges++;
    this.#bankOf(target)?.bank.disarm(target.high, target.low, RING_OF[srv]);
  }

  /** What is cached, bank by bank; the images are copies. */
  state(): { readonly banks: CacheBankState[]; readonly images: CacheImage[] } {
    const size = this.#opened.reduce((sum, { core }) => sum + imageSize(core), 0);
    if (size > IMAGES_SIZE_MAX) {
      const devices = this.#opened.reduce((sum, bank) => sum + bank.devices, 0);
      const message = `the cache holds ${devices} devices, more than a snapshot file takes`;
      throw new SnapshotError(message, 'save it without readings');
    }
    const all = [...this.#single, ...this.#twin].filter((open) => open !== undefined);
    const banks = all
      .sort((a, b) => a.place - b.place)
      .map(({ bank, device, sweepSeconds, sweep }) => {
        const place = sweep?.place ?? null;
        return { device, isTwin: bank.twinElement, sweepSeconds, sweepPlace: place };
      });
    return { banks, images: this.#opened.map(({ core }) => imageOf(core)) };
  }

  /** Takes a state over, into a cache that has never held anything. */
  restore(
    banks: readonly CacheBankState[],
    images: readonly CacheImage[],
    agenda: Agenda,
    targetOf: (device: number) => Target,
  ): void {
    banks.forEach(({ device, isTwin, sweepSeconds, sweepPlace }, i) => {
      const target = targetOf(device);
      if (target.cohort.twinElement !== isTwin || this.#bankOf(target) !== undefined) {
        throw contradiction('a bank of its cache is of other devices');
      }
      const open = this.#openBankOf(target);
      const image = images[i];
      const wrong = image === undefined ? 'it is missing' : restoreImage(open.bank.core, image);
      if (wrong !== undefined) throw contradiction(`a bank of its cache: ${wrong}`);
      open.sweepSeconds = sweepSeconds;
      if (sweepPlace !== null) agenda.add(sweepPlace, () => this.#sweepAt(open));
    });
  }

  /** Banks that exist, in the order in which they were opened. */
  banks(): readonly CacheBank[] {
    return this.#opened;
  }

  /** Place among {@link banks} of the one that has a range's slots, if any has; −1 without. */
  placeOfBank({ bank, twinElement }: BankRange): number {
    return (twinElement ? this.#twin : this.#single)[bank]?.place ?? -1;
  }

  /** In a found column: the cache does not know this entry. */
  static readonly UNKNOWN = 0xffff_fffe;

  #nowSeconds(): number {
    return Math.floor(this.#clock.nowMs() / 1000);
  }

  #bankOf(target: Pick<Target, 'device' | 'cohort'>): OpenBank | undefined {
    const isTwin = target.cohort.twinElement;
    const place = Math.floor(target.device / this.#slotsOf(isTwin));
    return (isTwin ? this.#twin : this.#single)[place];
  }

  #slotsOf(isTwin: boolean): number {
    return isTwin ? this.#slotsABank * TWIN_SHARE : this.#slotsABank;
  }

  #openBankOf(target: Target): OpenBank {
    const existing = this.#bankOf(target);
    if (existing !== undefined) return existing;
    const twin = target.cohort.twinElement;
    const slotsMax = this.#slotsOf(twin);
    const place = Math.floor(target.device / slotsMax);
    const slots = Math.min(slotsMax, this.#inventory.deviceCount - place * slotsMax);
    const devices = this.ranges.map((range) => {
      const isOwn = range.twinElement === twin && range.bank === place;
      return isOwn ? range : { ...range, index: -1 };
    });
    const bank = new CacheBank(slots, twin, devices);
    const open: OpenBank = {
      bank,
      place: this.#opened.push(bank) - 1,
      device: target.device,
      sweepSeconds: 0,
      sweep: undefined,
    };
    (twin ? this.#twin : this.#single)[place] = open;
    return open;
  }

  #afterStore(open: OpenBank, target: Target, stored: number, nowSeconds: number): void {
    if (target.cohort.registeredParties !== undefined) {
      open.bank.markByRegistration(target.high, target.low);
    }
    // Whatever is stored later is due later: a sweep that is set already comes first.
    if (open.sweepSeconds === 0 && stored > 0) this.#setSweep(open, nowSeconds);
  }

  #setSweep(open: OpenBank, nowSeconds: number): void {
    const due = open.bank.nextExpirySeconds();
    open.sweepSeconds = due === 0 ? 0 : Math.max(due, nowSeconds);
    open.sweep = undefined;
    if (due === 0) return;
    this.#sweepAt(open);
  }

  #sweepAt(open: OpenBank): void {
    open.sweep = this.#clock.schedule(open.sweepSeconds * 1000, () => {
      const now = this.#nowSeconds();
      const before = open.bank.entries;
      open.bank.sweep(now, RINGS_A_SWEEP);
      this.onExpired?.(before - open.bank.entries);
      this.#setSweep(open, now);
    });
  }
}
