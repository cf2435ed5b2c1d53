import { expect, test } from 'vitest';
import { GATEWAY_ADDRESS } from '../../cli/gateway-address.ts';
import {
  CLOCK,
  DURATION_MS,
  FILE_PATH,
  INSTANT_MS,
  NOT_EMPTY,
  oneOf,
  SHARE,
  WAN,
  wholeNumber,
} from '../../cli/values.ts';

test.each([
  ['0', undefined],
  ['1', 1],
  ['10', 10],
  ['11', undefined],
  ['-1', undefined],
  ['1.5', undefined],
  ['1e1', undefined],
  ['0x1', undefined],
  [' 1', undefined],
  ['', undefined],
])('of whole numbers from 1 to 10, %j reads as %j', (text, expected) => {
  expect(wholeNumber(1, 10).read(text, '/')).toBe(expected);
});

test.each([
  ['all', 1],
  ['none', 0],
  ['0', 0],
  ['0.25', 0.25],
  ['1', 1],
  ['1.01', undefined],
  ['-0.1', undefined],
  ['half', undefined],
])('the share %j reads as %j', (text, expected) => {
  expect(SHARE.read(text, '/')).toBe(expected);
});

test.each([
  ['2009-12-31T23:59:59.999Z', undefined],
  ['2010-01-01T00:00:00Z', 1_262_304_000_000],
  ['2026-11-23T09:00:00.250Z', 1_795_424_400_250],
  ['2026-11-23T10:00:00+01:00', 1_795_424_400_000],
  ['2100-01-01T00:00:00Z', 4_102_444_800_000],
  ['2100-01-01T00:00:01Z', undefined],
  ['2026-11-23', undefined],
  ['2026-11-23T09:00:00', undefined],
  ['yesterday', undefined],
])('the time %j reads as %j', (text, expected) => {
  expect(INSTANT_MS.read(text, '/')).toBe(expected);
});

test.each([
  ['real', { kind: 'real' }],
  ['manual', { kind: 'manual' }],
  ['x60', { kind: 'scaled', speed: 60 }],
  ['x0.5', { kind: 'scaled', speed: 0.5 }],
  ['x1000000', { kind: 'scaled', speed: 1_000_000 }],
  ['x1000001', undefined],
  ['x0', undefined],
  ['60', undefined],
  ['Real', undefined],
])('the clock %j reads as %j', (text, expected) => {
  expect(CLOCK.read(text, '/')).toEqual(expected);
});

test.each([
  ['none', 'none'],
  ['sms', 'sms'],
  ['my/wan.json', '/here/my/wan.json'],
  ['/wan.json', '/wan.json'],
  ['fast', undefined],
  ['', undefined],
])('the WAN %j reads as %j', (text, expected) => {
  expect(WAN.read(text, '/here')).toBe(expected);
});

test.each([
  ['1ms', 1],
  ['0.5s', 500],
  ['60s', 60_000],
  ['2m', 120_000],
  ['24h', 86_400_000],
  ['25h', undefined],
  ['0s', undefined],
  ['60', undefined],
  ['-1s', undefined],
  ['s', undefined],
])('the duration %j reads as %j', (text, expected) => {
  expect(DURATION_MS.read(text, '/')).toBe(expected);
});

test.each([
  ['ws://h:1', { ws: 'ws://h:1/sr', http: 'http://h:1' }],
  ['ws://h:1/sr', { ws: 'ws://h:1/sr', http: 'http://h:1' }],
  ['http://h:1', { ws: 'ws://h:1/sr', http: 'http://h:1' }],
  ['http://h:1/api/v1', { ws: 'ws://h:1/sr', http: 'http://h:1' }],
  ['wss://h/s1sp/sr', { ws: 'wss://h/s1sp/sr', http: 'https://h' }],
  ['ws://[::1]:1/sr?token=t', { ws: 'ws://[::1]:1/sr?token=t', http: 'http://[::1]:1' }],
  ['127.0.0.1:7681', undefined],
  ['ftp://h:1', undefined],
  ['ws://', undefined],
  ['h', undefined],
])('the address %j reads as %j', (text, expected) => {
  expect(GATEWAY_ADDRESS.read(text, '/')).toEqual(expected);
});

test('names are read as written, texts when not blank, paths from a directory', () => {
  expect(oneOf(['a', 'b']).read('a', '/')).toBe('a');
  expect(oneOf(['a', 'b']).read('A', '/')).toBeUndefined();
  expect(NOT_EMPTY.read(' ', '/')).toBeUndefined();
  expect(FILE_PATH.read('../a', '/b/c')).toBe('/b/a');
  expect(FILE_PATH.read('', '/b/c')).toBeUndefined();
});
