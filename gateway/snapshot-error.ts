// Why a world is not saved, or a snapshot not taken over: what the user is told, and what to do.

export class SnapshotError extends Error {
  /** What to do instead. */
  readonly next: string;

  constructor(message: string, next: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'SnapshotError';
    this.next = next;
  }
}

/** A file whose checksum is right and that says what cannot be. */
export function contradiction(what: string): SnapshotError {
  return new SnapshotError(`the snapshot contradicts itself: ${what}`, 'have it saved anew');
}
