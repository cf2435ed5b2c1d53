// Chance, the only place of it, and all of it follows from the seed. What happens to a message on
// the WAN is a hash of what it is about, not the next number of a stream, because the order in
// which sockets deliver requests differs from run to run. The hash is Appleby's MurmurHash3.

const TWO_TO_32 = 2 ** 32;

/** Takes one more unsigned 32-bit word into a hash; start from the seed. */
export function mix(hash: number, word: number): number {
  let mixed = Math.imul(word, 0xcc9e2d51);
  mixed = Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593) ^ hash;
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

/** Takes a whole number up to 2^53 into a hash, as two words. */
export function mixWide(hash: number, value: number): number {
  return mix(mix(hash, value | 0), Math.floor(value / TWO_TO_32) | 0);
}

/** The unsigned 32-bit number that a hash stands for: every bit of it depends on every word. */
export function finish(hash: number): number {
  let bits = hash;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** A number in [0, 1) for the `draw`th chance of whatever the hash is about. */
export function chanceAt(hash: number, draw: number): number {
  return finish(mix(hash, draw)) / TWO_TO_32;
}

/**
 * A log-normal sample out of two independent numbers in [0, 1). `spread` is the standard deviation
 * of the natural logarithm: 0 gives the median itself, 0.5 has 95 % within a factor of 2.7.
 */
export function logNormal(median: number, spread: number, first: number, second: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - first)) * Math.cos(2 * Math.PI * second);
  return median * Math.exp(spread * normal);
}

/** The first numbers of the generator still resemble its seed. */
const WARM_UP_COUNT = 12;

/** A stream of numbers in [0, 1) that depends on the seed alone (Doty-Humphrey's sfc32). */
export function openStream(seed: number): () => number {
  let a = finish(mix(seed, 1)) | 0;
  let b = finish(mix(seed, 2)) | 0;
  let c = finish(mix(seed, 3)) | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / TWO_TO_32;
  };
  for (let count = 0; count < WARM_UP_COUNT; count++) next();
  return next;
}
