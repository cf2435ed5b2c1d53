// What a gateway says when it refuses a WebSocket: a status, and in the body why [contract §3].

import type { IncomingMessage } from 'node:http';

/** A refusal is a line; whoever sends more is no gateway. */
const BODY_LENGTH_MAX = 4096;

/** `403 Forbidden: meters are looked into from this machine only`. */
export async function refusalOf(response: IncomingMessage): Promise<string> {
  const status = `${response.statusCode} ${response.statusMessage}`;
  const reason = reasonIn(await bodyOf(response));
  return reason === '' ? status : `${status}: ${reason}`;
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  let text = '';
  try {
    for await (const part of response) {
      text += String(part);
      if (text.length > BODY_LENGTH_MAX) break;
    }
  } catch {
    // It was cut off: the status alone has to do.
    return '';
  }
  return text;
}

/** The message of a JSON refusal; empty where it is none. */
function reasonIn(body: string): string {
  try {
    const { error } = JSON.parse(body);
    return typeof error?.message === 'string' ? error.message : '';
  } catch {
    return '';
  }
}
