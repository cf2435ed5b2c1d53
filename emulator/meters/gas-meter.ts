// A GSME or GPF as the WAN meets it. Its clocks and counters are the memory core's, its quirks the
// model's; here is what it does with a command.

import type { MeterRead, MeterReply } from '../../gateway/s1sp/meter-network.ts';
import type { MeterBank } from '../meter-bank.ts';
import type { Model } from './models.ts';

const HOUR_SECONDS = 3600;

/**
 * The reply of gas meter `meter` of a bank. A model that gives its half hours only a day at a time
 * does not answer when it is asked for more [AM 18.22(f)]; daily reads it gives as any other.
 */
export function readGasMeter(
  bank: MeterBank,
  model: Model,
  meter: number,
  { srv, startSeconds, endSeconds }: Omit<MeterRead, 'device'>,
  nowSeconds: number,
): MeterReply {
  if (srv === '4.6.1') {
    const reads = bank.readGasDailyReadLog(meter, startSeconds, endSeconds, nowSeconds);
    return { ok: true, gasDailyReadLog: reads };
  }
  const hoursMax = model.gas?.readHoursMax ?? Number.POSITIVE_INFINITY;
  if (endSeconds - startSeconds > hoursMax * HOUR_SECONDS) return { ok: false, code: 'E21' };
  const profile = bank.readProfile(meter, srv, startSeconds, endSeconds, nowSeconds);
  return { ok: true, profile };
}
