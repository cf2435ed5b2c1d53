// `GET /` and `GET /assets/…`: the inspector's page and what it is made of [contract §4]. The page
// needs nothing from elsewhere, and its policy lets nothing else in: no script but its own files,
// and of dynamic code WebAssembly only.

import type { FastifyInstance, FastifyReply } from 'fastify';
import { sendRefusal } from '../gateway/server/http-error.ts';
import { ASSETS_PATH, type Assets, readAssets } from './page-assets.ts';
import { pageHtml } from './page-html.ts';

const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const SAFE_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** Adds the page. Its files are read when the first of them is asked for, and kept. */
export function addPage(http: FastifyInstance, read: () => Assets = readAssets): void {
  let known: Assets | undefined;
  const assets = (): Assets => {
    known ??= read();
    return known;
  };
  http.get('/', async (_request, reply) =>
    reply
      .headers({
        ...SAFE_HEADERS,
        'Cache-Control': 'no-store',
        'Content-Security-Policy': POLICY,
      })
      .type('text/html; charset=utf-8')
      .send(pageHtml(assets())),
  );
  http.get(`${ASSETS_PATH}/*`, async (request, reply) => {
    const [path = ''] = request.url.split('?');
    return sendAsset(reply, assets(), path, request.headers['if-none-match']);
  });
}

/** A path is looked up as it was sent, so that nothing in it is ever resolved. */
function sendAsset(reply: FastifyReply, assets: Assets, path: string, held: string | undefined) {
  const asset = assets.get(path);
  if (asset === undefined) {
    return sendRefusal(reply, { code: 'NOT_FOUND', message: 'the page has no such file' });
  }
  // Asked for again each time, for the next version of the program may be on the same port.
  reply.headers({ ...SAFE_HEADERS, 'Cache-Control': 'no-cache', ETag: asset.etag });
  if (held === asset.etag) return reply.code(304).send();
  return reply.type(asset.type).send(asset.body);
}
