// Asking the gateway that served the page, over HTTP. What it refuses is a value, with its own
// words for why.

/** What is wrong, and what to do instead. */
export interface Trouble {
  readonly ok: false;
  readonly message: string;
  readonly next?: string;
}

export type Answer<T> = { readonly ok: true; readonly value: T } | Trouble;

const UNREACHABLE: Trouble = { ok: false, message: 'the gateway does not answer' };

export function get<T>(path: string): Promise<Answer<T>> {
  return ask('GET', path);
}

export function post<T>(path: string, body: unknown): Promise<Answer<T>> {
  return ask('POST', path, body);
}

export function remove<T>(path: string): Promise<Answer<T>> {
  return ask('DELETE', path);
}

async function ask<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
  const headers = body === undefined ? undefined : { 'Content-Type': 'application/json' };
  const sent = body === undefined ? undefined : JSON.stringify(body);
  try {
    const response = await fetch(`/api/v1/${path}`, {
      method,
      cache: 'no-store',
      ...(headers !== undefined && { headers }),
      ...(sent !== undefined && { body: sent }),
    });
    const value = await response.json();
    return response.ok ? { ok: true, value } : { ok: false, ...value.error };
  } catch {
    // The gateway has gone, or something that is none stands in its place.
    return UNREACHABLE;
  }
}

/** What is wrong in one sentence. */
export function troubleText({ message, next }: Trouble): string {
  return next === undefined ? message : `${message} (${next})`;
}
