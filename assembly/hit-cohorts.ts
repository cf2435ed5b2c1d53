// The cohorts of the fleet as ranges of identifiers, so that hits can be counted by cohort. A fleet
// of one cohort enters none: all hits are its.

/** Devices that follow one another, and what the lane has answered of them. */
@unmanaged
export class HitCohort {
  /** EUI-64 of its first device. */
  first: u64;
  count: u32;
  /** Answers; the gateway's to read and to set back to zero. */
  answers: u32;
}

/** As many as a fleet file may hold. */
export const HIT_COHORTS_MAX: i32 = 256;
export const HIT_COHORT_SIZE: i32 = offsetof<HitCohort>();
export const OFF_HIT_COHORT_FIRST: i32 = offsetof<HitCohort>('first');
export const OFF_HIT_COHORT_COUNT: i32 = offsetof<HitCohort>('count');
export const OFF_HIT_COHORT_ANSWERS: i32 = offsetof<HitCohort>('answers');

const table: usize = memory.data(16 * 256, 8);

if (HIT_COHORT_SIZE != 16 || HIT_COHORTS_MAX != 256) ERROR('the cohorts have another size');

let cohorts: i32 = 0;

@inline function cohortAt(place: i32): HitCohort {
  return changetype<HitCohort>(table + <usize>place * HIT_COHORT_SIZE);
}

/** Enters a cohort whose identifiers lie behind those of all that are there. */
export function addHitCohort(high: u32, low: u32, count: u32): void {
  if (cohorts >= HIT_COHORTS_MAX) return;
  const cohort = cohortAt(cohorts++);
  cohort.first = ((<u64>high) << 32) | low;
  cohort.count = count;
}

/** Counts an answer to the cohort that a device is of. */
export function countCohort(high: u32, low: u32): void {
  if (cohorts == 0) return;
  const device = ((<u64>high) << 32) | low;
  let from = 0;
  let to = cohorts - 1;
  while (from < to) {
    const middle = (from + to + 1) >> 1;
    if (cohortAt(middle).first <= device) from = middle;
    else to = middle - 1;
  }
  const cohort = cohortAt(from);
  if (device - cohort.first < <u64>cohort.count) cohort.answers += 1;
}

/** Address of the first cohort. */
export function hitCohortsAddress(): i32 {
  return <i32>table;
}
