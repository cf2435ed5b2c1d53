// What a browser may get of the page, without a browser. The modules are those of the last build.

import { posix } from 'node:path';
import fastify from 'fastify';
import { afterEach, describe, expect, test } from 'vitest';
import { addPages } from '../../gateway/server/pages.ts';
import { openInspector } from '../../inspector/inspector.ts';
import { type Asset, FIRST_ASSET, readAssets } from '../../inspector/page-assets.ts';
import { pageHtml } from '../../inspector/page-html.ts';
import { ask, openPort, stoppedClock, type TestPort } from '../gateway/server/gateway-port.ts';
import { METER, openInspected } from './inspected.ts';

const assets = readAssets();
const modules = [...assets].filter(([path]) => path.endsWith('.js'));
const textOf = (asset: Asset | undefined): string => asset?.body.toString() ?? '';

let port: TestPort | undefined;

afterEach(async () => {
  await port?.drain();
  port = undefined;
});

function inspectorOf(isPublic = false) {
  const { world } = openInspected();
  return openInspector(world, { isPublic, version: '0.1.0', failed() {} });
}

async function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  port ??= await openPort({ inspector: inspectorOf() });
  return await ask(port.port, method, path, headers);
}

describe('the files of the page', () => {
  test('are the modules that its first module leads to, and few others', () => {
    const paths = [...assets.keys()];
    expect(paths).toContain(FIRST_ASSET);
    for (const own of ['memory-map', 'memory-fields', 'hex-dump', 'memory-address']) {
      expect(paths).toContain(`/assets/inspector/${own}.js`);
    }
    expect(paths).toContain('/assets/gateway/protocol/half-hours.js');
    expect(paths).toContain('/assets/page/chart.js');
    expect(paths.filter((path) => !path.endsWith('.js')).sort()).toEqual([
      '/assets/core.wasm',
      '/assets/icon.svg',
      '/assets/page.css',
      '/assets/uplot/LICENSE',
      '/assets/uplot/uPlot.min.css',
    ]);
    expect(paths.filter((path) => /observatory|device-memory|server|cli/.test(path))).toEqual([]);
    expect(paths.length).toBeLessThan(70);
    const bytes = [...assets.values()].reduce((sum, { body }) => sum + body.length, 0);
    expect(bytes).toBeLessThan(600_000);
  });

  test('import each other and nothing that a browser has not', () => {
    for (const [path, asset] of modules) {
      const lines = /^(?:import|export)\b(?:[^'";=()]*\bfrom)?\s*['"]([^'"]+)['"]/gm;
      const found = [...textOf(asset).matchAll(lines)];
      for (const [, specifier = ''] of found) {
        const target = posix.resolve(posix.dirname(path), specifier);
        expect(assets.has(target), `${path} imports ${specifier}`).toBe(true);
      }
      expect(textOf(asset), path).not.toMatch(/from ['"]node:|require\(|\bprocess\.|\bBuffer\./);
    }
  });

  test('load nothing from elsewhere and make no markup of text', () => {
    for (const [path, asset] of [...assets].filter(([each]) => !/uplot|loader|wasm/.test(each))) {
      const text = textOf(asset).replaceAll('http://www.w3.org/2000/svg', '');
      expect(text, path).not.toMatch(/https?:\/\/(?!\$)|@import|url\(/);
      expect(text, path).not.toMatch(
        /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/,
      );
    }
  });

  test('are all that the document names', () => {
    const html = pageHtml(assets);
    const named = [...html.matchAll(/(?:src|href)="(\/assets[^"]*)"/g)].map(([, path]) => path);
    expect(named.length).toBeGreaterThan(30);
    for (const path of named) expect(assets.has(path ?? ''), path).toBe(true);
    expect(html).not.toMatch(/<script(?! type="module" src=)|style=|\son\w+=|https?:/);
  });

  test("keep uPlot's licence", () => {
    expect(textOf(assets.get('/assets/uplot/LICENSE'))).toContain('Permission is hereby granted');
    expect(textOf(assets.get('/assets/uplot/uPlot.esm.js'))).toContain('MIT Licensed');
  });
});

describe('over HTTP', () => {
  test('the document is never kept, and its policy lets nothing in', async () => {
    const { status, headers, body } = await get('/');
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['x-content-type-options']).toBe('nosniff');
    const policy = String(headers['content-security-policy']);
    expect(policy).toMatch(/^default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; /);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|\*|https?:|data:/);
    expect(body).toContain('<main id="main"');
  });

  test.each([
    [FIRST_ASSET, 'text/javascript; charset=utf-8'],
    [`${FIRST_ASSET}?again`, 'text/javascript; charset=utf-8'],
    ['/assets/page.css', 'text/css; charset=utf-8'],
    ['/assets/core.wasm', 'application/wasm'],
    ['/assets/icon.svg', 'image/svg+xml'],
    ['/assets/uplot/LICENSE', 'text/plain; charset=utf-8'],
  ])('%s is of the type %s', async (path, type) => {
    const { status, headers } = await get(path);
    expect([status, headers['content-type']]).toEqual([200, type]);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  test('a file that has not changed is not sent again', async () => {
    const { headers, body } = await get('/assets/page.css');
    expect(headers['cache-control']).toBe('no-cache');
    expect(body.length).toBeGreaterThan(1000);
    const held = { 'If-None-Match': String(headers.etag) };
    const again = await get('/assets/page.css', held);
    expect([again.status, again.body]).toEqual([304, '']);
    expect((await get('/assets/page.css', { 'If-None-Match': '"other"' })).status).toBe(200);
  });

  test.each([
    '/assets',
    '/assets/',
    '/assets/inspector',
    '/assets/inspector/page/',
    '/assets/inspector/page/main.ts',
    '/assets/inspector/observatory.js',
    '/assets/cli/s1sp.js',
    '/assets/package.json',
    '/assets/../package.json',
    '/assets/..%2fpackage.json',
    '/assets/%2e%2e/package.json',
    '/assets/inspector/page/../page/main.js',
    '/assets/inspector/page/..%2Fpage%2Fmain.js',
    '/assets/inspector%2Fpage%2Fmain.js',
    '/assets//inspector/page/main.js',
    '/assets/inspector\\page\\main.js',
    '/assets/inspector/page/main.js%00',
    '/assets/inspector/page/MAIN.js',
    '/assets/__proto__',
    '/assets/core.wasm/',
    '/index.html',
  ])('there is no %s', async (path) => {
    const { status, headers, body } = await get(path);
    expect([status, headers['content-type']]).toEqual([404, 'application/json; charset=utf-8']);
    expect(JSON.parse(body).error.code).toBe('NOT_FOUND');
  });

  test.each(['/', FIRST_ASSET, '/assets/nothing'])('%s is only read', async (path) => {
    const { status, headers } = await get(path, {}, 'POST');
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  test('HEAD tells the size and sends nothing', async () => {
    const { status, headers, body } = await get('/assets/core.wasm', {}, 'HEAD');
    expect([status, body]).toEqual([200, '']);
    expect(headers['content-length']).toBe(String(assets.get('/assets/core.wasm')?.body.length));
  });

  test.each(['/', FIRST_ASSET])('%s is not for other sites', async (path) => {
    expect((await get(path, { Origin: 'http://example.org' })).status).toBe(403);
    expect((await get(path, { Host: 'example.org' })).status).toBe(403);
  });

  test('without an inspector the page says so', async () => {
    port = await openPort();
    const { status, body } = await get('/');
    expect(status).toBe(404);
    expect(JSON.parse(body).error).toMatchObject({
      code: 'NOT_FOUND',
      next: 'start the gateway with --inspector loopback',
    });
    expect((await get(FIRST_ASSET)).status).toBe(404);
  });
});

describe('somebody on another machine', () => {
  async function from(remoteAddress: string, url: string, isPublic = false) {
    const http = fastify();
    addPages(http, {
      host: '0.0.0.0',
      inspector: inspectorOf(isPublic),
      log: http.log as never,
      metrics: async () => ({ contentType: 'text/plain', write: async () => '' }),
      clock: stoppedClock,
      readyLine: () => ({}),
      isDraining: () => false,
    });
    const { statusCode } = await http.inject({ method: 'GET', url, remoteAddress });
    await http.close();
    return statusCode;
  }

  test.each([
    '/',
    '/?x',
    FIRST_ASSET,
    '/assets/core.wasm',
    '/%61ssets/core.wasm',
    '/api/v1/fleet',
    '/api/v1/%66leet',
    '/api/v1/parties',
    '/api/v1/fault-presets',
    `/api/v1/meters/${METER}/memory-picture`,
  ])('does not see %s, however it is spelled', async (url) => {
    expect(await from('192.0.2.1', url)).toBe(403);
    expect(await from('127.0.0.1', url)).not.toBe(403);
    expect(await from('192.0.2.1', url, true)).not.toBe(403);
  });
});
