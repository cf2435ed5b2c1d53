// Gives a share of the meters their Daily schedule for 4.8.1 before a day of settlement, and takes
// it from the others: by 5.3 and 5.1, as the Party that retrieves, like any User would.

import { DCC_ID } from '../gateway/protocol/service-reference.ts';
import type { RequestKind } from '../load/choice.ts';
import type { Devices } from '../load/devices.ts';
import { loadTime } from '../load/real-time.ts';
import { isRefusal } from './answers.ts';
import { exchange } from './exchange.ts';
import { CommandError } from './exit-codes.ts';
import type { LoadSettings } from './load-settings.ts';

/** Requests of a frame. */
const BATCH = 512;
/** Any day on which all meters have been commissioned. */
const START_DATE = '2020-01-01';

const DAILY = {
  scheduleFrequency: 'Daily',
  scheduleStartDate: START_DATE,
  dspScheduledServiceReferenceVariant: '4.8.1',
  startDateOffset: -1,
  startTime: '00:00:00Z',
  endDateOffset: 0,
  endTime: '00:00:00Z',
};

/** The first `share` of the devices have the schedule afterwards, the others have none of it. */
export async function giveSchedules(
  settings: LoadSettings,
  kinds: readonly RequestKind[],
  token: string | undefined,
  devices: Devices,
  share: number,
): Promise<void> {
  const owner = kinds.at(-1)?.partyId ?? '';
  const scheduled = Math.round(devices.count * share);
  let counter = Math.floor(loadTime.wallMs());
  const ask = async (srv: '5.1' | '5.3', from: number, to: number): Promise<void> => {
    const messages = Array.from({ length: to - from }, (_, place) => {
      const deviceId = devices.id(from + place);
      const requestId = `${owner}:${DCC_ID}:${counter++}`;
      return srv === '5.1'
        ? { requestId, serviceReferenceVariant: srv, createSchedule: { ...DAILY, deviceId } }
        : { requestId, serviceReferenceVariant: srv, deleteSchedule: { deviceId } };
    });
    const outgoing = { text: JSON.stringify(messages), batch: true, messages };
    const answers = await exchange(outgoing, { ...settings, format: 'json', token });
    const refused = answers.inOrder().find((answer) => srv === '5.1' && isRefusal(answer));
    if (refused !== undefined) {
      const why = JSON.stringify(refused);
      throw new CommandError('failed', `--scenario-schedules: a schedule was refused: ${why}`);
    }
  };
  for (let from = 0; from < devices.count; from += BATCH) {
    await ask('5.3', from, Math.min(from + BATCH, devices.count));
  }
  for (let from = 0; from < scheduled; from += BATCH) {
    await ask('5.1', from, Math.min(from + BATCH, scheduled));
  }
}
