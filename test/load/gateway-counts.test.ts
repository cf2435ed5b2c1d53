import { expect, test } from 'vitest';
import { gatewayCounts, readMetrics, targetCounts } from '../../load/gateway-counts.ts';

test('counters are summed over their labels, and their gain is what the run caused', () => {
  const page = (a: number, b: number) =>
    readMetrics(
      '# TYPE s1sp_device_reads_total counter\n' +
        `s1sp_device_reads_total{srv="4.8.1",outcome="ok"} ${a}\n` +
        `s1sp_device_reads_total{srv="4.6.1",outcome="E21"} ${b}\ns1sp_coalesced_total ${a}\n`,
    );
  expect(gatewayCounts(page(1, 2), page(11, 7))).toEqual({
    deviceReads: 15,
    deviceReadsSaved: 0,
    coalesced: 10,
    wanBytes: 0,
  });
});

test('targets are told by SRV and role, those of the run alone', () => {
  const NAME = 's1sp_target_response_times_total';
  const page = (met: number, missed: number, others: number) =>
    readMetrics(
      's1sp_target_response_seconds{srv="4.8.1",role="IS"} 7\n' +
        's1sp_target_response_seconds{srv="4.6.1",role="MDR"} 86400\n' +
        `${NAME}{srv="4.8.1",role="IS",result="met"} ${met}\n` +
        `${NAME}{srv="4.8.1",role="IS",result="missed"} ${missed}\n` +
        `${NAME}{srv="4.6.1",role="MDR",result="met"} ${others}\n` +
        `${NAME}{srv="5.1",role="MDR",result="met"} ${met}\n`,
    );
  expect(targetCounts(page(5, 0, 9), page(12, 3, 9))).toEqual([
    { srv: '4.8.1', role: 'IS', targetSeconds: 7, met: 7, missed: 3 },
  ]);
  expect(targetCounts(new Map(), page(1, 0, 0))).toEqual([
    { srv: '4.8.1', role: 'IS', targetSeconds: 7, met: 1, missed: 0 },
  ]);
});
