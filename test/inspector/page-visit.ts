// A visit to the inspector's page in Debian's chromium, at a gateway of its own in this process.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  type Browser,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core';
import { type Assembled, assemble } from '../../cli/assemble.ts';
import { SERVE_SETTINGS } from '../../cli/settings.ts';
import { resolveSettings } from '../../cli/sources.ts';

export const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

/** A name that would be markup anywhere but in text. */
export const HOSTILE = `<img src=x onerror="alert(1)">'"`;

const FLEET = {
  cohorts: [
    { name: 'homes', count: 20, firstDeviceId: '90-B3-D5-1F-40-00-00-00' },
    {
      ...{ name: HOSTILE, count: 2, firstDeviceId: '90-B3-D5-1F-50-00-00-00' },
      model: 'twin-element',
    },
    {
      ...{ name: 'gas', deviceType: 'GSME', count: 2, model: 'gas' },
      firstDeviceId: '90-B3-D5-1F-60-00-00-00',
    },
  ],
};

export interface Visited {
  readonly page: Page;
  /** Console errors, exceptions, dialogs, refusals and requests elsewhere: none belongs here. */
  readonly unwanted: string[];
  /** Paths asked for, in order. */
  readonly asked: string[];
}

export interface VisitedGateway {
  readonly http: string;
  readonly ws: string;
  /** Of its own, to write files in. */
  readonly directory: string;
  /** Opens the page at an address behind the hash. */
  visit(hash?: string, options?: BrowserContextOptions): Promise<Visited>;
  get<T>(path: string): Promise<T>;
  close(): Promise<void>;
}

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
}

/** A gateway with 24 meters, at nine in the morning; its clock runs until it is told otherwise. */
export async function openVisited(
  browser: Browser,
  settings: Readonly<Record<string, string>> = {},
): Promise<VisitedGateway> {
  const directory = mkdtempSync(join(tmpdir(), 's1sp-page-'));
  const fleet = join(directory, 'fleet.json');
  writeFileSync(fleet, JSON.stringify(FLEET));
  const flags = {
    ...{ port: '0', wan: 'none', fleet, now: '2026-11-23T09:00:00Z', logLevel: 'silent' },
    ...settings,
  };
  const given = { flags, environment: {}, directory: resolve(import.meta.dirname, '../..') };
  const gateway: Assembled = await assemble(resolveSettings(SERVE_SETTINGS, given).values);
  const ready: { http?: string; ws?: string } = gateway.ready;
  const { http = '', ws = '' } = ready;
  return {
    http,
    ws,
    directory,
    async visit(hash = '', options = {}) {
      const page = await browser.newPage({ viewport: DESKTOP, ...options });
      const unwanted: string[] = [];
      const asked: string[] = [];
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) unwanted.push(message.text());
      });
      page.on('pageerror', (error) => unwanted.push(error.message));
      page.on('dialog', (dialog) => unwanted.push(dialog.message()));
      page.on('request', (request) => {
        const { origin, pathname } = new URL(request.url());
        asked.push(pathname);
        if (origin !== http) unwanted.push(request.url());
      });
      page.on('response', (response) => {
        if (response.status() >= 400) unwanted.push(`${response.status()} ${response.url()}`);
      });
      await page.goto(`${http}/${hash}`);
      await page.waitForSelector('#views a');
      return { page, unwanted, asked };
    },
    get: async (path) => await (await fetch(`${http}/api/v1/${path}`)).json(),
    async close() {
      await gateway.drain();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Sends the request of the form, and waits for as many answers. */
export async function send(page: Page, answers: number): Promise<void> {
  await page.waitForFunction(() => document.querySelector('textarea')?.value.includes(':'));
  await page.getByRole('button', { name: 'Send' }).click();
  await page.waitForFunction((count) => {
    return document.querySelectorAll('.answer').length === count;
  }, answers);
}

/** Waits until an element has a text. */
export async function expectText(locator: Locator, text: string | RegExp): Promise<void> {
  await locator.filter({ hasText: text }).first().waitFor();
}
