// The address of a gateway as a user gives it: `ws:` or `http:`, with or without a path, because
// both doors are behind one port [contract §2].

import type { ValueKind } from './values.ts';

export interface GatewayAddress {
  /** Where Service Requests go, `ws://HOST:PORT/sr`. */
  readonly ws: string;
  /** Base of the HTTP side, `http://HOST:PORT`, without a path. */
  readonly http: string;
}

const SERVICE_REQUEST_PATH = '/sr';

export const GATEWAY_ADDRESS: ValueKind<GatewayAddress> = {
  allowed: 'ws://HOST:PORT or http://HOST:PORT, also wss: and https:, with or without a path',
  read(text) {
    if (!URL.canParse(text)) return undefined;
    const url = new URL(text);
    const [, scheme, secure] = /^(ws|http)(s?):$/.exec(url.protocol) ?? [];
    if (scheme === undefined || url.host === '') return undefined;
    const path = url.pathname === '/' || scheme === 'http' ? SERVICE_REQUEST_PATH : url.pathname;
    return {
      ws: `ws${secure}://${url.host}${path}${url.search}`,
      http: `http${secure}://${url.host}`,
    };
  },
};
