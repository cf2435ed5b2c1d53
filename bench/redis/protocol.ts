// RESP2, as much of it as the benches need to fill a Redis and to ask it what it holds: commands
// as arrays of bulk strings, and the replies that come back, none of them an array.

const CR = 0x0d;
const TYPES = { text: 0x2b, error: 0x2d, integer: 0x3a, bulk: 0x24 };

/** A bulk string is bytes, for what is stored need not be text. */
export type Reply = string | number | Buffer | null;

/** A command and its arguments as one array of bulk strings. */
export function encodeCommand(words: readonly (string | Uint8Array)[]): Buffer {
  const parts = [Buffer.from(`*${words.length}\r\n`)];
  for (const word of words) {
    const bytes = Buffer.from(word);
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n'));
  }
  return Buffer.concat(parts);
}

/** The reply at `at` and where it ends; undefined while some of it has not come. */
export function readReply(bytes: Buffer, at: number): { reply: Reply; end: number } | undefined {
  const lineEnd = bytes.indexOf(CR, at);
  if (lineEnd < 0 || lineEnd + 2 > bytes.length) return undefined;
  const line = bytes.toString('utf8', at + 1, lineEnd);
  const end = lineEnd + 2;
  switch (bytes[at]) {
    case TYPES.text:
      return { reply: line, end };
    case TYPES.integer:
      return { reply: Number(line), end };
    case TYPES.bulk: {
      const size = Number(line);
      if (size < 0) return { reply: null, end };
      if (end + size + 2 > bytes.length) return undefined;
      return { reply: Buffer.from(bytes.subarray(end, end + size)), end: end + size + 2 };
    }
    case TYPES.error:
      throw new Error(`redis refused: ${line}`);
    default:
      throw new Error(`redis answered what no command here is answered with: ${line}`);
  }
}

/** The number of a field of `INFO`, such as `used_memory`. */
export function infoNumber(info: string, field: string): number {
  const found = new RegExp(`^${field}:(\\d+)\\r?$`, 'm').exec(info)?.[1];
  if (found === undefined) throw new Error(`redis tells nothing of ${field}`);
  return Number(found);
}
