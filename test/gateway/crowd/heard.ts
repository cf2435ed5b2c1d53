// What connections of any format have heard, as text that can be compared: answers by RequestID.
// Of a document its signature is left out, which is another each time.

import { unpack } from 'msgpackr';

export type Heard = Map<string, string[]>;

type Answer = { readonly requestId?: unknown };

/** The answers of a frame with their RequestIDs; what a schedule delivers has none, and is left. */
export function decoded(frame: Buffer, binary: boolean): [string, string][] {
  const text = binary ? '' : frame.toString();
  if (text.startsWith('<')) return documentOf(text);
  const value: Answer | Answer[] = binary ? unpack(frame) : JSON.parse(text);
  return [value].flat().flatMap((answer) => {
    const { requestId } = answer;
    return typeof requestId === 'string' ? [[requestId, JSON.stringify(answer)]] : [];
  });
}

function documentOf(text: string): [string, string][] {
  const [header = ''] = /<sr:Header>.*?<\/sr:Header>/s.exec(text) ?? [];
  const requestId = /<sr:RequestID>([^<]*)</.exec(header)?.[1];
  const bare = text.replace(/SignatureValue>[^<]*</g, '').replace(/X509[^<]*<?/g, '');
  return requestId === undefined ? [] : [[requestId, bare]];
}
