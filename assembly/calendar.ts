// Dates of the calendar for meters that keep local time: which midnights are in British Summer
// Time, and when a billing period began. Days are numbered since the epoch. The gateway has the
// same rule for its own clauses; a test holds the two together for every day from 2000 to 2050.

/** Day number of a Gregorian date, `month` 1 to 12. */
export function dayOfDate(year: i32, month: i32, day: i32): i32 {
  const y = month <= 2 ? year - 1 : year;
  const era = y / 400;
  const yearOfEra = y - era * 400;
  const dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468;
}

let year: i32 = 0;
let month: i32 = 0;
let dayOfMonth: i32 = 0;

/** Sets the date that {@link yearOf}, {@link monthOf} and {@link dateOf} tell to that of a day. */
export function setDate(day: i32): void {
  const shifted = day + 719_468;
  const era = shifted / 146_097;
  const dayOfEra = shifted - era * 146_097;
  const leapless = dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096;
  const yearOfEra = leapless / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const place = (5 * dayOfYear + 2) / 153;
  dayOfMonth = dayOfYear - (153 * place + 2) / 5 + 1;
  month = place + (place < 10 ? 3 : -9);
  year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
}

@inline export function yearOf(): i32 {
  return year;
}

@inline export function monthOf(): i32 {
  return month;
}

@inline export function dateOf(): i32 {
  return dayOfMonth;
}

/** Last Sunday of a month of 31 days; day 0 of the epoch was a Thursday. */
function lastSunday(inYear: i32, inMonth: i32): i32 {
  const last = dayOfDate(inYear, inMonth, 31);
  return last - ((last + 4) % 7);
}

/**
 * Whether the local day begins in BST, at 23:00Z. The clocks change at 01:00Z on two Sundays, so
 * the day of the change in spring does not, and that of the change in autumn does.
 */
export function isBstMidnight(day: i32): bool {
  setDate(day);
  return day > lastSunday(year, 3) && day <= lastSunday(year, 10);
}

/** The latest first day of a billing period (`billingDay` of each month) not after `day`. */
export function billingStart(day: i32, billingDay: i32): i32 {
  setDate(day);
  if (dayOfMonth >= billingDay) return day - dayOfMonth + billingDay;
  return month == 1 ? dayOfDate(year - 1, 12, billingDay) : dayOfDate(year, month - 1, billingDay);
}
