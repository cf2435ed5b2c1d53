import { expect, test } from 'vitest';
import { Tally } from '../../../gateway/protocol/tally.ts';
import { TargetResponseTimes } from '../../../gateway/protocol/target-response-times.ts';
import { type Gauges, openMetrics } from '../../../gateway/server/metrics.ts';

const NO_LEVELS: Gauges = {
  cacheEntries: () => 0,
  cacheBytes: () => 0,
  inFlight: () => 0,
  wsConnections: () => 0,
  wasmMemoryBytes: () => ({}),
  virtualTimeSeconds: () => 0,
  targets: new TargetResponseTimes(),
  buildInfo: () => ({ version: '1.2.3' }),
};

/** The samples of a metric, in the order of the page. */
async function samples(tally: Tally, name: string, levels = NO_LEVELS): Promise<string[]> {
  const text = await openMetrics(tally, levels).write();
  return text.split('\n').filter((line) => line.startsWith(`${name}{`));
}

test('Target Response Times are shown by SRV, role and result', async () => {
  const tally = new Tally();
  tally.targets.add('4.8.1', 'IS', 'met', 3);
  tally.targets.add('4.8.1', 'MDR', 'missed', 1);
  tally.targets.add('4.8.1', 'IS', 'met', 2);
  expect(await samples(tally, 's1sp_target_response_times_total')).toEqual([
    's1sp_target_response_times_total{srv="4.8.1",role="IS",result="met"} 5',
    's1sp_target_response_times_total{srv="4.8.1",role="MDR",result="missed"} 1',
  ]);
});

test('hits of faults are shown by kind, and none where nothing was hit', async () => {
  const name = 's1sp_faults_total';
  expect(await samples(new Tally(), name)).toEqual([]);
  const hits = new Map([
    ['gap', 12],
    ['silent', 3],
  ]);
  expect(await samples(new Tally(), name, { ...NO_LEVELS, faultHits: () => hits })).toEqual([
    's1sp_faults_total{fault="gap"} 12',
    's1sp_faults_total{fault="silent"} 3',
  ]);
});

test('SMS wake-ups and their cost are shown by cohort, without rounding', async () => {
  const tally = new Tally();
  for (let sms = 0; sms < 1001; sms++) tally.wakeUp('S1SP-B', 25_000);
  tally.wakeUp('a "cohort"', 1);
  expect(await samples(tally, 's1sp_wan_wake_ups_total')).toEqual([
    's1sp_wan_wake_ups_total{cohort="S1SP-B"} 1001',
    's1sp_wan_wake_ups_total{cohort="a \\"cohort\\""} 1',
  ]);
  expect(await samples(tally, 's1sp_wan_wake_up_cost_pounds_total')).toEqual([
    's1sp_wan_wake_up_cost_pounds_total{cohort="S1SP-B"} 25.025',
    's1sp_wan_wake_up_cost_pounds_total{cohort="a \\"cohort\\""} 0.000001',
  ]);
});

test('the messages that needed the DCO are shown as 0, and the help text says why', async () => {
  const tally = new Tally();
  expect(await samples(tally, 's1sp_dco_messages_total')).toEqual([
    's1sp_dco_messages_total{srv="3.2"} 0',
    's1sp_dco_messages_total{srv="4.6.1"} 0',
    's1sp_dco_messages_total{srv="4.8.1"} 0',
    's1sp_dco_messages_total{srv="4.8.2"} 0',
    's1sp_dco_messages_total{srv="4.8.3"} 0',
  ]);
  const text = await openMetrics(tally, NO_LEVELS).write();
  expect(text).toMatch(/# HELP s1sp_dco_messages_total .* critical commands only/);
  tally.dcoMessage('3.2');
  expect(await samples(tally, 's1sp_dco_messages_total')).toContain(
    's1sp_dco_messages_total{srv="3.2"} 1',
  );
});

test('Target Response Times on demand are told by SRV and role', async () => {
  const told = await samples(new Tally(), 's1sp_target_response_seconds');
  expect(told).toHaveLength(39);
  expect(told).toContain('s1sp_target_response_seconds{srv="4.8.1",role="IS"} 16');
  expect(told).toContain('s1sp_target_response_seconds{srv="4.8.1",role="MDR"} 86400');
  expect(told).toContain('s1sp_target_response_seconds{srv="5.1",role="MDR"} 16');
});
