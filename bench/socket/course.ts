// What the client knows of a format: the answers it learnt from the gateway, whether they are what
// the bench claims, and how later answers are held against them. Each must have the size of the
// learnt one, or of all that share its array; every thousandth or so is compared as a whole.

import { isDeepStrictEqual } from 'node:util';
import { unpack } from 'msgpackr';
import { Line, type OnAnswers } from './line.ts';
import { devicesByConnection, ENTRIES, type Format, IN_FLIGHT, Requests } from './requests.ts';

export interface Learnt {
  /** For each connection its answers, in the order of its requests. */
  readonly answers: Buffer[][];
  readonly requestBytes: number;
  readonly answerBytes: number;
}

interface Answer {
  requestId: string;
  responseCode: string;
  responseDateTime: string;
  served: string;
  profile: { primaryValue: unknown[] };
}

/** Prime, so that the samples wander over all devices. */
const CHECKED_EVERY = 997;

/** Elements that the head of a MessagePack array has room for in its first byte. */
const FIXARRAY_MAX = 15;

function decode(format: Format, bytes: Buffer): Answer {
  return format === 'json' ? JSON.parse(bytes.toString()) : unpack(bytes);
}

/** Open connections, one for each share of the devices. */
export async function openLines(port: number, format: Format, batch: number): Promise<Line[]> {
  const lines = devicesByConnection().map(
    (devices, number) => new Line(number, new Requests(format, devices, batch)),
  );
  await Promise.all(lines.map((line) => line.open(port, format)));
  return lines;
}

/** Asks for every device twice, and learns the second answers. */
export async function learn(lines: readonly Line[], format: Format): Promise<Learnt> {
  await Promise.all(lines.map((line) => line.send(line.requests.count, IN_FLIGHT, () => {})));
  const answers = lines.map((): Buffer[] => []);
  await Promise.all(
    lines.map((line, i) =>
      line.send(line.requests.count, IN_FLIGHT, (bytes, start, end, place) => {
        const answer = Buffer.from(bytes.subarray(start, end));
        claimHit(decode(format, answer));
        const mine = answers[i];
        if (mine !== undefined) mine[place] = answer;
      }),
    ),
  );
  const sizes = answers.flat().map(({ length }) => length);
  return {
    answers,
    requestBytes: lines[0]?.requests.messageSize ?? 0,
    answerBytes: sizes.reduce((sum, size) => sum + size, 0) / sizes.length,
  };
}

/** What the bench claims of every answer. */
function claimHit({ responseCode, served, profile }: Answer): void {
  const { primaryValue } = profile;
  const full = primaryValue.length === ENTRIES && primaryValue.every((value) => value !== null);
  if (responseCode !== 'I0' || served !== 'cache' || !full) {
    throw new Error(`not a hit of ${ENTRIES} entries: ${responseCode} ${served} ${primaryValue}`);
  }
}

/** Bytes of the learnt answers before each place, over two laps: a batch may lie across the end. */
function sizesBefore(learnt: readonly Buffer[]): Float64Array {
  const before = new Float64Array(2 * learnt.length + 1);
  for (let place = 0; place + 1 < before.length; place++) {
    before[place + 1] = (before[place] ?? 0) + (learnt[place % learnt.length]?.length ?? 0);
  }
  return before;
}

/**
 * Holds answers against the learnt ones: an echo's are the same bytes, a gateway's have RequestIDs
 * of their own.
 */
export function checked(
  { requests }: Line,
  learnt: readonly Buffer[],
  { format, echo }: { readonly format: Format; readonly echo: boolean },
): OnAnswers {
  const before = sizesBefore(learnt);
  let untilCheck = 1;
  return (bytes, start, end, place, count): void => {
    const head = requests.batch === 1 ? 0 : count > FIXARRAY_MAX ? 3 : 1;
    const expected = head + (before[place + count] ?? 0) - (before[place] ?? 0);
    if (end - start !== expected) {
      throw new Error(`${count} answers have ${end - start} bytes, not ${expected}`);
    }
    if (--untilCheck > 0) return;
    untilCheck = CHECKED_EVERY;
    let at = start + head;
    for (let i = 0; i < count; i++) {
      const which = (place + i) % learnt.length;
      const known = learnt[which] ?? Buffer.alloc(0);
      const answer = bytes.subarray(at, at + known.length);
      if (!isSame(answer, known, which)) throw new Error('an answer is not what was asked for');
      at += known.length;
    }
  };

  function isSame(answer: Buffer, known: Buffer, place: number): boolean {
    if (echo) return answer.equals(known);
    const { requestId } = decode(format, requests.payload(place));
    const found = decode(format, answer);
    const { responseDateTime } = found;
    return isDeepStrictEqual(found, { ...decode(format, known), requestId, responseDateTime });
  }
}
