import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CommandError } from '../../cli/exit-codes.ts';
import { printedConfig } from '../../cli/print-config.ts';
import { SEND_SETTINGS, SERVE_SETTINGS, SETTING_KEYS } from '../../cli/settings.ts';
import {
  flagOf,
  type Given,
  readConfig,
  resolveSettings,
  unknownVariables,
  variableOf,
} from '../../cli/sources.ts';

const NOTHING: Given = { flags: {}, environment: {}, directory: '/here' };
const directory = mkdtempSync(join(tmpdir(), 's1sp-sources-'));
afterAll(() => rmSync(directory, { recursive: true }));

function configured(values: Record<string, string>): Given['config'] {
  return { path: '/etc/s1sp/s1sp.json', values: new Map(Object.entries(values)) };
}

function configFile(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

function complaint(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof CommandError && error.exit === 'usage') return error.message;
    throw error;
  }
  throw new Error('it did not complain');
}

test('the defaults are those of the contract', () => {
  expect(resolveSettings(SERVE_SETTINGS, NOTHING).values).toEqual({
    port: 7681,
    host: '127.0.0.1',
    meters: 10_000,
    fleet: undefined,
    seed: 1,
    now: undefined,
    clock: { kind: 'real' },
    wan: 'typical',
    schedules: 1,
    parties: undefined,
    targets: undefined,
    maxInFlight: 131_072,
    maxInFlightPerConnection: 8192,
    cacheArming: 'same-srv',
    cotReturnCached: false,
    replayProtection: false,
    signingKey: undefined,
    signResponses: false,
    readyFile: undefined,
    faults: undefined,
    inspector: 'loopback',
    logLevel: 'info',
  });
  expect(resolveSettings(SEND_SETTINGS, NOTHING).values).toEqual({
    url: { ws: 'ws://127.0.0.1:7681/sr', http: 'http://127.0.0.1:7681' },
    format: 'json',
    token: undefined,
    timeout: 60_000,
  });
});

test.each([
  [true, true],
  ['on', true],
  ['off', false],
])('a switch given as %s is %s', (flag, value) => {
  const flags = { replayProtection: flag };
  expect(resolveSettings(SERVE_SETTINGS, { ...NOTHING, flags }).values.replayProtection).toBe(
    value,
  );
});

test('a flag that needs a value is not a switch', () => {
  const flags = { port: true };
  expect(resolveSettings(SERVE_SETTINGS, { ...NOTHING, flags }).values.port).toBeUndefined();
});

test('flag goes before variable, variable before file, file before default', () => {
  const config = configured({ port: '4', host: 'd.example', seed: '6' });
  const environment = { S1SP_PORT: '2', S1SP_SEED: '3' };
  const { values, origins } = resolveSettings(SERVE_SETTINGS, {
    ...NOTHING,
    flags: { port: '1' },
    environment,
    config,
  });
  expect([values.port, values.seed, values.host, values.meters]).toEqual([
    1,
    3,
    'd.example',
    10_000,
  ]);
  expect(origins.port).toEqual({ source: 'flag', name: '--port', text: '1' });
  expect(origins.seed).toEqual({ source: 'environment', name: 'S1SP_SEED', text: '3' });
  expect(origins.host).toEqual({
    source: 'config',
    name: 'host in /etc/s1sp/s1sp.json',
    text: 'd.example',
  });
  expect(origins.meters).toEqual({ source: 'default', name: '--meters', text: '10000' });
});

test('a variable set to nothing is not set', () => {
  const { values } = resolveSettings(SERVE_SETTINGS, {
    ...NOTHING,
    environment: { S1SP_PORT: '' },
  });
  expect(values.port).toBe(7681);
});

test('a relative path starts from the file that holds it, or from the working directory', () => {
  const { values } = resolveSettings(SERVE_SETTINGS, {
    ...NOTHING,
    flags: { parties: 'parties.json' },
    config: configured({ fleet: 'fleet.json', wan: '../wan.json' }),
  });
  expect(values.parties).toBe('/here/parties.json');
  expect(values.fleet).toBe('/etc/s1sp/fleet.json');
  expect(values.wan).toBe('/etc/wan.json');
});

test('a refused value is named with its flag, what was given and what is allowed', () => {
  const say = (given: Partial<Given>) =>
    complaint(() => resolveSettings(SERVE_SETTINGS, { ...NOTHING, ...given }));
  const allowed = 'is not allowed; allowed: a whole number from 0 to 65535';
  expect(say({ flags: { port: '65536' } })).toBe(`--port: "65536" ${allowed}`);
  expect(say({ environment: { S1SP_PORT: 'x' } })).toBe(`S1SP_PORT: "x" ${allowed}`);
  expect(say({ config: configured({ port: '-1' }) })).toBe(
    `port in /etc/s1sp/s1sp.json: "-1" ${allowed}`,
  );
  expect(say({ flags: { wan: 'typicl' } })).toContain('(did you mean typical?)');
});

test('flags, variables and keys are spellings of one name', () => {
  expect(flagOf('maxInFlightPerConnection')).toBe('--max-in-flight-per-connection');
  expect(variableOf('maxInFlightPerConnection')).toBe('S1SP_MAX_IN_FLIGHT_PER_CONNECTION');
});

test('a variable that no command knows is told of with the nearest', () => {
  const environment = { S1SP_PROT: '1', S1SP_PORT: '2', HOME: '/' };
  expect(unknownVariables(environment, ['port', 'host'])).toEqual([
    'S1SP_PROT is not a setting (did you mean S1SP_PORT?); it is ignored',
  ]);
});

describe('the configuration file', () => {
  test('holds texts, numbers and booleans under the names of flags or in camel case', () => {
    const path = configFile('good.json', '{"port": 80, "max-in-flight": 5, "cacheArming": "x"}');
    const { values } = readConfig(path, '/', SETTING_KEYS);
    expect([...values]).toEqual([
      ['port', '80'],
      ['maxInFlight', '5'],
      ['cacheArming', 'x'],
    ]);
  });

  test('may hold the settings of other commands', () => {
    const path = configFile('both.json', '{"port": 80, "token": "t"}');
    expect(readConfig(path, '/', SETTING_KEYS).values.get('token')).toBe('t');
  });

  test.each([
    ['unknown.json', '{"prot": 80}', '"prot" is not a setting (did you mean port?)'],
    ['list.json', '[]', 'a configuration is one JSON object'],
    ['deep.json', '{"port": {}}', 'port must be a text, number or boolean'],
    ['null.json', '{"port": null}', 'port must be a text, number or boolean'],
    ['twice.json', '{"maxInFlight": 1, "max-in-flight": 1}', 'maxInFlight is given twice'],
    ['broken.json', '{', 'cannot read the configuration'],
  ])('%s is refused with its path', (name, text, reason) => {
    const path = configFile(name, text);
    const said = complaint(() => readConfig(path, '/', SETTING_KEYS));
    expect(said).toContain(reason);
    expect(said).toContain(path);
  });

  test('that is not there is refused with its path', () => {
    expect(complaint(() => readConfig('gone.json', directory, SETTING_KEYS))).toContain(
      join(directory, 'gone.json'),
    );
  });
});

describe('--print-config', () => {
  const resolved = resolveSettings(SERVE_SETTINGS, {
    ...NOTHING,
    flags: { port: '1' },
    environment: { S1SP_CLOCK: 'x60' },
    config: configured({ fleet: 'f.json' }),
  });

  test('shows each value and where it came from as a table', () => {
    const lines = printedConfig(SERVE_SETTINGS, resolved, false).split('\n');
    expect(lines).toHaveLength(Object.keys(SERVE_SETTINGS).length + 2);
    expect(lines.map((line) => line.split(/ {2,}/))).toEqual(
      expect.arrayContaining([
        ['setting', 'value', 'from'],
        ['port', '1', 'flag --port'],
        ['clock', 'x60', 'environment S1SP_CLOCK'],
        ['fleet', 'f.json', 'config fleet in /etc/s1sp/s1sp.json'],
        ['now', 'system time', 'default'],
        ['parties', 'built in', 'default'],
      ]),
    );
  });

  test('gives JSON whose values a configuration file takes again', () => {
    const shown = JSON.parse(printedConfig(SERVE_SETTINGS, resolved, true));
    expect(shown.port).toEqual({ value: 1, source: 'flag', from: '--port' });
    expect(shown.clock).toEqual({ value: 'x60', source: 'environment', from: 'S1SP_CLOCK' });
    expect(shown.now).toEqual({ value: null, source: 'default', from: '--now' });
  });
});
