// What time a gateway says it is: its virtual time need not be ours. Asked by node:http and not by
// fetch, which refuses ports that a browser may not call, 6000 among them.

import { get } from 'node:http';
import { get as getSecurely } from 'node:https';
import { parseDateTime } from '../gateway/protocol/half-hours.ts';
import { isMessage } from './answers.ts';
import { authorization, unreachable } from './exchange.ts';
import { CommandError } from './exit-codes.ts';
import type { SendSettings } from './settings.ts';

/** A ready line has a few hundred characters; what goes on for so long is no gateway. */
const STATUS_LENGTH_MAX = 65_536;

interface Status {
  readonly code: number;
  readonly body: string;
}

/** Virtual time of the gateway in ms. */
export async function gatewayNowMs(settings: SendSettings): Promise<number> {
  const { url } = settings;
  const address = `${url.http}/api/v1/gateway`;
  const { code, body } = await fetchStatus(address, settings).catch((error: Error) => {
    throw unreachable(url.http, error.cause ?? error);
  });
  const status = code === 200 ? parsed(body) : undefined;
  const now = isMessage(status) ? status.now : undefined;
  const nowMs = typeof now === 'string' ? parseDateTime(now) * 1000 : Number.NaN;
  if (Number.isNaN(nowMs)) {
    throw new CommandError('failed', `${address} does not tell the time (${code})`);
  }
  return nowMs;
}

function fetchStatus(address: string, { token, timeout }: SendSettings): Promise<Status> {
  const ask = address.startsWith('https:') ? getSecurely : get;
  const headers = authorization(token);
  return new Promise((resolve, reject) => {
    const request = ask(address, { headers, signal: AbortSignal.timeout(timeout), agent: false });
    request.on('error', reject);
    request.on('response', (response) => {
      const { statusCode: code = 0 } = response;
      let body = '';
      response.setEncoding('utf8').on('error', reject);
      response.on('data', (chunk: string) => {
        body += chunk;
        if (body.length > STATUS_LENGTH_MAX)
          response.destroy(new Error('it does not stop talking'));
      });
      response.on('end', () => resolve({ code, body }));
    });
  });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Whoever answers at that address is no gateway; the caller says so.
    return undefined;
  }
}
