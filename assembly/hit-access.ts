// Who may use the lane and which devices may not: the Parties with what they may ask of an ESME,
// and the devices set aside because something about them is out of the ordinary.

import {
  HIT_ASIDES,
  HIT_PARTIES_MAX,
  HIT_PARTY_BUCKETS,
  HIT_PARTY_SIZE,
  HIT_PARTY_TOKEN,
  HIT_SPEAKER_ANY,
  HitCall,
  HitParty,
  OFF_HIT_ASIDES,
  OFF_HIT_COUNTS,
  OFF_HIT_PARTIES,
  OFF_HIT_SEEN,
} from './hit-layout';
import { BANK_FULL } from './layout';
import { lane } from './slots';

/** Spreads consecutive identifiers over the whole of a table. */
@inline function hash(high: u32, low: u32): u32 {
  let x = low * 0x9e37_79b1 + high * 0x85eb_ca77;
  x ^= x >>> 15;
  x *= 0xc2b2_ae3d;
  return x ^ (x >>> 13);
}

@inline function partyAt(bucket: u32): HitParty {
  return changetype<HitParty>(lane + OFF_HIT_PARTIES + <usize>bucket * HIT_PARTY_SIZE);
}

/** The Party's bucket, or the empty one where it would go. */
function bucketOf(high: u32, low: u32): HitParty {
  let bucket = hash(high, low) & (HIT_PARTY_BUCKETS - 1);
  while (true) {
    const party = partyAt(bucket);
    if (party.place == 0 || (party.low == low && party.high == high)) return party;
    bucket = (bucket + 1) & (HIT_PARTY_BUCKETS - 1);
  }
}

let parties: u32 = 0;

/** Enters a Party that is not in the table; its place in the counts, or `BANK_FULL`. */
export function addHitParty(high: u32, low: u32, rights: u32): i32 {
  if (parties >= <u32>HIT_PARTIES_MAX) return BANK_FULL;
  const party = bucketOf(high, low);
  party.high = high;
  party.low = low;
  party.rights = rights;
  party.place = ++parties;
  return <i32>(parties - 1);
}

/**
 * Place of the Party that asks, −1 where it must not by this way: `speaker` is the only one that
 * the connection speaks for, or HIT_SPEAKER_ANY for all without a token.
 */
export function placeOfAsker(high: u32, low: u32, ring: i32, speaker: i32): i32 {
  const party = bucketOf(high, low);
  if (party.place == 0 || ((party.rights >> ring) & 1) == 0) return -1;
  const place = <i32>party.place - 1;
  if (speaker == HIT_SPEAKER_ANY) return (party.rights & HIT_PARTY_TOKEN) == 0 ? place : -1;
  return place == speaker ? place : -1;
}

/** Counts an answer to a Party. The counts are the gateway's to read and to set back to zero. */
export function countAnswer(call: HitCall, place: i32, ring: i32): void {
  const counts = lane + OFF_HIT_COUNTS + ((<usize>place) << 3);
  if (load<u64>(counts) == 0) {
    store<u32>(lane + OFF_HIT_SEEN + ((<usize>call.seenCount) << 2), place);
    call.seenCount += 1;
  }
  const count = counts + ((<usize>ring) << 2);
  store<u32>(count, load<u32>(count) + 1);
}

/**
 * A device's place in the table of those set aside. Others share it: they only lose a short cut.
 */
export function asidePlace(high: u32, low: u32): i32 {
  return hash(high, low) & (HIT_ASIDES - 1);
}

@inline export function isAside(high: u32, low: u32): bool {
  const place = asidePlace(high, low);
  return ((<u32>load<u8>(lane + OFF_HIT_ASIDES + (place >> 3)) >> (place & 7)) & 1) != 0;
}
