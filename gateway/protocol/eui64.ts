// EUI-64 identifiers: eight two-digit hex groups joined by `-`. Compared case-insensitively and
// written in upper case [domain §1.2]. Inside the gateway an identifier is two unsigned 32-bit
// halves, because that is what crosses to the memory core without a BigInt.

export const EUI64_LENGTH = 23;

/** The two halves of an EUI-64; both unsigned 32-bit. */
export interface Eui64 {
  readonly high: number;
  readonly low: number;
}

const HEX = new Int8Array(128).fill(-1);
for (let digit = 0; digit < 16; digit++) {
  const text = digit.toString(16);
  HEX[text.charCodeAt(0)] = digit;
  HEX[text.toUpperCase().charCodeAt(0)] = digit;
}

const DASH = 45;

/** Four dashed groups of `text` from `start` as an unsigned 32-bit number; −1 when malformed. */
export function eui64HalfAt(text: string, start: number): number {
  let value = 0;
  for (let at = start; at < start + 12; at += 3) {
    const high = HEX[text.charCodeAt(at)] ?? -1;
    const low = HEX[text.charCodeAt(at + 1)] ?? -1;
    if (high < 0 || low < 0) return -1;
    if (at < start + 9 && text.charCodeAt(at + 2) !== DASH) return -1;
    value = value * 256 + high * 16 + low;
  }
  return value;
}

/** Reads `90-B3-D5-1F-30-01-00-00`; undefined when it is anything else. */
export function parseEui64(text: string): Eui64 | undefined {
  if (text.length !== EUI64_LENGTH || text.charCodeAt(11) !== DASH) return undefined;
  const high = eui64HalfAt(text, 0);
  const low = eui64HalfAt(text, 12);
  return high < 0 || low < 0 ? undefined : { high, low };
}

const BYTES = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).toUpperCase().padStart(2, '0'),
);

function formatHalf(half: number): string {
  return [24, 16, 8, 0].map((shift) => BYTES[(half >>> shift) & 255]).join('-');
}

/** Writes the two halves in upper case with dashes. */
export function formatEui64(high: number, low: number): string {
  return `${formatHalf(high)}-${formatHalf(low)}`;
}

/** The identifier `offset` places after `first`; carries from the low half into the high one. */
export function eui64Plus(first: Eui64, offset: number): Eui64 {
  const low = first.low + offset;
  return { high: (first.high + Math.floor(low / 2 ** 32)) >>> 0, low: low % 2 ** 32 };
}

/** How many places `high:low` comes after `first`; negative when before it. */
export function eui64Offset(first: Eui64, high: number, low: number): number {
  return (high - first.high) * 2 ** 32 + (low - first.low);
}
