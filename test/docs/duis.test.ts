// docs/duis.md against the constants and the grammar that it tells of.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { SERVICE_REFERENCES } from '../../gateway/protocol/service-reference.ts';
import { DUIS_SERVICES } from '../../gateway/server/duis-pages.ts';
import {
  POST_OUTBOX_BYTES_MAX,
  POST_OUTBOX_MAX,
  POST_TIMEOUT_MS,
  POSTS_AT_ONCE,
  RETRY_DELAYS_MS,
} from '../../gateway/server/response-post.ts';
import { XML_DEPTH_MAX } from '../../gateway/wire/duis/document.ts';
import { BODIES } from '../../gateway/wire/duis/grammar.ts';
import { LOG_ENTRIES_MAX } from '../../gateway/wire/duis/log-entry-bytes.ts';
import { codesIn, tablesOf } from './markdown.ts';

const TEXT = readFileSync(resolve(import.meta.dirname, '../../docs/duis.md'), 'utf8');

function rowsOf(...columns: string[]): (readonly string[])[] {
  const table = tablesOf(TEXT).find((found) =>
    columns.every((name, at) => found.columns[at] === name),
  );
  if (table === undefined) throw new Error(`no table of ${columns.join(', ')}`);
  return [...table.rows];
}

test('every SRV is told of with the element of its Body', () => {
  const told = rowsOf('SRV', 'element of the Body').map(([srv, name]) => [
    srv,
    codesIn(name ?? '')[0],
  ]);
  expect(told).toEqual(Object.entries(BODIES).map(([srv, { name }]) => [srv, name]));
});

test('every service is told of with what it takes', () => {
  const srvs = (variant: number) =>
    Object.entries(SERVICE_REFERENCES).filter(
      ([, { commandVariant }]) => commandVariant === variant,
    );
  const takes = { sendCommand: srvs(1), nonDevice: srvs(8), transform: [] };
  for (const [path, , told] of rowsOf('path', 'DCC service')) {
    const service = DUIS_SERVICES[codesIn(path ?? '')[0] ?? ''];
    if (service === undefined) throw new Error(`${path} is no service`);
    const expected = takes[service].map(([srv]) => srv).join(', ');
    expect(service === 'transform' ? '' : told).toBe(expected);
  }
  expect(rowsOf('path', 'DCC service')).toHaveLength(Object.keys(DUIS_SERVICES).length);
});

test('the entries of each answer are as many as the schema has room for', () => {
  const told = rowsOf('SRV', 'entries of').map(([srv = '', , most]) => [srv, Number(most)]);
  expect(Object.fromEntries(told)).toEqual({ ...LOG_ENTRIES_MAX, '3.2': 0 });
});

test('the limits and waits of delivery have their values', () => {
  const told = rowsOf('limit', 'value').map(([name = '', value]) => [
    codesIn(name)[0],
    Number(value),
  ]);
  expect(Object.fromEntries(told)).toEqual({
    POST_OUTBOX_MAX,
    POST_OUTBOX_BYTES_MAX,
    POSTS_AT_ONCE,
    POST_TIMEOUT_MS,
  });
  expect(RETRY_DELAYS_MS).toEqual([250, 1000, 4000, 16_000]);
  expect(TEXT.replaceAll('\n', ' ')).toContain('after 250 ms, 1 s, 4 s and 16 s');
  expect(TEXT).toContain(`more than ${XML_DEPTH_MAX} deep`);
});
