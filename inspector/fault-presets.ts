// The ready-made fault plans of examples/faults, for those who switch faults on without typing.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';

/** A plan by the name of its file. */
export interface FaultPreset {
  readonly name: string;
  /** As data, each to be added by itself. */
  readonly faults: readonly object[];
}

const PRESETS_MAX = 100;

let read: readonly FaultPreset[] | undefined;

/** The plans that came with the program; none where its examples were left out. */
export function faultPresets(): readonly FaultPreset[] {
  read ??= readPresets();
  return read;
}

function readPresets(): readonly FaultPreset[] {
  const root = dirname(createRequire(import.meta.url).resolve('#package'));
  const directory = resolve(root, 'examples/faults');
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .slice(0, PRESETS_MAX)
    .map((file) => {
      const text = readFileSync(resolve(directory, file), 'utf8');
      const { faults }: { faults: object[] } = JSON.parse(text);
      return { name: file.replace(/\.json$/, ''), faults };
    });
}
