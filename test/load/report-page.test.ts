// The report page in a real browser, Debian's chromium: what a colleague sees who opens the file.

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatCount, formatMs, formatShare } from '../../load/figures.ts';
import { reportPage } from '../../load/report.ts';
import type { LoadResult } from '../../load/result.ts';
import { sampleResult, sampleScenario } from './sample-result.ts';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const CHARTS = ['latency-over-time', 'latency-distribution', 'rate', 'hit-share', 'wan-reads'];

const result = sampleResult({ scenario: sampleScenario() });

interface Opened {
  readonly page: Page;
  /** Console errors, exceptions and requests: none of them belongs here. */
  readonly unwanted: string[];
}

describe.skipIf(!existsSync(CHROMIUM))('the report page in chromium', () => {
  let browser: Browser;
  let directory = '';
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    directory = mkdtempSync(join(tmpdir(), 's1sp-report-'));
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function open(shown: LoadResult, options: BrowserContextOptions = {}): Promise<Opened> {
    const file = join(directory, 'report.html');
    writeFileSync(file, reportPage(shown));
    const url = pathToFileURL(file).href;
    const page = await browser.newPage({ viewport: DESKTOP, ...options });
    const unwanted: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) unwanted.push(message.text());
    });
    page.on('pageerror', (error) => unwanted.push(error.message));
    page.on('dialog', (dialog) => unwanted.push(dialog.message()));
    page.on('request', (request) => {
      if (![url, 'data:,'].includes(request.url())) unwanted.push(request.url());
    });
    await page.goto(url);
    return { page, unwanted };
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const viewport of [DESKTOP, PHONE]) {
      test(`draws every chart, in ${colorScheme}, ${viewport.width} px wide`, async () => {
        const { page, unwanted } = await open(result, { colorScheme, viewport });
        const drawn = await page.evaluate(inkOfCharts);
        expect(Object.keys(drawn)).toEqual(['scenario', ...CHARTS]);
        for (const [name, colours] of Object.entries(drawn)) {
          expect(colours, name).toBeGreaterThan(20);
        }
        const [ground, ink] = await page.evaluate(coloursOfBody);
        const [dark, light] = colorScheme === 'dark' ? [ground, ink] : [ink, ground];
        expect(dark).toBeLessThan(60);
        expect(light).toBeGreaterThan(200);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(width).toBe(viewport.width);
        expect(unwanted).toEqual([]);
        await page.close();
      });
    }
  }

  test('the tables hold the numbers of the result', async () => {
    const { page } = await open(result);
    const rows = await page.evaluate(tableRows);
    const { outcomes, planned, latency, served, generator } = result;
    const { fromPlanned, fromSent } = latency;
    expect(rows).toContainEqual([
      'Answered, right',
      formatCount(outcomes.right),
      formatShare(outcomes.right / planned),
    ]);
    expect(rows).toContainEqual(['Answered, wrong', '0', '0.0 %']);
    expect(rows).toContainEqual(['Refused', '6', '< 0.1 %']);
    expect(rows).toContainEqual(['E20', '4', '< 0.1 %']);
    expect(rows).toContainEqual(['Timed out', '3', '< 0.1 %']);
    expect(rows).toContainEqual(['p50', formatMs(fromPlanned.p50Ms), formatMs(fromSent.p50Ms)]);
    expect(rows).toContainEqual(['p99.9', formatMs(fromPlanned.p999Ms), formatMs(fromSent.p999Ms)]);
    expect(rows).toContainEqual(['Late by, p99', `${formatMs(generator.lateness.p99Ms)} ms`]);
    expect(rows).toContainEqual(['From the cache', formatCount(served.cache)]);
    expect(rows).toContainEqual(['4.8.1 MDR', '30', '8,990', '4']);
    expect(rows).toContainEqual(['WAN reads', '10,214', '30,112', '66.1 %']);
    expect(rows).toContainEqual(['rate>=490', '500', '✓ met']);
    expect(rows.filter(([name]) => /^\d+( \(warm-up\))?$/.test(name ?? ''))).toHaveLength(32);
    await page.close();
  });

  test('the keyboard moves along a chart, says its figures, and hides a line', async () => {
    const { page, unwanted } = await open(result);
    await page.focus('[data-chart="latency-over-time"]');
    for (const key of ['Home', 'ArrowRight', 'ArrowRight', 'End', 'ArrowLeft']) {
      await page.keyboard.press(key);
    }
    const { atSeconds = 0, maxMs = 0 } = result.seconds.at(-2) ?? {};
    const said = await page.textContent('[data-chart="latency-over-time"] + [aria-live]');
    expect(said).toMatch(new RegExp(`^Second ${atSeconds} s: max ${formatMs(maxMs)} ms, p99 `));
    const name = page.locator('[data-chart="rate"] [role="button"]').first();
    expect(await name.getAttribute('aria-pressed')).toBe('true');
    await name.focus();
    await page.keyboard.press('Enter');
    expect(await name.getAttribute('aria-pressed')).toBe('false');
    await page.keyboard.press(' ');
    expect(await name.getAttribute('aria-pressed')).toBe('true');
    expect(unwanted).toEqual([]);
    await page.close();
  });

  test('a change of the colour scheme or the width redraws the charts', async () => {
    const { page, unwanted } = await open(result, { colorScheme: 'light' });
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize(PHONE);
    await page.waitForFunction(() => {
      const canvas = document.querySelector('[data-chart="rate"] canvas');
      return canvas !== null && canvas.clientWidth < 390;
    });
    expect(await page.locator('canvas').count()).toBe(CHARTS.length + 1);
    expect(Math.min(...Object.values(await page.evaluate(inkOfCharts)))).toBeGreaterThan(20);
    expect(unwanted).toEqual([]);
    await page.close();
  });

  test('hostile strings of a result stay text', async () => {
    const hostile = `</script></title><script>alert(1)</script><img src=x onerror="alert(2)">'"`;
    const { page, unwanted } = await open(hostileResult(hostile));
    const text = (await page.textContent('body')) ?? '';
    expect(text.split(hostile).length).toBeGreaterThan(10);
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.locator('canvas').count()).toBe(CHARTS.length + 1);
    expect(unwanted).toEqual([]);
    await page.close();
  });

  test('its policy lets no script in and nothing out', async () => {
    const { page } = await open(result);
    const refused = await page.evaluate(tryToBreakOut);
    expect(refused).toEqual(['connect-src', 'img-src', 'script-src-elem']);
    await page.close();
  });

  test('without scripts the tables are there and the page says what is not', async () => {
    const { page } = await open(result, { javaScriptEnabled: false });
    expect(await page.locator('tbody tr').count()).toBeGreaterThan(40);
    expect(await page.locator('noscript p').isVisible()).toBe(true);
    await page.close();
  });
});

function hostileResult(hostile: string): LoadResult {
  const [bySrv] = Object.values(result.bySrv);
  return {
    ...result,
    version: hostile,
    remarks: [hostile],
    startedAt: hostile,
    machine: { node: hostile, cpu: hostile, cores: 2 },
    gateway: { ...result.gateway, url: hostile, now: hostile },
    settings: { [hostile]: hostile },
    outcomes: { ...result.outcomes, refused: { [hostile]: 1 } },
    bySrv: bySrv === undefined ? {} : { [hostile]: bySrv },
    generator: { ...result.generator, isBottleneck: true, warning: hostile },
    thresholds: [{ text: hostile, measured: 1, met: false }],
    targets: [{ srv: hostile, role: hostile, targetSeconds: 1, met: 1, missed: 1 }],
    scenario: { ...sampleScenario(), name: hostile },
  };
}

/** In the browser: how many different colours each chart's canvas holds. */
function inkOfCharts(): Record<string, number> {
  const hosts = [...document.querySelectorAll<HTMLElement>('[data-chart]')];
  return Object.fromEntries(
    hosts.map((host) => {
      const canvas = host.querySelector('canvas');
      const context = canvas?.getContext('2d');
      if (!canvas || !context) return [host.dataset.chart ?? '', 0];
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      return [host.dataset.chart ?? '', new Set(new Uint32Array(data.buffer)).size];
    }),
  );
}

/** In the browser: brightness of the ground and of the text, 0 to 255. */
function coloursOfBody(): [number, number] {
  const { backgroundColor, color } = getComputedStyle(document.body);
  const brightness = (text: string): number =>
    Math.max(...(text.match(/\d+/g) ?? []).slice(0, 3).map(Number));
  return [brightness(backgroundColor), brightness(color)];
}

/** In the browser: the cells of every table's body. */
function tableRows(): string[][] {
  return [...document.querySelectorAll('tbody tr')].map((row) =>
    [...row.children].map((cell) => cell.textContent ?? ''),
  );
}

/** In the browser: which directives refuse a script, an image and a connection from outside. */
async function tryToBreakOut(): Promise<string[]> {
  const refused: string[] = [];
  document.addEventListener('securitypolicyviolation', (event) => {
    refused.push(event.effectiveDirective);
  });
  const script = document.createElement('script');
  script.textContent = 'document.body.remove()';
  document.body.append(script);
  const image = document.createElement('img');
  image.src = 'http://127.0.0.1:9/a.png';
  document.body.append(image);
  await fetch('http://127.0.0.1:9/').catch(() => undefined);
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  return refused.sort();
}
