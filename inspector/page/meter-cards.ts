// Who a meter is, what its registers read, and which schedules arm its cache: cards beside its day.

import { definitions, element, table } from './element.ts';
import { count, instant } from './figures.ts';
import type { Meter } from './view.ts';

/** The three cards, shown anew with what is known of the meter. */
export interface MeterCards {
  readonly identity: HTMLElement;
  readonly registers: HTMLElement;
  readonly schedules: HTMLElement;
}

export function showMeter(meter: Meter, { identity, registers, schedules }: MeterCards): void {
  identity.replaceChildren(
    element('h2', {}, 'Identity'),
    definitions([
      ['Device', element('span', { class: 'mono' }, meter.deviceId)],
      ['Type', `${meter.deviceType}, ${meter.model}`],
      ['Cohort', meter.cohort],
      ['WAN', meter.wan],
      ['Status', meter.deviceStatus],
      ['Commissioned', meter.dateCommissioned],
    ]),
  );
  const isGas = meter.deviceType !== 'ESME';
  const rows = registerRows(meter, isGas ? 'l' : 'Wh');
  registers.replaceChildren(
    element('h2', {}, 'Registers'),
    table('Registers', [`At ${instant(meter.registersAt)} UTC`, 'Reading'], rows),
  );
  const { dspSchedules, activeScheduleCount } = meter;
  const listed = dspSchedules.map((each) => [
    String(each.dspScheduleId),
    each.serviceReferenceVariant,
    each.scheduleFrequency,
    element('span', { class: 'mono' }, each.ownerId),
  ]);
  const none = 'None: nothing of this meter is cached [AM 18.21(k), 18.22(h), 18.24(f)].';
  schedules.replaceChildren(
    element('h2', {}, 'DSP Schedules'),
    activeScheduleCount === 0
      ? element('p', { class: 'note' }, none)
      : table('DSP Schedules', ['Number', 'SRV', 'Frequency', 'Owner'], listed, {
          className: 'texts',
        }),
  );
}

/** Each register of the meter with its reading; lists are numbered. */
function registerRows({ registers }: Meter, unit: string): string[][] {
  return Object.entries(registers).flatMap(([name, value]) => {
    const of = name.endsWith('Varh') ? 'VArh' : unit;
    const words = name.replace(/(Wh|Varh)$/, '');
    const label = words
      .replaceAll(/([A-Z])/g, ' $1')
      .toLowerCase()
      .replace('tou', 'TOU');
    const values: readonly number[] = Array.isArray(value) ? value : [value];
    return values.map((each, at) => {
      const numbered = values.length > 1 ? `${label} ${at + 1}` : label;
      return [numbered, `${count(each)} ${of}`];
    });
  });
}
