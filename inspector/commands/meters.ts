// `meters`: which meters there are.

import { type Command, misused } from '../command.ts';
import { devicesOf, shown, withDevice } from '../device-prefix.ts';
import { type MeterSummary, meterSummary } from '../meter-view.ts';
import { refused, said } from '../outcome.ts';
import { counted, table } from '../table.ts';
import { readWhole } from '../value-words.ts';

const SHOWN_DEFAULT = 20;
export const METERS_SHOWN_MAX = 1000;

export const meters: Command = {
  name: 'meters',
  usage: ['meters [PREFIX] [COUNT]'],
  does: 'lists the meters whose identifier begins with PREFIX, 20 unless COUNT says otherwise',
  example: 'meters 90-B3-D5-1F-40-00-00 5',
  looks: true,
  run({ world }, words) {
    const [prefix = '', limitWord = String(SHOWN_DEFAULT)] = words;
    const limit = readWhole(limitWord, 1, METERS_SHOWN_MAX);
    if (words.length > 2) return misused(meters, 'too many words');
    if (limit === undefined) return misused(meters, `COUNT is 1 to ${METERS_SHOWN_MAX}`);
    if (prefix.startsWith('#')) {
      return withDevice(world, prefix, (device) => {
        const list = [meterSummary(world, device)];
        return said(textOf(list, 1), { count: 1, meters: list });
      });
    }
    const found = devicesOf(world, prefix, limit);
    if (found === undefined) {
      const next = `write it as ${world.gateway.devices.deviceId(0)} begins`;
      return refused('NOT_FOUND', `"${shown(prefix)}" does not begin an EUI-64`, next);
    }
    const list = found.devices.map((device) => meterSummary(world, device));
    return said(textOf(list, found.count), { count: found.count, meters: list });
  },
};

function textOf(list: readonly MeterSummary[], count: number): string {
  if (list.length === 0) return 'no meters';
  const rows = list.map((meter) => [
    meter.deviceId,
    `#${meter.device}`,
    meter.cohort,
    meter.deviceType,
    meter.deviceStatus,
    meter.isReal ? 'real' : 'computed',
    meter.isCached ? 'cached' : '',
  ]);
  const more = count > list.length ? `\n${counted(count - list.length, 'more meter')}` : '';
  return table(['meter', 'number', 'cohort', 'type', 'status', 'logs', ''], rows) + more;
}
