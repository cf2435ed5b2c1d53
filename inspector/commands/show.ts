// `show`: one meter at a glance.

import { type Command, misused } from '../command.ts';
import { withDevice } from '../device-prefix.ts';
import { meterView } from '../meter-view.ts';
import { said } from '../outcome.ts';

export const show: Command = {
  name: 'show',
  usage: ['show METER'],
  does: 'shows what a meter is, its registers, its schedules, and how much of it is cached',
  example: 'show 90-B3-D5-1F-40-00-00-07',
  looks: true,
  run({ world }, words) {
    const [word] = words;
    if (word === undefined || words.length > 1) return misused(show, 'one METER is wanted');
    return withDevice(world, word, (device) => {
      const view = meterView(world, device);
      return said(textOf(view), view);
    });
  },
};

function textOf(view: ReturnType<typeof meterView>): string {
  const { registers, cached } = view;
  const unit = view.deviceType === 'ESME' ? 'Wh' : 'litres';
  const second = registers.secondaryImportWh;
  const rows: [string, string][] = [
    ['meter', `${view.deviceId}  #${view.device}  ${view.deviceType} ${view.model}`],
    ['status', `${view.deviceStatus}, commissioned ${view.dateCommissioned}`],
    ['cohort', `${view.cohort}, WAN ${view.wan}`],
    ['logs', view.isReal ? 'real: written out in memory' : 'computed: nobody has touched it'],
    ['registers', `at ${view.registersAt}`],
    ['  import', `${registers.activeImportWh} ${unit}, TOU ${registers.touWh.join(' ')}`],
  ];
  if (second !== undefined) {
    rows.push(['  second', `${second} Wh, TOU ${(registers.secondaryTouWh ?? []).join(' ')}`]);
  }
  if (view.deviceType === 'ESME') {
    const { activeExportWh, reactiveImportVarh, reactiveExportVarh } = registers;
    rows.push(['  export', `${activeExportWh} Wh`]);
    rows.push([
      '  reactive',
      `import ${reactiveImportVarh} VArh, export ${reactiveExportVarh} VArh`,
    ]);
  }
  const schedules = view.dspSchedules.map(
    ({ dspScheduleId, serviceReferenceVariant, scheduleFrequency, ownerId }) =>
      `${dspScheduleId} ${serviceReferenceVariant} ${scheduleFrequency} of ${ownerId}`,
  );
  rows.push(['schedules', schedules.length === 0 ? 'none' : schedules.join('\n           ')]);
  const kept = Object.entries(cached).map(([srv, count]) => `${srv}: ${count}`);
  rows.push(['cached', view.isCached ? kept.join(', ') : 'nothing']);
  return rows.map(([name, text]) => `${name.padEnd(11)}${text}`).join('\n');
}
