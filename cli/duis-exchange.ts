// One DUIS document out, its answer in: over the subprotocol `duis` what a device is asked is
// acknowledged (I99) ahead of its answer, and everything else is one document [contract §5]. What
// schedules have read for the same Party may come in between, and is no answer.

import { connect, converseWith } from './exchange.ts';
import type { SendSettings } from './settings.ts';

export interface DuisAnswer {
  /** The document, or the JSON error object in its place. */
  readonly text: string;
  readonly refused: boolean;
  /** Documents that came and were not asked for. */
  readonly unasked: number;
}

const REQUEST_ID = /<(?:\w+:)?RequestID>\s*([^<\s]+)\s*</;
const RESPONSE_CODE = /<(?:\w+:)?ResponseCode>\s*(\w+)\s*</;
/** SRVs that the DSP answers itself: there I99 is the answer. */
const ANSWERED_BY_DSP = /<(?:\w+:)?ServiceReferenceVariant>\s*5\./;

/** Sends one document and gives its final answer, or its acknowledgement if that is all. */
export async function exchangeDuis(document: string, settings: SendSettings): Promise<DuisAnswer> {
  const signal = AbortSignal.timeout(settings.timeout);
  const socket = connect(settings, 'duis');
  const isAcknowledged = !ANSWERED_BY_DSP.test(document);
  const requestId = REQUEST_ID.exec(document)?.[1];
  let acknowledgement: DuisAnswer | undefined;
  let unasked = 0;
  try {
    return await converseWith(socket, document, settings, signal, {
      take(data) {
        const text = data.toString();
        const code = RESPONSE_CODE.exec(text)?.[1];
        const isOurs = requestId === undefined || REQUEST_ID.exec(text)?.[1] === requestId;
        if (code !== undefined && !isOurs) {
          unasked++;
          return undefined;
        }
        const answer = { text, refused: code === undefined || !code.startsWith('I'), unasked };
        if (code !== 'I99' || !isAcknowledged) return answer;
        acknowledgement = answer;
        return undefined;
      },
      late: () => acknowledgement ?? 'the answer did not come',
    });
  } finally {
    socket.close();
  }
}
