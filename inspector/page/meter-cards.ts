// Who a meter is, what its registers read, and which schedules arm its cache: cards beside its day.

import { card, definitions, element, table } from './element.ts';
import { count, instant, unitOf } from './figures.ts';
import { isGas, type Meter } from './view.ts';

/** The three cards. What has not changed is left alone: somebody may be copying it. */
export class MeterCards {
  readonly identity = card('Identity');
  readonly registers = card('Registers');
  readonly schedules = card('DSP Schedules');
  #shown = '';

  show(meter: Meter): void {
    const { now: _, ...state } = meter;
    const shown = JSON.stringify(state);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.identity.replaceChildren(...identityOf(meter));
    this.registers.replaceChildren(...registersOf(meter));
    this.schedules.replaceChildren(...schedulesOf(meter));
  }
}

function identityOf(meter: Meter): HTMLElement[] {
  return [
    element('h2', {}, 'Identity'),
    definitions([
      ['Device', element('span', { class: 'mono' }, meter.deviceId)],
      ['Type', `${meter.deviceType}, ${meter.model}`],
      ['Cohort', meter.cohort],
      ['WAN', meter.wan],
      ['Status', meter.deviceStatus],
      ['Commissioned', meter.dateCommissioned],
    ]),
  ];
}

function registersOf(meter: Meter): HTMLElement[] {
  const heads = [`At ${instant(meter.registersAt)} UTC`, 'Reading'];
  const rows = registerRows(meter, isGas(meter));
  return [element('h2', {}, 'Registers'), table('Registers', heads, rows)];
}

function schedulesOf({ dspSchedules, activeScheduleCount }: Meter): HTMLElement[] {
  const title = element('h2', {}, 'DSP Schedules');
  if (activeScheduleCount === 0) {
    const none = 'None: nothing of this meter is cached [AM 18.21(k), 18.22(h), 18.24(f)].';
    return [title, element('p', { class: 'note' }, none)];
  }
  const rows = dspSchedules.map((each) => [
    String(each.dspScheduleId),
    each.serviceReferenceVariant,
    each.scheduleFrequency,
    element('span', { class: 'mono' }, each.ownerId),
  ]);
  const heads = ['Number', 'SRV', 'Frequency', 'Owner'];
  return [title, table('DSP Schedules', heads, rows, { className: 'texts' })];
}

/** Each register of the meter with its reading; lists are numbered. */
function registerRows({ registers }: Meter, isOfGas: boolean): string[][] {
  return Object.entries(registers).flatMap(([name, value]) => {
    const of = unitOf(name, isOfGas);
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
