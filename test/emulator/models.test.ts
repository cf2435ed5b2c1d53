import { describe, expect, test } from 'vitest';
import { METER_MODELS, MODEL_NAMES } from '../../emulator/meters/models.ts';
import { instantiateCore } from '../../gateway/s1sp/core.ts';

test('every model is named by the word that a fleet file says for it', () => {
  expect(MODEL_NAMES).toContain('single-element');
  for (const name of MODEL_NAMES) expect(METER_MODELS[name].name).toBe(name);
});

test('every model has the capacities that its column says', () => {
  const capacities = MODEL_NAMES.map((name) => {
    const model = METER_MODELS[name];
    const { activeImportCapacity, reactiveImportCapacity, exportCapacity } = model;
    const half = [activeImportCapacity, reactiveImportCapacity, exportCapacity];
    return [name, ...half, model.dailyReadCapacity, model.dailyReadDelaySeconds];
  });
  expect(capacities).toEqual([
    ['single-element', 19_056, 4464, 4464, 31, 0],
    ['twin-element', 19_056, 4464, 4464, 31, 0],
    ['secure-like', 18_960, 4464, 4464, 31, 0],
    ['short-daily-log', 19_056, 4464, 4464, 14, 0],
    ['late-daily-read', 19_056, 4464, 4464, 31, 7],
    ['export', 19_056, 4464, 4464, 31, 0],
    ['cot-restrict', 19_056, 4464, 4464, 31, 0],
    ['cot-none', 19_056, 4464, 4464, 31, 0],
    ['import-only', 19_056, 4464, 0, 31, 0],
  ]);
});

describe.each(MODEL_NAMES)('%s', (name) => {
  test('is a model that the memory core takes', () => {
    const core = instantiateCore();
    const model = METER_MODELS[name];
    const status = core.setMeterModel(
      model.activeImportCapacity,
      model.reactiveImportCapacity,
      model.exportCapacity,
      model.dailyReadCapacity,
      model.dailyReadDelaySeconds,
      model.twinElement ? 1 : 0,
    );
    expect(status).toBe(core.OK.value);
  });

  test('has a second element only if it is called so', () => {
    expect(METER_MODELS[name].twinElement).toBe(name === 'twin-element');
  });
});

test('only the export model has generation in every home', () => {
  const everywhere = MODEL_NAMES.filter((name) => METER_MODELS[name].solarShare === 1);
  expect(everywhere).toEqual(['export']);
});
