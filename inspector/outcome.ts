// What a command comes to: what it has to say, or why it did nothing and how to go on.

/** What a command has to say; `value` is plain JSON. */
export interface Said {
  readonly ok: true;
  readonly text: string;
  readonly value: unknown;
}

export type RefusalCode = 'USAGE' | 'NOT_FOUND' | 'AMBIGUOUS' | 'CONFLICT' | 'UNAVAILABLE';

/** Why it did nothing, and what to do instead. */
export interface Refused {
  readonly ok: false;
  readonly error: {
    readonly code: RefusalCode;
    readonly message: string;
    readonly next: string;
    /** Of an operation of the HTTP API: JSON Pointer to the key that is wrong. */
    readonly path?: string;
  };
}

export type Outcome = Said | Refused;

export function said(text: string, value: unknown): Said {
  return { ok: true, text, value };
}

export function refused(code: RefusalCode, message: string, next: string, path?: string): Refused {
  return { ok: false, error: { code, message, next, ...(path !== undefined && { path }) } };
}
