// The world saved to a file and loaded from it by the page, in chromium, and what the page makes of
// a world that has become another.

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, expectText, launch, openVisited, type VisitedGateway } from './page-visit.ts';

const METER = '90-B3-D5-1F-40-00-00-07';

/** Loading closes every connection, and a look may fall into that moment. */
function isUnexpected(unwanted: string): boolean {
  return !unwanted.includes('net::ERR_CONNECTION');
}

describe.skipIf(!existsSync(CHROMIUM))('the page in chromium, with snapshots', () => {
  let browser: Browser;
  let gateway: VisitedGateway;
  beforeAll(async () => {
    browser = await launch();
    gateway = await openVisited(browser, { clock: 'manual' });
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
  });

  test('saves the world to a file, says where, and goes back to it', async () => {
    const { page, unwanted } = await gateway.visit('#/snapshot');
    const { page: other } = await gateway.visit('#/faults');
    const file = page.getByLabel('File', { exact: true });
    await page.waitForFunction(() => document.querySelector('input')?.value !== '');
    expect(await file.inputValue()).toBe('world-2026-11-23-0900.s1sp');
    const path = join(gateway.directory, 'world.s1sp');
    await file.fill(path);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(`saved ${path}: 2026-11-23T09:00:00.000Z`).waitFor();
    await page.getByText('without cached readings').waitFor();
    await page.getByText(`s1sp serve --snapshot ${path}`).waitFor();
    expect(statSync(path).size).toBeGreaterThan(100);

    await other.getByRole('button', { name: 'Add' }).click();
    await other.locator('tbody tr').first().waitFor();
    await page.getByRole('button', { name: '+½ h' }).click();
    await expectText(page.locator('.now'), '2026-11-23 09:30:00 UTC');
    await page.getByRole('button', { name: 'Load' }).click();
    await page.getByText(`loaded ${path}: 2026-11-23T09:00:00.000Z`).waitFor();
    await expectText(page.locator('.now'), '2026-11-23 09:00:00 UTC');
    // A page that was looking at the other world shows this one.
    await other.getByText('No fault holds').waitFor();
    expect(unwanted.filter(isUnexpected)).toEqual([]);
    await other.close();
    await page.close();
  });

  test('says why a file cannot be written or loaded', async () => {
    const { page, unwanted } = await gateway.visit('#/snapshot');
    const nowhere = join(gateway.directory, 'none', 'world.s1sp');
    await page.getByLabel('File', { exact: true }).fill(nowhere);
    await page.getByRole('button', { name: 'Save' }).click();
    await expectText(page.locator('.outcome .bad'), `${nowhere} cannot be written`);
    await page.getByLabel('File to load').fill(join(gateway.directory, 'fleet.json'));
    await page.getByRole('button', { name: 'Load' }).click();
    await page.getByText('is no snapshot of s1sp').waitFor();
    expect(unwanted).toEqual([]);
    await page.close();
  });

  test('the monitor tells that the world is another, and hears of the new one', async () => {
    const { page, unwanted } = await gateway.visit('#/monitor');
    const say = async (line: string) => {
      await page.getByLabel('Command').fill(line);
      await page.keyboard.press('Enter');
    };
    const path = join(gateway.directory, 'monitor.s1sp');
    await say(`snapshot save ${path}`);
    await page.locator('pre.said', { hasText: 'saved' }).waitFor();
    await say('step 1');
    await expectText(page.locator('.now'), '09:30:00');
    await say(`snapshot load ${path}`);
    await page.getByText('This is another world').waitFor();
    await say(`watch write ${METER}`);
    await page.locator('pre.said', { hasText: 'watch 1' }).waitFor();
    await say(`poke ${METER} import[2026-11-22T00:30:00Z] 7`);
    await page.locator('pre.event', { hasText: 'watch 1' }).waitFor();
    expect(unwanted.filter(isUnexpected)).toEqual([]);
    await page.close();
  });
});
