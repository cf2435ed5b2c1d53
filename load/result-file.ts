// Reads a result file, by somebody else's hand perhaps, and says what is wrong with it so that its
// owner finds the place (a JSON Pointer [RFC 6901]) and knows the next step.

import { percentileMs } from './percentile.ts';
import { type LoadResult, RESULT_FORMAT } from './result.ts';
import { resultCheck } from './result-schema.ts';

export type ReadResult = { readonly result: LoadResult } | { readonly problem: string };

const REMEDY = 'make one with s1sp load --out FILE';

/** The result that `text` holds, or one sentence that completes "FILE …". */
export function readResult(text: string): ReadResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return {
      problem: `is not JSON (${error instanceof Error ? error.message : error}); ${REMEDY}`,
    };
  }
  const format = formatOf(value);
  if (format === undefined) return { problem: `is not a load result: no "format" key; ${REMEDY}` };
  if (format !== RESULT_FORMAT) {
    const shown = JSON.stringify(format).slice(0, SHOWN_LENGTH_MAX);
    return {
      problem: `is of format ${shown}, and this s1sp reads "${RESULT_FORMAT}"; run the load again`,
    };
  }
  if (!resultCheck.Check(value)) return { problem: `${faultOf(value)}; ${REMEDY}` };
  const unreadable = unreadableHistogram(value);
  if (unreadable !== undefined) {
    return { problem: `has no readable histogram at ${unreadable}; ${REMEDY}` };
  }
  return { result: value };
}

const SHOWN_LENGTH_MAX = 60;

function formatOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('format' in value)) return undefined;
  return value.format;
}

/** The first key that is missing, or else the first value that does not fit. */
function faultOf(value: unknown): string {
  const errors = resultCheck.Errors(value);
  for (const error of errors) {
    const [key] = error.keyword === 'required' ? error.params.requiredProperties : [];
    if (key !== undefined) return `lacks ${error.instancePath}/${key}`;
  }
  const [first] = errors;
  return `does not fit at ${first?.instancePath}: it ${first?.message}`;
}

/** The decoder tells by throwing; whatever it says, the file is damaged. */
function unreadableHistogram({ latency }: LoadResult): string | undefined {
  for (const name of ['fromPlanned', 'fromSent'] as const) {
    try {
      percentileMs(latency[name], 50);
    } catch {
      return `/latency/${name}/hdr`;
    }
  }
  return undefined;
}
