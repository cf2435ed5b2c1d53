// The naive twin of the memory core's households: registers by the stated formulas. Slow and plain
// on purpose; every number is written out anew.

const YEAR = 365.25;
const ELEMENTS = ['primary', 'secondary'] as const;
export type Element = (typeof ELEMENTS)[number];

const SALT = { household: 0x3c6ef372, day: 0xa54ff53a, slot: 0x510e527f } as const;

function scramble(word: number): number {
  let x = word >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d) >>> 0;
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b) >>> 0;
  return (x ^ (x >>> 16)) >>> 0;
}

function chance(key: number, salt: keyof typeof SALT, n: number): number {
  return scramble(key ^ (Math.imul(n, 0x9e3779b1) + SALT[salt])) / 2 ** 32;
}

const BANDS = [
  { from: 0, slots: 14, share: 0.15, season: 0.12, weekend: 0.06, heating: 0.78 },
  { from: 14, slots: 18, share: 0.38, season: 0.16, weekend: 0.24, heating: 0.12 },
  { from: 32, slots: 8, share: 0.24, season: 0.22, weekend: 0.08, heating: 0 },
  { from: 40, slots: 8, share: 0.23, season: 0.2, weekend: 0.06, heating: 0.1 },
] as const;

const NIGHT_OUT = [80, 70, 60, 55, 50, 50, 50, 50, 50, 55, 65, 85, 120, 160];
const DAY_OUT = [130, 125, 100, 70, 50, 40, 38, 36, 36, 38, 42, 44, 42, 38, 38, 40, 43, 50];
const NIGHT_HOME = [95, 80, 68, 60, 55, 50, 50, 50, 50, 55, 62, 75, 105, 145];
const DAY_HOME = [60, 70, 72, 68, 62, 56, 52, 50, 50, 54, 64, 66, 60, 52, 48, 46, 36, 34];
const NIGHT_HEATING = [20, 70, 80, 85, 85, 85, 85, 85, 85, 85, 80, 70, 50, 35];
const DAY_HEATING = [...Array<number>(12).fill(0), 150, 200, 200, 200, 150, 100];
const SHAPES = {
  out: [
    NIGHT_OUT,
    DAY_OUT,
    [85, 100, 120, 140, 150, 145, 135, 125],
    [165, 160, 150, 140, 125, 105, 85, 70],
  ],
  home: [
    NIGHT_HOME,
    DAY_HOME,
    [100, 110, 125, 140, 145, 135, 125, 120],
    [150, 150, 145, 138, 127, 112, 95, 83],
  ],
  heating: [
    NIGHT_HEATING,
    DAY_HEATING,
    Array<number>(8).fill(125),
    [200, 250, 250, 200, 100, 0, 0, 0],
  ],
};
const DAY_PANELS = [150, 150, 130, 100, 70, 40, 22, 14, 10, 8, 8, 10, 14, 22, 40, 60, 72, 80];

export function sum(weights: readonly number[], count: number): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += weights[i] as number;
  return total;
}

interface Process {
  rate: number;
  season: number;
  weekend: number;
  restlessness: number;
  midsummer: number;
}

function season(midsummer: number, day: number): { now: number; sum: number } {
  const years = (day - midsummer) / YEAR;
  const x = years - Math.floor(years);
  const y = 1 - x;
  if (x < 0.5) return { now: 4 * x - 1, sum: YEAR * (2 * x * x - x) };
  return { now: 3 - 4 * x, sum: YEAR * (y - 2 * y * y) };
}

/** Monday 0 to Sunday 6. */
export function weekday(day: number): number {
  return (day + 3) % 7;
}

const WEEK_SUM = [0, -0.4 * 1, -0.4 * 2, -0.4 * 3, -0.4 * 4, -0.4 * 5, -1];

export class OracleHousehold {
  readonly hasVehicle: boolean;
  readonly hasPanels: boolean;
  readonly reactiveImportRatio: number;
  readonly reactiveExportRatio: number;
  readonly #key: number;
  readonly #atHome: number;
  readonly #processes: Process[] = [];
  readonly #charge: { rate: number; phase: number; from: number; slots: number; wh: number };

  constructor(seed: number, number: number, solarShare: number, twinElement: boolean) {
    const seedKey = scramble(seed + 1);
    const key = scramble(scramble(number ^ seedKey) + seedKey);
    const trait = (n: number): number => chance(key, 'household', n);
    this.#key = key;
    this.#atHome = trait(3);
    this.hasPanels = trait(40) < solarShare;
    this.reactiveImportRatio = 0.1 + 0.3 * trait(1);
    this.reactiveExportRatio = 0.02 + 0.1 * trait(2);
    const dailyWh = (1_800_000 + 4_700_000 * trait(0) * trait(0)) / YEAR;
    const weights = BANDS.map((band, i) => band.share * (0.75 + 0.5 * trait(10 + i)));
    const whole = sum(weights, 4);
    for (const [i, band] of BANDS.entries()) {
      const rate = dailyWh * ((weights[i] as number) / whole);
      const dims = this.hasPanels && i === 1;
      this.#processes.push({
        rate: dims ? rate * (0.55 + 0.25 * trait(42)) : rate,
        season: dims ? 0.4 : band.season * (0.5 + trait(20 + i)),
        weekend: band.weekend * (0.5 + trait(24 + i)),
        restlessness: 0.25 + 0.3 * trait(28 + i),
        midsummer: 191,
      });
    }
    const heatingWh = twinElement ? (1_500_000 + 4_500_000 * trait(60)) / YEAR : 0;
    const heated = { season: 0.8, weekend: 0, restlessness: 0.3, midsummer: 191 };
    for (const band of BANDS) this.#processes.push({ rate: heatingWh * band.heating, ...heated });
    const generated = this.hasPanels ? (900_000 + 1_900_000 * trait(41)) / YEAR : 0;
    const lit = { season: -0.7, weekend: 0, restlessness: 0.75, midsummer: 171 };
    this.#processes.push({ rate: generated, ...lit });
    this.hasVehicle = trait(50) < 0.15;
    const slots = 3 + Math.floor(6 * trait(53));
    this.#charge = {
      rate: 0.25 + 0.35 * trait(51),
      phase: trait(52),
      slots,
      from: Math.floor((15 - slots) * trait(54)),
      wh: 3400 + Math.floor(200 * trait(55)),
    };
  }

  /** What a process has counted from the epoch to midnight `day`. */
  #counted(index: number, day: number): number {
    const process = this.#processes[index] as Process;
    const wave = season(process.midsummer, day);
    const noise = process.restlessness * chance(this.#key, 'day', day * 16 + index);
    const days =
      day +
      process.season * wave.sum +
      process.weekend * (WEEK_SUM[weekday(day)] as number) +
      noise * (1 + process.season * wave.now);
    return Math.floor(process.rate * days);
  }

  #jitter(kind: number, boundary: number, left: number, right: number): number {
    const draw = chance(this.#key, 'slot', boundary * 4 + kind) - 0.5;
    return 0.95 * Math.min(left, right) * draw;
  }

  /** Thousandths of the band's day that are over at its boundary k. */
  #share(element: Element, band: number, day: number, k: number): number {
    const { from, slots } = BANDS[band] as (typeof BANDS)[number];
    if (k === 0 || k === slots) return k === 0 ? 0 : 1000;
    let a = SHAPES.out[band] as number[];
    let b = SHAPES.home[band] as number[];
    let blend = weekday(day) < 5 ? this.#atHome : 1;
    if (element === 'secondary') {
      a = SHAPES.heating[band] as number[];
      b = a;
    } else if (this.hasPanels && band === 1) {
      a = DAY_PANELS;
      blend = 0.1 + 0.2 * (1 + season(171, day).now);
    }
    const at = (i: number): number => sum(a, i) + blend * (sum(b, i) - sum(a, i));
    const kind = ELEMENTS.indexOf(element);
    return at(k) + this.#jitter(kind, day * 48 + from + k, at(k) - at(k - 1), at(k + 1) - at(k));
  }

  #vehicle(day: number, k: number): number {
    const { rate, phase, from, slots, wh } = this.#charge;
    if (!this.hasVehicle) return 0;
    const before = Math.floor(day * rate + phase);
    const today = Math.floor((day + 1) * rate + phase) - before;
    return (before * slots + today * Math.min(Math.max(k - from, 0), slots)) * wh;
  }

  /** Register of one TOU band since the epoch. */
  tou(element: Element, band: number, halfHour: number): number {
    const { from, slots } = BANDS[band] as (typeof BANDS)[number];
    const day = Math.floor(halfHour / 48);
    const k = Math.min(Math.max((halfHour % 48) - from, 0), slots);
    const index = ELEMENTS.indexOf(element) * 4 + band;
    const start = this.#counted(index, day);
    const energy = this.#counted(index, day + 1) - start;
    const vehicle = element === 'primary' && band === 0 ? this.#vehicle(day, k) : 0;
    return start + Math.floor((energy * this.#share(element, band, day, k)) / 1000) + vehicle;
  }

  /** Export register since the epoch. */
  exported(halfHour: number): number {
    const day = Math.floor(halfHour / 48);
    const half = 6.1 - 2.1 * season(171, day).now;
    const light = (slot: number): number => {
      const x = Math.min(Math.max((slot / 2 - (12 - half)) / (2 * half), 0), 1);
      return x * x * (3 - 2 * x);
    };
    const start = this.#counted(8, day);
    const energy = this.#counted(8, day + 1) - start;
    const slot = halfHour % 48;
    const here = light(slot);
    const room = this.#jitter(2, halfHour, here - light(slot - 1), light(slot + 1) - here);
    return start + Math.floor(energy * (here + (here > 0 && here < 1 ? room : 0)));
  }
}
