import { describe, expect, test } from 'vitest';
import { MeterBank } from '../../emulator/meter-bank.ts';
import { MeterWindow } from '../../emulator/meter-window.ts';
import { METER_MODELS, type ModelName } from '../../emulator/meters/models.ts';

const NOW = Date.UTC(2026, 10, 23, 9) / 1000;
const HOUR = 3600;

function bank(model: ModelName = 'single-element') {
  return new MeterBank({
    model: METER_MODELS[model],
    meterCount: 20,
    seed: 1,
    firstMeter: 100,
    commissionedSeconds: Date.UTC(2019, 5, 1) / 1000,
    solarShare: 1,
  });
}

function bytesOf({ core }: MeterBank): Uint8Array {
  return new Uint8Array(core.memory.buffer).slice();
}

function imageBytes({ core, blockAddress, blockSize }: ReturnType<MeterWindow['image']>) {
  return new Uint8Array(core.memory.buffer, blockAddress, blockSize).slice();
}

describe.each(['single-element', 'twin-element', 'import-only'] as const)('of %s', (model) => {
  test('the image of a meter that nobody touched is what making it real writes', () => {
    const live = bank(model);
    const window = new MeterWindow(live);
    window.image(3, NOW);
    const image = window.image(7, NOW);
    expect(image.isReal).toBe(false);
    const imagined = imageBytes(image);
    live.makeReal(7, NOW);
    const real = window.image(7, NOW);
    expect(real.isReal).toBe(true);
    expect(Buffer.from(imageBytes(real)).equals(Buffer.from(imagined))).toBe(true);
  });
});

describe('the window', () => {
  test('shows a computed meter as its bank computes it', () => {
    const live = bank();
    const shown = new MeterWindow(live).show(4);
    const read = (each: MeterBank) => each.readProfile(4, '4.8.3', NOW - 48 * HOUR, NOW, NOW);
    expect(read(shown)).toEqual(read(live));
    expect(shown.registers(4, 997_458)).toEqual(live.registers(4, 997_458));
  });

  test('shows a meter made real with what was poked into it', () => {
    const live = bank();
    live.makeReal(4, NOW);
    live.setEntry(4, '4.8.1', 997_450, 4711);
    const before = bytesOf(live);
    const shown = new MeterWindow(live).show(4);
    const later = shown.readProfile(4, '4.8.1', 997_450 * 1800, NOW + HOUR, NOW + HOUR);
    expect(later?.columns[0]?.[0]).toBe(4711);
    expect(later?.count).toBe(11);
    expect(Buffer.from(bytesOf(live)).equals(Buffer.from(before))).toBe(true);
  });

  test('shows one meter after another, each as it is', () => {
    const live = bank();
    live.makeReal(4, NOW);
    live.eraseEntry(4, '4.8.1', 997_458);
    const window = new MeterWindow(live);
    const newest = (meter: number) =>
      window.show(meter).readProfile(meter, '4.8.1', NOW, NOW, NOW)?.columns[0]?.[0];
    const [first, second] = [newest(5), newest(6)];
    expect(newest(4)).toBeUndefined();
    window.image(6, NOW);
    expect([newest(5), newest(6)]).toEqual([first, second]);
    expect(first).toBe(live.readProfile(5, '4.8.1', NOW, NOW, NOW)?.columns[0]?.[0]);
  });
});
