// Who lives behind a meter: size, habits, car, panels, all of it a hash of (seed, number of the
// meter). Nothing is kept per meter; the parameters of the one asked last stay in one place.
//
// The bounds of the parameters are what makes every register monotone: with restlessness n, season
// s and weekend w, a day's energy is at least rate × ((1 − n)(1 − |s|) − 0.4 w − 0.0055 |s|), and
// every set of bounds below keeps that above zero.

/** TOU bands of the day, UTC: night to 07:00, day to 16:00, peak to 20:00, evening to 24:00. */
export const NIGHT: i32 = 0;
export const DAY: i32 = 1;
export const PEAK: i32 = 2;
export const EVENING: i32 = 3;
export const BANDS: i32 = 4;

// Processes that make energy, numbered as their bands are in a household.
export const PRIMARY: i32 = 0;
export const SECONDARY: i32 = 1;
export const GENERATION_BAND: i32 = 8;

/** Share of homes that charge an electric vehicle overnight. */
const VEHICLE_SHARE: f64 = 0.15;
export const YEAR_DAYS: f64 = 365.25;
/** Days since the epoch of a midsummer by demand (11 July) and one by daylight (21 June). */
export const WARMEST: f64 = 191;
export const BRIGHTEST: f64 = 171;

// Salts: what a chance is about.
export const ABOUT_HOUSEHOLD: u32 = 0x3c6ef372;
export const ABOUT_DAY: u32 = 0xa54ff53a;
export const ABOUT_SLOT: u32 = 0x510e527f;

/** Energy of one TOU band, day by day. */
@unmanaged export class Band {
  /** Mean Wh a day. */
  rateWh: f64;
  /** Swing of the seasons: midwinter has 1 + this times the mean; below 0, midsummer has more. */
  season: f64;
  /** Saturday and Sunday have this share more. */
  weekend: f64;
  /** How far one day strays from the next. */
  restlessness: f64;
  /** Day number of a midsummer. */
  midsummer: f64;
  /** What the band had counted when the meter was commissioned. */
  startWh: f64;
}

@unmanaged export class Household {
  key: u32;
  hasVehicle: bool;
  hasPanels: bool;
  /** 0: out all day on weekdays; 1: at home. */
  atHome: f64;
  reactiveImportRatio: f64;
  reactiveExportRatio: f64;
  /** Charges a day, and where in the rhythm it starts. */
  chargeRate: f64;
  chargePhase: f64;
  /** Half hours of the night in which it charges, and Wh in each. */
  chargeFrom: i32;
  chargeTo: i32;
  chargeWh: f64;
}

export const HOUSEHOLD_SIZE: usize = (offsetof<Household>() + 7) & ~7;
export const HOUSEHOLD_REGION_SIZE: usize = HOUSEHOLD_SIZE + 9 * offsetof<Band>();

/** Avalanche of 32 bits (Wellons' lowbias32); a bijection, so no two meters share a key. */
export function mix(x: u32): u32 {
  x ^= x >> 16;
  x *= 0x7feb352d;
  x ^= x >> 15;
  x *= 0x846ca68b;
  return x ^ (x >> 16);
}

/** A number in [0, 1) out of a household's key and what it is about. */
@inline export function chance(key: u32, about: u32, n: u32): f64 {
  return <f64>mix(key ^ (n * 0x9e3779b1 + about)) / 4294967296.0;
}

export let household: usize = 0;
let seedKey: u32 = 0;
let solarShare: f64 = 0;

export function settle(at: usize, seed: u32, share: f64): void {
  household = at;
  seedKey = mix(seed + 1);
  solarShare = share;
}

@inline export function bandAt(index: i32): Band {
  return changetype<Band>(household + HOUSEHOLD_SIZE + <usize>index * offsetof<Band>());
}

/** The nth trait of a household, in [0, 1). */
function trait(key: u32, n: u32): f64 {
  return chance(key, ABOUT_HOUSEHOLD, n);
}

/** By TOU band: share of the year's energy, season, weekend. */
const SHARE: usize = memory.data<f64>([0.15, 0.38, 0.24, 0.23]);
const SEASON: usize = memory.data<f64>([0.12, 0.16, 0.22, 0.2]);
const WEEKEND: usize = memory.data<f64>([0.06, 0.24, 0.08, 0.06]);
/** The same of overnight heating: a boost in the afternoon, the rest at night. */
const HEATING_SHARE: usize = memory.data<f64>([0.78, 0.12, 0, 0.1]);

@inline function tableAt(table: usize, band: i32): f64 {
  return load<f64>(table + ((<usize>band) << 3));
}

export function setBand(
  index: i32, rateWh: f64, season: f64, weekend: f64, restlessness: f64, midsummer: f64,
): void {
  const band = bandAt(index);
  band.rateWh = rateWh;
  band.season = season;
  band.weekend = weekend;
  band.restlessness = restlessness;
  band.midsummer = midsummer;
  band.startWh = 0;
}

function settleImport(key: u32, hasPanels: bool): void {
  const size = trait(key, 0);
  const dailyWh = (1_800_000.0 + 4_700_000.0 * size * size) / YEAR_DAYS;
  let sum: f64 = 0;
  for (let i = 0; i < BANDS; i++) sum += tableAt(SHARE, i) * (0.75 + 0.5 * trait(key, 10 + i));
  for (let i = 0; i < BANDS; i++) {
    const share = (tableAt(SHARE, i) * (0.75 + 0.5 * trait(key, 10 + i))) / sum;
    let rateWh = dailyWh * share;
    let season = tableAt(SEASON, i) * (0.5 + trait(key, 20 + i));
    // What the panels make is used first, and they make more in summer.
    if (hasPanels && i == DAY) {
      rateWh = rateWh * (0.55 + 0.25 * trait(key, 42));
      season = 0.4;
    }
    const weekend = tableAt(WEEKEND, i) * (0.5 + trait(key, 24 + i));
    setBand(i, rateWh, season, weekend, 0.25 + 0.3 * trait(key, 28 + i), WARMEST);
  }
}

function settleHeating(key: u32, twin: bool): void {
  const dailyWh = twin ? (1_500_000.0 + 4_500_000.0 * trait(key, 60)) / YEAR_DAYS : 0;
  for (let i = 0; i < BANDS; i++) {
    setBand(BANDS + i, dailyWh * tableAt(HEATING_SHARE, i), 0.8, 0, 0.3, WARMEST);
  }
}

function settleVehicle(home: Household, key: u32): void {
  home.hasVehicle = trait(key, 50) < VEHICLE_SHARE;
  home.chargeRate = 0.25 + 0.35 * trait(key, 51);
  home.chargePhase = trait(key, 52);
  const slots = 3 + <i32>floor(6.0 * trait(key, 53));
  home.chargeFrom = <i32>floor(<f64>(15 - slots) * trait(key, 54));
  home.chargeTo = home.chargeFrom + slots;
  home.chargeWh = 3400.0 + floor(200.0 * trait(key, 55));
}

/** Key of the home of meter `number`, counted fleet-wide. */
export function keyOf(number: u32): u32 {
  return mix(mix(number ^ seedKey) + seedKey);
}

/** Fills the one household's place with the traits of meter `number`. */
export function moveIn(number: u32, twin: bool): void {
  const key = keyOf(number);
  const home = changetype<Household>(household);
  home.key = key;
  home.hasPanels = trait(key, 40) < solarShare;
  home.atHome = trait(key, 3);
  home.reactiveImportRatio = 0.1 + 0.3 * trait(key, 1);
  home.reactiveExportRatio = 0.02 + 0.1 * trait(key, 2);
  settleImport(key, home.hasPanels);
  settleHeating(key, twin);
  settleVehicle(home, key);
  const exportWh = home.hasPanels ? (900_000.0 + 1_900_000.0 * trait(key, 41)) / YEAR_DAYS : 0;
  setBand(GENERATION_BAND, exportWh, -0.7, 0, 0.75, BRIGHTEST);
}
