// What a household takes and gives, as a pure function of (seed, meter, half hour): the register at
// any stamp is a closed form that never falls, and a half hour is the difference of two registers,
// so the sum of half hours is a register difference by construction. Only + - * / and floor on f64
// and hashes of integers: the naive oracle of the tests gets the same integers.
//
// Four TOU bands, each a process of its own; the total import is their sum. Between two midnights a
// band's energy is shared out by a shape of the day whose inner boundaries are jittered.

import { GAS_HOME, GAS_OUT } from './gas-household';
import { isGas } from './gas-model';
import {
  ABOUT_DAY,
  ABOUT_SLOT,
  BANDS,
  Band,
  BRIGHTEST,
  bandAt,
  chance,
  DAY,
  EVENING,
  GENERATION_BAND,
  Household,
  household,
  NIGHT,
  PEAK,
  PRIMARY,
  SECONDARY,
  YEAR_DAYS,
} from './meter-household';

const HALF_HOURS_A_DAY: i32 = 48;
/** A boundary moves by at most this part of half the smaller share beside it. */
const LIVELINESS: f64 = 0.95;
const WHOLE: f64 = 1000;

// Shapes: cumulative thousandths of a band's energy at the boundaries of its half hours, the four
// bands behind one another. OUT leaves for work, HOME stays, PANELS' midday comes off the roof.
const OUT: usize = memory.data<u16>([
  0, 80, 150, 210, 265, 315, 365, 415, 465, 515, 570, 635, 720, 840, 1000,
  0, 130, 255, 355, 425, 475, 515, 553, 589, 625, 663, 705, 749, 791, 829, 867, 907, 950, 1000,
  0, 85, 185, 305, 445, 595, 740, 875, 1000,
  0, 165, 325, 475, 615, 740, 845, 930, 1000,
]);
const HOME: usize = memory.data<u16>([
  0, 95, 175, 243, 303, 358, 408, 458, 508, 558, 613, 675, 750, 855, 1000,
  0, 60, 130, 202, 270, 332, 388, 440, 490, 540, 594, 658, 724, 784, 836, 884, 930, 966, 1000,
  0, 100, 210, 335, 475, 620, 755, 880, 1000,
  0, 150, 300, 445, 583, 710, 822, 917, 1000,
]);
const HEATING: usize = memory.data<u16>([
  0, 20, 90, 170, 255, 340, 425, 510, 595, 680, 765, 845, 915, 965, 1000,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 150, 350, 550, 750, 900, 1000,
  0, 125, 250, 375, 500, 625, 750, 875, 1000,
  0, 200, 450, 700, 900, 1000, 1000, 1000, 1000,
]);
const PANELS_DAY: usize = memory.data<u16>([
  0, 150, 300, 430, 530, 600, 640, 662, 676, 686, 694, 702, 712, 726, 748, 788, 848, 920, 1000,
]);

/** Half hour of the day at which a band starts; also where the next one does. */
@inline export function bandStart(band: i32): i32 {
  return band == NIGHT ? 0 : band == DAY ? 14 : band == PEAK ? 32 : band == EVENING ? 40 : 48;
}

/** The band of a half hour of the day. */
@inline export function bandOf(slot: i32): i32 {
  return slot < 14 ? NIGHT : slot < 32 ? DAY : slot < 40 ? PEAK : EVENING;
}

/** Part of a 365.25 day year since midsummer, in [0, 1). */
@inline function yearPosition(midsummer: f64, day: i32): f64 {
  const years = (<f64>day - midsummer) / YEAR_DAYS;
  return years - floor(years);
}

/** The season: a triangle wave from −1 at midsummer to 1 at midwinter. */
@inline function seasonAt(position: f64): f64 {
  return position < 0.5 ? 4.0 * position - 1.0 : 3.0 - 4.0 * position;
}

/** Its integral since midsummer, in days: two parabolas, 0 after each half year. */
@inline function seasonSum(position: f64): f64 {
  const rest = 1.0 - position;
  return position < 0.5
    ? YEAR_DAYS * (2.0 * position * position - position)
    : YEAR_DAYS * (rest - 2.0 * rest * rest);
}

/** Monday is 0; day 0 of the epoch was a Thursday. */
@inline function weekday(day: i32): i32 {
  return (day + 3) % 7;
}

/** Sum over the week before `day` of what weekends add and weekdays give for it. */
@inline function weekSum(day: i32): f64 {
  const since = weekday(day);
  return since < 6 ? -0.4 * <f64>since : -1.0;
}

/** Whole Wh that a band has counted from the epoch to midnight `day`. Never falls. */
function sinceEpochWh(index: i32, day: i32): f64 {
  const band = bandAt(index);
  if (band.rateWh == 0) return 0;
  const position = yearPosition(band.midsummer, day);
  const key = changetype<Household>(household).key;
  const stray = band.restlessness * chance(key, ABOUT_DAY, day * 16 + index);
  return floor(
    band.rateWh *
      (<f64>day +
        band.season * seasonSum(position) +
        band.weekend * weekSum(day) +
        stray * (1.0 + band.season * seasonAt(position))),
  );
}

let shapeA: usize = 0;
let shapeB: usize = 0;
let shapeBlend: f64 = 0;

@inline function placeOf(band: i32): usize {
  return band == NIGHT ? 0 : band == DAY ? 30 : band == PEAK ? 68 : 86;
}

/** Chooses the shape of one band on one day: a blend of two. */
function chooseShape(element: i32, band: i32, day: i32): void {
  const home = changetype<Household>(household);
  shapeA = (isGas ? GAS_OUT : OUT) + placeOf(band);
  shapeB = (isGas ? GAS_HOME : HOME) + placeOf(band);
  shapeBlend = weekday(day) < 5 ? home.atHome : 1.0;
  if (element == SECONDARY) {
    shapeA = HEATING + placeOf(band);
    shapeB = shapeA;
  } else if (home.hasPanels && band == DAY) {
    shapeA = PANELS_DAY;
    shapeBlend = 0.1 + 0.2 * (1.0 + seasonAt(yearPosition(BRIGHTEST, day)));
  }
}

/** Thousandths of the band's energy at boundary `k` of the chosen shape, before jitter. */
@inline function shapeAt(k: i32): f64 {
  const a = <f64>load<u16>(shapeA + (<usize>k << 1));
  return a + shapeBlend * (<f64>load<u16>(shapeB + (<usize>k << 1)) - a);
}

/** Moves a boundary between two shares, by less than half of the smaller. */
@inline function jitter(process: i32, boundary: i32, left: f64, right: f64): f64 {
  const key = changetype<Household>(household).key;
  const room = left < right ? left : right;
  return LIVELINESS * room * (chance(key, ABOUT_SLOT, boundary * 4 + process) - 0.5);
}

/** Thousandths of the band's energy at boundary `k`, with jitter; exact at both ends. */
function shareAt(element: i32, band: i32, day: i32, k: i32): f64 {
  const slots = bandStart(band + 1) - bandStart(band);
  if (k <= 0) return 0;
  if (k >= slots) return WHOLE;
  const here = shapeAt(k);
  const boundary = day * HALF_HOURS_A_DAY + bandStart(band) + k;
  return here + jitter(element, boundary, here - shapeAt(k - 1), shapeAt(k + 1) - here);
}

/** Vehicle charges that began before midnight `day`: a beat of so many a day. */
@inline function chargesBefore(home: Household, day: i32): f64 {
  return floor(<f64>day * home.chargeRate + home.chargePhase);
}

/** Wh that the vehicle has taken since the epoch, `k` half hours into the night of `day`. */
function vehicleWh(day: i32, k: i32): f64 {
  const home = changetype<Household>(household);
  if (!home.hasVehicle) return 0;
  const charges = chargesBefore(home, day);
  const perCharge = <f64>(home.chargeTo - home.chargeFrom) * home.chargeWh;
  let wh = charges * perCharge;
  if (chargesBefore(home, day + 1) > charges && k > home.chargeFrom) {
    wh += <f64>(min(k, home.chargeTo) - home.chargeFrom) * home.chargeWh;
  }
  return wh;
}

/** TOU register since the epoch, `k` half hours into the band on `day`. */
function bandWh(element: i32, band: i32, day: i32, k: i32): f64 {
  const index = element * BANDS + band;
  let wh = sinceEpochWh(index, day);
  if (k > 0) {
    const energy = sinceEpochWh(index, day + 1) - wh;
    chooseShape(element, band, day);
    wh += floor((energy * shareAt(element, band, day, k)) / WHOLE);
  }
  if (element == PRIMARY && band == NIGHT) wh += vehicleWh(day, k);
  return wh;
}

/** Remembers what every band had counted at the commissioning midnight: registers start there. */
export function startRegisters(day: i32): void {
  for (let i = 0; i < 2 * BANDS; i++) bandAt(i).startWh = bandWh(i / BANDS, i % BANDS, day, 0);
  bandAt(GENERATION_BAND).startWh = sinceEpochWh(GENERATION_BAND, day);
}

/** TOU register of one band at the stamp `halfHour`, Wh since commissioning. */
export function touWh(element: i32, band: i32, halfHour: i32): f64 {
  const slot = halfHour % HALF_HOURS_A_DAY;
  const k = min(slot, bandStart(band + 1)) - bandStart(band);
  const wh = bandWh(element, band, halfHour / HALF_HOURS_A_DAY, max(k, 0));
  return wh - bandAt(element * BANDS + band).startWh;
}

/** Writes boundaries `from` to `to` of one band on one day, as the half hours between them. */
function fillBand(element: i32, band: i32, day: i32, from: i32, to: i32, at: usize): void {
  const index = element * BANDS + band;
  const energy = sinceEpochWh(index, day + 1) - sinceEpochWh(index, day);
  chooseShape(element, band, day);
  let before = floor((energy * shareAt(element, band, day, from)) / WHOLE);
  for (let k = from + 1; k <= to; k++) {
    const wh = floor((energy * shareAt(element, band, day, k)) / WHOLE);
    store<u32>(at, <u32>(wh - before));
    before = wh;
    at += 4;
  }
}

function addVehicle(day: i32, from: i32, to: i32, at: usize): void {
  const home = changetype<Household>(household);
  if (!home.hasVehicle || chargesBefore(home, day + 1) == chargesBefore(home, day)) return;
  const end = min(to, home.chargeTo);
  for (let k = max(from, home.chargeFrom); k < end; k++) {
    const entry = at + (<usize>(k - from) << 2);
    store<u32>(entry, load<u32>(entry) + <u32>home.chargeWh);
  }
}

/** Writes the half hours stamped `first` to `last` of one element, Wh, u32 each. */
export function fillImport(element: i32, first: i32, last: i32, at: usize): void {
  let stamp = first - 1;
  while (stamp < last) {
    const day = stamp / HALF_HOURS_A_DAY;
    const slot = stamp % HALF_HOURS_A_DAY;
    const band = bandOf(slot);
    const from = slot - bandStart(band);
    const to = min(bandStart(band + 1), slot + last - stamp) - bandStart(band);
    fillBand(element, band, day, from, to, at);
    if (element == PRIMARY && band == NIGHT) addVehicle(day, from, to, at);
    at += <usize>(to - from) << 2;
    stamp += to - from;
  }
}

/** Part of a day's light that is over at half hour `slot`: a bell between sunrise and sunset. */
@inline function daylight(half: f64, slot: i32): f64 {
  const part = (<f64>slot / 2.0 - (12.0 - half)) / (2.0 * half);
  return part <= 0 ? 0 : part >= 1 ? 1 : part * part * (3.0 - 2.0 * part);
}

/** Hours from noon to sunset; London's 8 h 12 min in June, 4 h in December. */
@inline function halfDayHours(day: i32): f64 {
  return 6.1 - 2.1 * seasonAt(yearPosition(BRIGHTEST, day));
}

const GENERATION_PROCESS: i32 = 2;

function generatedBy(day: i32, half: f64, energy: f64, slot: i32): f64 {
  const here = daylight(half, slot);
  if (here == 0 || here == 1) return energy * here;
  const left = here - daylight(half, slot - 1);
  const right = daylight(half, slot + 1) - here;
  const boundary = day * HALF_HOURS_A_DAY + slot;
  return floor(energy * (here + jitter(GENERATION_PROCESS, boundary, left, right)));
}

/** Active export register at the stamp `halfHour`, Wh since commissioning. */
export function exportWh(halfHour: i32): f64 {
  const day = halfHour / HALF_HOURS_A_DAY;
  const wh = sinceEpochWh(GENERATION_BAND, day);
  const energy = sinceEpochWh(GENERATION_BAND, day + 1) - wh;
  const today = generatedBy(day, halfDayHours(day), energy, halfHour % HALF_HOURS_A_DAY);
  return wh + today - bandAt(GENERATION_BAND).startWh;
}

/** Writes the exported half hours stamped `first` to `last`, Wh; 0 without panels. */
export function fillExport(first: i32, last: i32, at: usize): void {
  let stamp = first - 1;
  while (stamp < last) {
    const day = stamp / HALF_HOURS_A_DAY;
    const energy = sinceEpochWh(GENERATION_BAND, day + 1) - sinceEpochWh(GENERATION_BAND, day);
    const half = halfDayHours(day);
    const end = min(last, (day + 1) * HALF_HOURS_A_DAY);
    let before = generatedBy(day, half, energy, stamp - day * HALF_HOURS_A_DAY);
    for (; stamp < end; stamp++) {
      const wh = generatedBy(day, half, energy, stamp + 1 - day * HALF_HOURS_A_DAY);
      store<u32>(at, <u32>(wh - before));
      before = wh;
      at += 4;
    }
  }
}
