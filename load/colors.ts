// Colours of what a command prints. The library alone also colours what goes to a file or a pipe
// once an environment says CI, and a table that a pipeline reads is to be plain [contract §2].

import type { WriteStream } from 'node:tty';
import pc from 'picocolors';

export type Colors = ReturnType<typeof pc.createColors>;

/** Colours for a terminal that can show them and is not told NO_COLOR; none for anything else. */
export function colorsFor({ isTTY }: Partial<Pick<WriteStream, 'isTTY'>>): Colors {
  return pc.createColors(pc.isColorSupported && isTTY === true);
}
