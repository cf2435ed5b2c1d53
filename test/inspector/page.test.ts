// The inspector's page in a real browser, Debian's chromium, as its user sees it. What the page is
// made of comes from the last build.

import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { liveView } from '../../inspector/live.ts';
import type { logView } from '../../inspector/meter-view.ts';
import { faintTexts, inkOfCharts, nameless } from './page-looks.ts';
import {
  CHROMIUM,
  DESKTOP,
  expectText,
  launch,
  openVisited,
  PHONE,
  send,
  type VisitedGateway,
} from './page-visit.ts';

const METER = '90-B3-D5-1F-40-00-00-07';
const OTHER = '90-B3-D5-1F-40-00-00-08';
/** Each view, and what is there when it is complete. */
const VIEWS = [
  ['#/', '.texts tbody tr:nth-child(10)'],
  ['#/faults', 'option[value="bad-morning"]'],
  [`#/faults/${METER}`, 'option[value="bad-morning"]'],
  ['#/snapshot', '.note'],
  ['#/monitor', '.console pre'],
  [`#/meter/${METER}`, '[data-chart="day"] canvas'],
  [`#/meter/${METER}/memory`, '.decoded dd'],
  [`#/meter/${METER}/cache`, '[data-srv="4.6.1"] .note:not(:empty)'],
  [`#/meter/${METER}/journal`, '.empty'],
  [`#/meter/${METER}/request`, '.answer canvas'],
  ['#/meter/90-B3-D5-1F-50-00-00-00', '[data-chart="day"] canvas'],
  ['#/meter/90-B3-D5-1F-60-00-00-00/memory', '.decoded dd'],
] as const;

type Log = ReturnType<typeof logView>;
type Live = ReturnType<typeof liveView>;

describe.skipIf(!existsSync(CHROMIUM))('the page in chromium', () => {
  let browser: Browser;
  let gateway: VisitedGateway;
  beforeAll(async () => {
    browser = await launch();
    gateway = await openVisited(browser);
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const viewport of [DESKTOP, PHONE]) {
      test(`is whole and legible in ${colorScheme}, ${viewport.width} px wide`, async () => {
        const { page, unwanted } = await gateway.visit('', { colorScheme, viewport });
        for (const [hash, complete] of VIEWS) {
          await page.goto(`${gateway.http}/${hash}`);
          if (hash.endsWith('/request')) await send(page, 1);
          await page.locator(complete).first().waitFor({ state: 'attached' });
          const width = await page.evaluate(() => document.documentElement.scrollWidth);
          expect(width, hash).toBe(viewport.width);
          expect(await page.evaluate(faintTexts), hash).toEqual([]);
          expect(await page.evaluate(nameless), hash).toEqual([]);
        }
        expect(unwanted).toEqual([]);
        await page.close();
      });
    }
  }

  test('counts what the gateway does, and draws it', async () => {
    const { page, unwanted } = await gateway.visit('#/');
    const tile = (name: string) => page.locator('.tiles div', { hasText: name });
    const saved = tile('WAN reads saved').locator('.figure');
    await page.waitForFunction(() => document.querySelectorAll('canvas').length === 4);
    const before = Number(await saved.textContent());
    const { page: asking } = await gateway.visit(`#/meter/${OTHER}/request`);
    for (const times of [1, 2, 3]) await send(asking, times);
    await expectText(saved, String(before + 2));
    await expectText(tile('Meters in the cache').locator('.figure'), /^[1-9]/);
    const { cohorts } = await gateway.get<Live>('live');
    const answered = (cohort: string) =>
      page.getByRole('row', { name: cohort }).locator('td').nth(3);
    await expectText(answered('homes'), String(cohorts[0]?.answered));
    await expectText(answered('gas'), '0');
    const legend = page.locator('[data-chart="rate"] .u-legend');
    await expectText(legend, /^Second0 sanswered\d/);
    for (const [name, colours] of Object.entries(await page.evaluate(inkOfCharts))) {
      expect(colours, name).toBeGreaterThan(4);
    }
    expect(unwanted).toEqual([]);
    await asking.close();
    await page.close();
  });

  test('leads from the fleet to a meter and its neighbours', async () => {
    const { page, unwanted } = await gateway.visit('#/');
    await page.getByLabel('Identifier begins with').fill('90-b3-d5-1f-40-00-00-1');
    await page.keyboard.press('Enter');
    await page.getByText('1 to 4 of 4').waitFor();
    await page.getByRole('link', { name: '90-B3-D5-1F-40-00-00-10' }).click();
    await page.getByRole('heading', { level: 1, name: '90-B3-D5-1F-40-00-00-10' }).waitFor();
    await page.getByRole('button', { name: 'Previous' }).click();
    await page.getByRole('heading', { level: 1, name: '90-B3-D5-1F-40-00-00-0F' }).waitFor();
    expect(await page.title()).toBe('90-B3-D5-1F-40-00-00-0F – s1sp inspector');
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: '90-B3-D5-1F-40-00-00-10' }).waitFor();
    expect(unwanted).toEqual([]);
    await page.close();
  });

  test("draws a meter's day, and has its figures as a table", async () => {
    const { page, unwanted } = await gateway.visit(`#/meter/${METER}`);
    const log = await gateway.get<Log>(`meters/${METER}/log/import?period=2026-11-22`);
    await page.locator('[data-chart="day"] canvas').waitFor();
    expect((await page.evaluate(inkOfCharts)).day).toBeGreaterThan(10);
    await page.locator('summary').click();
    const rows = page.locator('figure tbody tr:not(.u-series)');
    expect(await rows.count()).toBe(49);
    const half = log.entries[1]?.values[0] ?? 0;
    await expectText(rows.nth(1), `2026-11-22 00:30${half.toLocaleString('en-GB')}`);
    await page.focus('[data-chart="day"]');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    const said = page.locator('[data-chart="day"] + [aria-live]');
    await expectText(said, /^UTC 00:30: primaryValue [\d,]+ Wh$/);
    await page.getByLabel('Log').selectOption('daily');
    await page.getByText('31 daily reads.').waitFor();
    expect(unwanted).toEqual([]);
    await page.close();
  });

  test('shows the memory: hovered bytes are decoded, and so are focused ones', async () => {
    const { page, unwanted } = await gateway.visit(`#/meter/${METER}/memory`);
    const log = await gateway.get<Log>(`meters/${METER}/log/import?period=2026-11-22`);
    const decoded = page.locator('.decoded');
    await page.getByLabel('Go to').fill('import[2026-11-22T00:30:00Z]');
    await page.keyboard.press('Enter');
    await expectText(decoded, `Value${log.entries[1]?.values[0]} Wh`);
    await expectText(decoded, 'Stands for2026-11-22 00:30 UTC');
    const focused = page.locator('td[data-address]:focus');
    const address = Number(await focused.getAttribute('data-address'));
    await page.hover(`td[data-address="${address + 9}"]`);
    await expectText(decoded, `Value${log.entries[3]?.values[0]} Wh`);
    await expectText(decoded, 'byte 2 of 4');
    expect(await page.locator('td.lit').count()).toBe(4);
    for (let press = 0; press < 4; press++) await page.keyboard.press('ArrowLeft');
    await expectText(decoded, `Value${log.entries[0]?.values[0]} Wh`);
    expect(await focused.getAttribute('aria-label')).toContain('2026-11-22T00:00:00Z');
    await page.keyboard.press('PageDown');
    await page.keyboard.press('ArrowDown');
    expect(Number(await focused.getAttribute('data-address'))).toBe(address - 4 + 512 + 16);
    await page.getByLabel('Region').selectOption('header');
    await expectText(decoded, 'Fieldheader.block');
    expect(await page.locator('.ring-box').isVisible()).toBe(false);
    expect(unwanted).toEqual([]);
    await page.close();
  });

  test('a meter goes by its number and the beginning of its identifier too', async () => {
    const { page, unwanted } = await gateway.visit('#/meters/%237/request');
    await page.getByRole('heading', { level: 1, name: METER }).waitFor();
    expect(new URL(page.url()).hash).toBe(`#/meter/${METER}/request`);
    await page.goto(`${gateway.http}/#/meter/90-b3-d5-1f-60-00-00-00`);
    await page.getByRole('heading', { level: 1, name: '90-B3-D5-1F-60-00-00-00' }).waitFor();
    expect(unwanted).toEqual([]);
    await page.close();
  });

  test('a gas meter counts litres and has no logs that gas has not', async () => {
    const { page, unwanted } = await gateway.visit('#/meter/90-B3-D5-1F-60-00-00-00');
    await page.getByText(/in the day primaryValue [\d,]+ l\./).waitFor();
    expect(await page.getByLabel('Log').locator('option').count()).toBe(2);
    await page.getByRole('link', { name: 'Memory' }).click();
    await expectText(page.locator('.decoded'), /Value[\d,]+ l/);
    expect(unwanted).toEqual([]);
    await page.close();
  });

  test('a meter that is none is a sentence, and nothing else but the way back', async () => {
    const { page } = await gateway.visit('#/meter/91');
    await page.getByText('no meter begins with "91"').waitFor();
    expect(await page.getByRole('link', { name: 'Make a fault' }).isVisible()).toBe(false);
    expect(await page.locator('figure').isVisible()).toBe(false);
    await page.getByRole('link', { name: 'All meters' }).click();
    await page.getByRole('heading', { level: 1, name: 'Fleet' }).waitFor();
    await page.close();
  });
});
