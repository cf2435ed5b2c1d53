// What the inspector's page takes care of, in chromium: the keyboard, a hidden tab, hostile names,
// a gateway that goes.

import { existsSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MemoryPicture } from '../../inspector/memory-picture.ts';
import {
  CHROMIUM,
  expectText,
  HOSTILE,
  launch,
  openVisited,
  type VisitedGateway,
} from './page-visit.ts';

const METER = '90-B3-D5-1F-40-00-00-07';

describe.skipIf(!existsSync(CHROMIUM))('the page in chromium, with care', () => {
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

  test('is worked by the keyboard alone, and shows where the focus is', async () => {
    const { page, unwanted } = await gateway.visit('#/');
    await page.getByRole('link', { name: METER }).waitFor();
    await page.keyboard.press('Tab');
    expect(await focusOf(page)).toMatchObject({ text: 'Skip to the content', isVisible: true });
    await page.keyboard.press('Enter');
    await tabTo(page, METER);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: METER }).waitFor();
    await tabTo(page, 'Memory');
    await page.keyboard.press('Enter');
    await page.locator('td[tabindex="0"]').waitFor();
    await tabTo(page, /^[0-9a-f]{2}$/);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Home');
    expect(await focusOf(page)).toMatchObject({ isVisible: true });
    await expectText(page.locator('.decoded'), /Fieldimport\[\d+\]/);
    await tabTo(page, /^Oldest/);
    await page.keyboard.press('Enter');
    await page.locator('td.oldest:focus').waitFor();
    await tabTo(page, 'Pause', 'Shift+Tab');
    await page.keyboard.press(' ');
    await tabTo(page, 'Resume', 'Tab');
    await page.keyboard.press(' ');
    await expectText(page.locator('.clock-face .badge').last(), 'running');
    expect(unwanted).toEqual([]);
    await page.close();
  });

  test('asks nothing while it is hidden, and goes on when it is seen again', async () => {
    const { page, asked } = await gateway.visit('#/');
    await page.clock.install();
    await page.locator('.tiles .figure').first().waitFor();
    await page.evaluate(setHidden, true);
    await page.clock.runFor(3000);
    const before = asked.length;
    await page.clock.runFor(60_000);
    expect(asked.length).toBe(before);
    const again = page.waitForRequest(/\/api\/v1\/live$/);
    await page.evaluate(setHidden, false);
    await again;
    await page.close();
  });

  test('keeps hostile names text, and lets no script in and nothing out', async () => {
    const { page, unwanted } = await gateway.visit('#/');
    await expectText(page.locator('main'), HOSTILE);
    expect(await page.locator('img').count()).toBe(0);
    expect(unwanted).toEqual([]);
    expect(await page.evaluate(tryToBreakOut)).toEqual(['connect-src', 'script-src-elem']);
    await page.close();
  });

  test('a picture of a meter is small enough to be asked for often', async () => {
    const picture = await gateway.get<MemoryPicture>(`meters/${METER}/memory-picture`);
    expect(JSON.stringify(picture).length).toBeLessThan(200_000);
  });

  test('leaves alone what somebody stands on or copies, while the figures go on', async () => {
    const { page, unwanted } = await gateway.visit(`#/meter/${METER}`);
    const registers = page.getByRole('region', { name: 'Registers' });
    await registers.focus();
    const stood = await registers.elementHandle();
    const summary = await page.locator('.about .badge').first().elementHandle();
    const time = await page.locator('.now').textContent();
    await page
      .locator('.now')
      .filter({ hasNotText: time ?? '' })
      .waitFor();
    await page.waitForRequest(/\/api\/v1\/live$/);
    expect(await stood?.evaluate((each) => each === document.activeElement)).toBe(true);
    expect(await summary?.evaluate((each) => each.isConnected)).toBe(true);
    expect(unwanted).toEqual([]);
    await page.close();
  });

  test('says that the gateway has gone', async () => {
    const other = await openVisited(browser);
    const { page } = await other.visit('#/');
    await page.locator('.tiles .figure').first().waitFor();
    await other.close();
    await page.getByText('The gateway does not answer.').waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await expectText(page.locator('.told'), 'the gateway does not answer: is it running?');
    await page.close();
  });
});

interface Focus {
  readonly text: string;
  readonly isVisible: boolean;
}

function focusOf(page: Page): Promise<Focus> {
  return page.evaluate(() => {
    const { activeElement } = document;
    if (activeElement === null || activeElement === document.body)
      return { text: '', isVisible: false };
    const { outlineStyle, outlineWidth } = getComputedStyle(activeElement);
    const isVisible = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
    return { text: activeElement.textContent?.trim() ?? '', isVisible };
  });
}

/** Presses Tab until an element of that text has the focus, each on the way having shown it. */
async function tabTo(page: Page, text: string | RegExp, key = 'Tab'): Promise<void> {
  const seen: string[] = [];
  for (let press = 0; press < 80; press++) {
    await page.keyboard.press(key);
    const focus = await focusOf(page);
    seen.push(focus.text.slice(0, 20));
    expect(focus.isVisible || focus.text === '' || press === 0, focus.text).toBe(true);
    if (typeof text === 'string' ? focus.text === text : text.test(focus.text)) return;
  }
  throw new Error(`Tab does not lead to ${text}: ${seen.join(' | ')}`);
}

/** In the browser: as if the tab were hidden. */
function setHidden(isHidden: boolean): void {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => isHidden });
  document.dispatchEvent(new Event('visibilitychange'));
}

/** In the browser: which directives refuse a script and a connection elsewhere. */
async function tryToBreakOut(): Promise<string[]> {
  const refused: string[] = [];
  document.addEventListener('securitypolicyviolation', (event) => {
    refused.push(event.effectiveDirective);
  });
  const script = document.createElement('script');
  script.textContent = 'document.body.remove()';
  document.body.append(script);
  await fetch('http://127.0.0.1:9/').catch(() => undefined);
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  return refused.sort();
}
