import { expect, test } from 'vitest';
import { encodeCommand, infoNumber, readReply } from '../../bench/redis/protocol.ts';
import { keyOf, requestsPerSecond } from '../../bench/redis/redis-benchmark.ts';

const HEADING =
  '"test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms",' +
  '"p99_latency_ms","max_latency_ms"\n';
const ROW = '"GET key:__rand_int__","1082251.12","0.881","0.208","0.863","1.071","1.207","2.183"\n';

test.each([
  ['with its heading', HEADING + ROW],
  ['without one', ROW],
  ['behind another test', `${HEADING}"SET key","5.00","1"\n${ROW}`],
])('the rate of a test is read from the CSV of redis-benchmark %s', (_, csv) => {
  expect(requestsPerSecond(csv, 'GET key:__rand_int__')).toBe(1_082_251.12);
});

test.each([
  ['nothing', ''],
  ['a heading alone', HEADING],
  ['another test', '"SET key","5.00"\n'],
  ['a rate of nothing', '"GET key:__rand_int__","0.00"\n'],
  ['no number', '"GET key:__rand_int__","nan"\n'],
])('a CSV with %s is refused', (_, csv) => {
  expect(() => requestsPerSecond(csv, 'GET key:__rand_int__')).toThrow('gave no rate');
});

test('a key is spelled as redis-benchmark asks for it', () => {
  expect(keyOf(10_239)).toBe('key:000000010239');
});

test('a command is an array of bulk strings, counted in bytes', () => {
  const bytes = encodeCommand(['SET', 'ü', Buffer.of(0, 13, 10)]);
  expect(bytes.toString('latin1')).toBe(
    '*3\r\n$3\r\nSET\r\n$2\r\n\u00c3\u00bc\r\n$3\r\n\0\r\n\r\n',
  );
});

test.each([
  ['+OK\r\n', 'OK', 5],
  [':1234\r\n', 1234, 7],
  ['$-1\r\n', null, 5],
  ['$0\r\n\r\n', Buffer.alloc(0), 6],
  ['$4\r\na\r\nb\r\n', Buffer.from('a\r\nb'), 10],
])('the reply %j is read whole, and not from a part of it', (text, reply, end) => {
  const bytes = Buffer.from(`${text}+next\r\n`);
  expect(readReply(bytes, 0)).toEqual({ reply, end });
  for (let size = 0; size < end; size++) {
    expect(readReply(bytes.subarray(0, size), 0)).toBeUndefined();
  }
});

test('a refusal, and a reply of a kind that no command has, end the bench', () => {
  expect(() => readReply(Buffer.from('-ERR no\r\n'), 0)).toThrow('ERR no');
  expect(() => readReply(Buffer.from('*1\r\n'), 0)).toThrow('no command');
});

test('a number of INFO is found by its whole name', () => {
  const info = '# Memory\r\nused_memory_rss:9\r\nused_memory:123\r\nused_memory_human:1K\r\n';
  expect(infoNumber(info, 'used_memory')).toBe(123);
  expect(() => infoNumber(info, 'memory')).toThrow('nothing of memory');
});
