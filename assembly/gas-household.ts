// What a home takes of gas, whole litres, by the same closed form as electricity: bands of the day
// with a season, whose energy is heating for the most part. It is lit before people get up and
// when they come home; what is left in midsummer is hot water and cooking.

import {
  ABOUT_HOUSEHOLD,
  BANDS,
  chance,
  Household,
  household,
  DAY,
  keyOf,
  setBand,
  WARMEST,
  YEAR_DAYS,
} from './meter-household';

// Cumulative thousandths as in load-profile.ts. Out: at work on weekdays, so the day is cold. Home:
// heated through, later in the morning.
export const GAS_OUT: usize = memory.data<u16>([
  0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 55, 100, 300, 630, 1000,
  0, 190, 365, 485, 530, 552, 572, 592, 612, 634, 658, 682, 704, 724, 746, 776, 826, 900, 1000,
  0, 70, 170, 315, 490, 660, 800, 910, 1000,
  0, 260, 500, 705, 855, 940, 975, 990, 1000,
]);
export const GAS_HOME: usize = memory.data<u16>([
  0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 82, 110, 230, 530, 1000,
  0, 120, 230, 325, 400, 460, 512, 558, 600, 642, 688, 736, 780, 818, 854, 890, 926, 962, 1000,
  0, 100, 220, 365, 525, 675, 800, 905, 1000,
  0, 230, 450, 650, 820, 930, 975, 990, 1000,
]);

/** By band: share of the year's gas, and season; cooking evens the early evening out. */
const SHARE: usize = memory.data<f64>([0.14, 0.36, 0.28, 0.22]);
const SEASON: usize = memory.data<f64>([0.82, 0.8, 0.66, 0.78]);

/** Litres a year of the smallest home, and of the largest beyond it: 1,020 m³ in the mean. */
const YEAR_LITRES_MIN: f64 = 350_000;
const YEAR_LITRES_MORE: f64 = 2_000_000;

/** Fills the one household's place with the gas habits of meter `number`, counted fleet-wide. */
export function moveInGas(number: u32): void {
  const key = keyOf(number);
  const home = changetype<Household>(household);
  home.key = key;
  home.atHome = chance(key, ABOUT_HOUSEHOLD, 3);
  const size = chance(key, ABOUT_HOUSEHOLD, 0);
  const dailyLitres = (YEAR_LITRES_MIN + YEAR_LITRES_MORE * size * size) / YEAR_DAYS;
  for (let i = 0; i < BANDS; i++) {
    const share = load<f64>(SHARE + ((<usize>i) << 3));
    const season = load<f64>(SEASON + ((<usize>i) << 3));
    setBand(
      i,
      dailyLitres * share * (0.85 + 0.3 * chance(key, ABOUT_HOUSEHOLD, 10 + i)),
      season * (0.94 + 0.12 * chance(key, ABOUT_HOUSEHOLD, 20 + i)),
      i == DAY ? 0.08 : 0.03,
      0.15 + 0.15 * chance(key, ABOUT_HOUSEHOLD, 28 + i),
      WARMEST,
    );
  }
}
