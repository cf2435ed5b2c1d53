import { describe, expect, test } from 'vitest';
import { replyBytes, WanTally } from '../../emulator/wan-tally.ts';
import { NO_ENTRY } from '../../gateway/protocol/log-entries.ts';
import { DEVICE_SRVS, SERVICE_REFERENCES } from '../../gateway/protocol/service-reference.ts';
import type { MeterReply } from '../../gateway/s1sp/meter-network.ts';

describe('bytes of a reply', () => {
  test.each<[string, number, MeterReply]>([
    ['a log without entries is the frame alone', 64, { ok: true, profile: null }],
    [
      'half hours are a stamp and a value each; absent ones are nothing',
      64 + 2 * 8,
      {
        ok: true,
        profile: { firstHalfHour: 1, count: 3, columns: [Uint32Array.of(5, NO_ENTRY, 0)] },
      },
    ],
    [
      'both columns count',
      64 + 2 * 12,
      {
        ok: true,
        profile: {
          firstHalfHour: 1,
          count: 2,
          columns: [Uint32Array.of(5, 6), Uint32Array.of(7, 8)],
        },
      },
    ],
    [
      'daily reads are a stamp and their registers',
      64 + (4 + 4 * 3) + (4 + 4 * 4),
      {
        ok: true,
        dailyReadLog: [
          {
            timestamp: 0,
            elecActiveImportRegisterConsumption: 9,
            tariffTOURegisterMatrixValue: [4, 5],
          },
          {
            timestamp: 86_400,
            elecActiveImportRegisterConsumption: 9,
            tariffTOURegisterMatrixValue: [9],
            secondaryActiveImportRegisterConsumption: 3,
            secondaryTariffTOURegisterMatrixValue: [3],
          },
        ],
      },
    ],
    ['a failure is nothing', 0, { ok: false, code: 'E20' }],
  ])('%s', (_, bytes, reply) => {
    expect(replyBytes(reply)).toBe(bytes);
  });
});

test('whoever wants to know is told of bytes as they go', () => {
  const told: [string, number][] = [];
  const tally = new WanTally({ onBytes: (direction, bytes) => told.push([direction, bytes]) });
  tally.countRequest();
  tally.countSent({ ok: true, profile: null });
  expect(told).toEqual([
    ['out', 96],
    ['in', 64],
  ]);
  expect([tally.bytesToMeters, tally.bytesFromMeters]).toEqual([96, 64]);
});

test('no command of an SRV served here is told to the DCO, because none is critical', () => {
  const told: string[] = [];
  const tally = new WanTally({ onDcoMessage: (srv) => told.push(srv) });
  for (const srv of DEVICE_SRVS) tally.countCommand(srv);
  expect(Object.values(SERVICE_REFERENCES).map(({ critical }) => critical)).not.toContain(true);
  expect(told).toEqual([]);
});
