// The inspector's page in chromium, worked by its user: the clock, requests, faults, the journal
// and the monitor.

import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CHROMIUM,
  expectText,
  HOSTILE,
  launch,
  openVisited,
  send,
  type VisitedGateway,
} from './page-visit.ts';

const METER = '90-B3-D5-1F-40-00-00-07';
const OTHER = '90-B3-D5-1F-40-00-00-08';

describe.skipIf(!existsSync(CHROMIUM))('the page in chromium, worked', () => {
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

  test('pauses and steps the clock, and the newest entry moves on in the ring', async () => {
    const { page, unwanted } = await gateway.visit(`#/meter/${OTHER}/memory`);
    const ring = page.locator('svg.ring');
    await page.getByRole('button', { name: 'Pause' }).click();
    await expectText(page.locator('.clock-face .badge').last(), 'paused');
    await page.getByRole('button', { name: '+½ h' }).click();
    await expectText(page.locator('.now'), /2026-11-23 \d\d:[03]0:00 UTC/);
    const now = ((await page.locator('.now').textContent()) ?? '').slice(0, 16);
    const newest = page.locator('.jump.newest');
    await expectText(newest, `Newest ${now}`);
    const placeIn = async () => {
      const words = (await ring.getAttribute('aria-label')) ?? '';
      return Number(/newest at place (\d+)/.exec(words)?.[1]);
    };
    const before = await placeIn();
    await newest.click();
    const cell = page.locator('td.newest').first();
    const address = Number(await cell.getAttribute('data-address'));
    await page.getByRole('button', { name: '+½ h' }).click();
    await page.locator(`td.newest[data-address="${address + 4}"]`).waitFor();
    expect(await placeIn()).toBe(before + 1);
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByLabel('Lead to').fill('2026-11-22');
    await page.keyboard.press('Enter');
    await expectText(page.locator('.told'), /the clock does not run backwards/);
    await page.getByRole('button', { name: 'Resume' }).click();
    await expectText(page.locator('.clock-face .badge').last(), 'running');
    expect(unwanted).toEqual([]);
    await page.close();
  });

  test('sends an SR: from the device, then from the cache, each with its why', async () => {
    const id = '90-B3-D5-1F-40-00-00-09';
    const { page, unwanted } = await gateway.visit(`#/meter/${id}/request`);
    await send(page, 1);
    const first = page.locator('.answer').first();
    expect(await first.getAttribute('data-served')).toBe('device');
    await expectText(first, 'R5: nothing of the period was cached, so the meter was read');
    await send(page, 2);
    expect(await first.getAttribute('data-served')).toBe('cache');
    await expectText(first, 'AM 18.22(h)');
    await expectText(first, 'R6: an earlier retrieval for this ESME is cached');
    await expectText(first, 'Reads of the meter0');
    await first.locator('canvas').waitFor();
    await page.getByRole('link', { name: 'Cache', exact: true }).click();
    const card = page.locator('[data-srv="4.8.1"]');
    await expectText(card.locator('.note'), /49 entries, the oldest 00:0/);
    expect(await card.locator('progress').count()).toBe(49);
    expect(unwanted).toEqual([]);
    await page.close();
  });

  test('says what is wrong with a request, and shows a refusal', async () => {
    const { page, unwanted } = await gateway.visit(`#/meter/${METER}/request`);
    const text = page.locator('textarea');
    await page.waitForFunction(() => document.querySelector('textarea')?.value.includes(':'));
    const message = await text.inputValue();
    await text.fill('{');
    await page.getByRole('button', { name: 'Send' }).click();
    await expectText(page.locator('.request .bad'), /^This is not JSON/);
    await text.fill(message.replace('"explain"', '"explian"'));
    await page.getByRole('button', { name: 'Send' }).click();
    const answer = page.locator('.answer').first();
    await expectText(answer, 'INVALID_REQUEST');
    await expectText(answer, '/explian');
    await page.getByLabel('Token, if the Party has one').fill('nobody has this');
    await text.fill(message);
    await page.getByRole('button', { name: 'Send' }).click();
    await expectText(page.locator('.request .bad'), 'is the token right?');
    expect(unwanted.filter((each) => !each.includes('WebSocket'))).toEqual([]);
    await page.close();
  });

  test('records the messages of a meter when told to', async () => {
    const id = '90-B3-D5-1F-40-00-00-0A';
    const { page, unwanted } = await gateway.visit(`#/meter/${id}/journal`);
    await page.getByText('Nothing is recorded yet.').waitFor();
    await page.getByLabel('Record the messages').check();
    await page.getByText('Recording. Nothing has happened since').waitFor();
    const { page: asking } = await gateway.visit(`#/meter/${id}/request`);
    await send(asking, 1);
    await asking.close();
    const rows = page.locator('.journal tbody tr');
    await expectText(rows.last(), /decision4\.8\.1.*miss, reads all of it\[AM 18\.22\(h\)\] R5/);
    await expectText(rows.first(), /store4\.8\.1/);
    await page.getByLabel('Record the messages').uncheck();
    expect(unwanted).toEqual([]);
    await page.close();
  });

  test('adds a fault, whose gaps the day shows, and takes it away', async () => {
    const { page, unwanted } = await gateway.visit('#/faults');
    await page.getByText('No fault holds').waitFor();
    await page.locator('textarea').fill('{"what":"silence"}');
    await page.getByRole('button', { name: 'Add' }).click();
    await expectText(page.locator('form .bad'), /silent/);
    const fault = { name: HOSTILE, who: METER, when: '06:00Z..07:00Z', what: 'gap' };
    await page.locator('textarea').fill(JSON.stringify(fault));
    await page.getByRole('button', { name: 'Add' }).click();
    await expectText(page.locator('tbody tr'), HOSTILE);
    await page.goto(`${gateway.http}/#/meter/${METER}`);
    await page.getByText('2 gaps, shaded: 06:30, 07:00.').waitFor();
    await page.getByText('Faults have changed 2 entries').waitFor();
    await page.getByLabel('As', { exact: true }).selectOption('held');
    await page.getByText('Faults change 2 entries for whoever reads.').waitFor();
    await page.goto(`${gateway.http}/#/faults`);
    await page.getByRole('button', { name: 'Remove fault' }).click();
    await page.getByText('No fault holds').waitFor();
    await page.getByLabel('Ready-made').selectOption('bad-morning');
    await page.getByRole('button', { name: 'Add' }).click();
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 4);
    await page.getByRole('button', { name: 'Remove all' }).click();
    await page.getByText('No fault holds').waitFor();
    expect(await gateway.get('faults')).toEqual({ faults: [] });
    expect(unwanted.filter((each) => !/400/.test(each))).toEqual([]);
    await page.close();
  });

  test('makes a fault for the meter that one comes from, out of choices', async () => {
    const { page, unwanted } = await gateway.visit(`#/meter/${METER}`);
    await page.getByRole('link', { name: 'Make a fault' }).click();
    await page.getByLabel('What goes wrong').selectOption('slow');
    await page.getByLabel('How often').fill('25');
    const written = JSON.parse(await page.locator('textarea').inputValue());
    expect(written).toEqual({ who: METER, what: 'slow', p: 0.25 });
    await page.getByLabel('Meter, cohort or share').fill('0.05');
    await page.getByLabel('When').fill('06:00Z..09:00Z');
    const shared = JSON.parse(await page.locator('textarea').inputValue());
    expect(shared).toEqual({ who: 0.05, what: 'slow', when: '06:00Z..09:00Z', p: 0.25 });
    await page.getByLabel('Meter, cohort or share').fill(METER);
    await page.getByRole('button', { name: 'Add' }).click();
    await page.locator('tbody tr').getByRole('link', { name: METER }).waitFor();
    await page.getByRole('button', { name: 'Remove fault' }).click();
    await page.getByText('No fault holds').waitFor();
    expect(unwanted).toEqual([]);
    await page.close();
  });

  test('has the monitor, with its history', async () => {
    const { page, unwanted } = await gateway.visit('#/monitor');
    await page.getByLabel('Command').fill('meters 90-B3-D5-1F-50');
    await page.keyboard.press('Enter');
    await page.locator('pre.said', { hasText: '90-B3-D5-1F-50-00-00-01' }).waitFor();
    await page.keyboard.press('ArrowUp');
    expect(await page.getByLabel('Command').inputValue()).toBe('meters 90-B3-D5-1F-50');
    await page.getByLabel('Command').fill('nonsense');
    await page.keyboard.press('Enter');
    await page.locator('pre.bad', { hasText: 'there is no command "nonsense"' }).waitFor();
    expect(unwanted).toEqual([]);
    await page.close();
  });
});
