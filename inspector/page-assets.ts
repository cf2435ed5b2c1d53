// What a browser may ask for under /assets: the page's modules as tsc leaves them in dist/, found
// by walking their imports from the first one on, and beside them uPlot, the loader and the memory
// core. What no module imports is not there, so that no path leads anywhere else.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, posix, resolve } from 'node:path';
import { PAGE_ICON, PAGE_STYLE } from './page-style.ts';

export interface Asset {
  /** `Content-Type`. */
  readonly type: string;
  readonly body: Buffer;
  /** Of the body; stays the same as long as that does. */
  readonly etag: string;
}

/** By path, such as `/assets/inspector/page/main.js`. */
export type Assets = ReadonlyMap<string, Asset>;

export const ASSETS_PATH = '/assets';
export const CORE_ASSET = `${ASSETS_PATH}/core.wasm`;
export const STYLE_ASSETS = [`${ASSETS_PATH}/uplot/uPlot.min.css`, `${ASSETS_PATH}/page.css`];
export const ICON_ASSET = `${ASSETS_PATH}/icon.svg`;

/** The module that the page begins with, in dist/. */
const FIRST_MODULE = 'inspector/page/main.js';
export const FIRST_ASSET = `${ASSETS_PATH}/${FIRST_MODULE}`;

/** Far more than the page has: a walk that went astray would end here. */
const MODULES_MAX = 200;

const JAVASCRIPT = 'text/javascript; charset=utf-8';
const CSS = 'text/css; charset=utf-8';

const require = createRequire(import.meta.url);

/** What modules import by name, each with its place here and in node_modules/. */
const PACKAGES: Readonly<Record<string, { readonly url: string; file(): string }>> = {
  uplot: {
    url: `${ASSETS_PATH}/uplot/uPlot.esm.js`,
    file: () => require.resolve('uplot/dist/uPlot.esm.js'),
  },
  '@assemblyscript/loader': {
    url: `${ASSETS_PATH}/assemblyscript/loader.js`,
    // Its umd/index.js is what `require` finds; beside that is the same as a module.
    file: () => resolve(dirname(require.resolve('@assemblyscript/loader')), '../index.js'),
  },
};

/** Import and export lines, with what stands before and behind the specifier. */
const IMPORT = /^((?:import|export)\b(?:[^'"`;=()]*\bfrom)?\s*)(['"])([^'"]+)\2/gm;

/** Reads everything that the page may ask for. Throws where the program is not built. */
export function readAssets(): Assets {
  const assets = new Map<string, Asset>();
  const directory = resolve(dirname(require.resolve('#package')), 'dist');
  const waiting = [FIRST_MODULE];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const url = `${ASSETS_PATH}/${path}`;
    if (assets.has(url)) continue;
    if (assets.size >= MODULES_MAX) throw new Error(`the page has over ${MODULES_MAX} modules`);
    const { text, imports } = linked(path, readFileSync(resolve(directory, path), 'utf8'));
    assets.set(url, assetOf(JAVASCRIPT, text));
    waiting.push(...imports);
  }
  for (const { url, file } of Object.values(PACKAGES)) {
    assets.set(url, assetOf(JAVASCRIPT, readFileSync(file())));
  }
  const uPlot = dirname(PACKAGES.uplot?.file() ?? '');
  const [plotStyle = '', pageStyle = ''] = STYLE_ASSETS;
  assets.set(plotStyle, assetOf(CSS, readFileSync(resolve(uPlot, 'uPlot.min.css'))));
  assets.set(pageStyle, assetOf(CSS, PAGE_STYLE));
  const licence = readFileSync(resolve(uPlot, '../LICENSE'));
  assets.set(`${ASSETS_PATH}/uplot/LICENSE`, assetOf('text/plain; charset=utf-8', licence));
  assets.set(ICON_ASSET, assetOf('image/svg+xml', PAGE_ICON));
  assets.set(CORE_ASSET, assetOf('application/wasm', readFileSync(require.resolve('#core.wasm'))));
  return assets;
}

/** A module with the packages it imports under their paths here, and the modules it imports. */
function linked(path: string, text: string): { text: string; imports: string[] } {
  const imports: string[] = [];
  const changed = text.replaceAll(IMPORT, (line, head: string, quote: string, what: string) => {
    if (/^\.\.?\//.test(what)) {
      const target = posix.join(posix.dirname(path), what);
      if (target.startsWith('../')) throw new Error(`${path} imports ${what}, outside dist/`);
      imports.push(target);
      return line;
    }
    const known = PACKAGES[what];
    if (known === undefined) throw new Error(`${path} imports ${what}, which no browser has`);
    return `${head}${quote}${known.url}${quote}`;
  });
  return { text: changed, imports };
}

function assetOf(type: string, content: string | Buffer): Asset {
  const body = typeof content === 'string' ? Buffer.from(content) : content;
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  return { type, body, etag: `"${hash}"` };
}
