// The three wires through the same hall, without a port: one cached day asked for and answered,
// from the bytes of a frame to the bytes of its answer. XML stands beside what nobody can do
// without, a bare parse of the request and one signature of the answer.

import { generateKeyPairSync, sign } from 'node:crypto';
import { pack } from 'msgpackr';
import { SaxesParser } from 'saxes';
import type { Peer } from '../gateway/peer.ts';
import { nextTurn } from '../gateway/server/real-time.ts';
import { openDuisWire } from '../gateway/wire/duis.ts';
import { jsonWire } from '../gateway/wire/json.ts';
import { msgpackWire } from '../gateway/wire/msgpack.ts';
import type { Wire } from '../gateway/wire/wire.ts';
import { alternate, type Contender } from './alternate.ts';
import {
  CachedDay,
  DAY,
  DEVICE_ID,
  ENTRIES,
  LONG_ENTRIES,
  longAnswer,
  USER_ID,
} from './cached-day/hall.ts';
import type { Bench, BenchOptions, Finding } from './finding.ts';
import { ratios, spreadOf } from './statistics.ts';

const CALLS = 10_000;

/** How often XML may take what its bare parts take. */
const XML_AT_MOST = 2;
/** How long a long answer may keep others waiting, ms. */
const STOP_AT_MOST_MS = 20;

const QUIET = { debug() {}, isLevelEnabled: () => false };
const duisWire = openDuisWire({ log: QUIET, nextTurn });

export const wires: Bench = {
  name: 'wires',
  async run({ blocks, tell }: BenchOptions): Promise<Finding[]> {
    const day = new CachedDay();
    await day.fill();
    const xml = xmlRequest(1);
    const answer = await day.ask(duisWire, xml);
    const contenders: Contender[] = [
      handled('s1sp, DUIS XML, signed', duisWire, day, xmlRequest),
      bare(xml, answer.at(-1) ?? Buffer.alloc(0)),
      handled('s1sp, JSON', jsonWire, day, jsonRequest),
      handled('s1sp, MessagePack', msgpackWire, day, msgpackRequest),
    ];
    const rows = await alternate(contenders, blocks);
    tell('day asked for and answered by each wire');
    const share = spreadOf(ratios(rows[0]?.blocks ?? [], rows[1]?.blocks ?? [])).median;
    return [
      {
        title: 'A request and its answer by each wire, without a port',
        about: [
          `4.8.1 for a cached day, ${ENTRIES} entries, ${xml.length} B of XML in, signed as the`,
          `genuine samples are, and an acknowledgement and ${answer.at(-1)?.length} B out.`,
          'Asserted: every answer is there when `handle` returns, and has the size of the first.',
        ],
        rows,
        bars: [
          {
            what: 'DUIS XML / bare parse and signature',
            unit: '',
            measured: share,
            atMost: XML_AT_MOST,
          },
        ],
      },
      await longAnswers(blocks),
    ];
  },
};

function handled(
  name: string,
  wire: Wire,
  day: CachedDay,
  request: (counter: number) => Buffer,
): Contender {
  let counter = 1;
  return {
    name,
    unit: 'µs/SR',
    async block() {
      const [first] = (await day.ask(wire, request(counter++))).slice(-1);
      const requests = Array.from({ length: CALLS }, () => request(counter++));
      let answers = 0;
      let bytes = 0;
      const peer: Peer = {
        party: null,
        inFlight: 0,
        send(frame) {
          answers++;
          bytes = frame.length;
        },
      };
      const frames = wire.acknowledges ? 2 : 1;
      const startedNs = process.hrtime.bigint();
      for (const frame of requests) day.handle(frame, wire, peer);
      const took = Number(process.hrtime.bigint() - startedNs);
      if (answers !== CALLS * frames) throw new Error(`${answers} frames for ${CALLS} requests`);
      if (Math.abs(bytes - (first?.length ?? 0)) > SIZE_MAY_DIFFER)
        throw new Error('other answers');
      return took / CALLS / 1000;
    },
  };
}

/** A counter of five digits more is written three times. */
const SIZE_MAY_DIFFER = 20;

function bare(request: Buffer, answer: Buffer): Contender {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
  return {
    name: 'bare saxes parse of the request, P-256 signature of the answer',
    unit: 'µs/SR',
    block() {
      let signed = 0;
      const startedNs = process.hrtime.bigint();
      for (let call = 0; call < CALLS; call++) {
        new SaxesParser({ xmlns: true }).write(request.toString()).close();
        signed += sign('sha256', answer, key).length;
      }
      const took = Number(process.hrtime.bigint() - startedNs);
      if (signed !== CALLS * 64) throw new Error('not signed');
      return took / CALLS / 1000;
    },
  };
}

/** The longest time that anybody else has to wait while long answers are written. */
async function longAnswers(blocks: number): Promise<Finding> {
  const stops: number[] = [];
  const lengths: number[] = [];
  for (let block = 0; block < blocks; block++) {
    let longestNs = 0n;
    let done = false;
    const written = Promise.all(
      Array.from({ length: 4 }, () => duisWire.encodeInTurns?.(longAnswer()) ?? Buffer.alloc(0)),
    ).then((answers) => {
      done = true;
      return answers;
    });
    for (let lastNs = process.hrtime.bigint(); !done; ) {
      await nextTurn();
      const nowNs = process.hrtime.bigint();
      if (nowNs - lastNs > longestNs) longestNs = nowNs - lastNs;
      lastNs = nowNs;
    }
    stops.push(Number(longestNs) / 1e6);
    lengths.push((await written)[0]?.length ?? 0);
  }
  return {
    title: `Answers of ${LONG_ENTRIES} entries in DUIS XML, and everybody else`,
    about: [
      `Four answers of ${lengths[0]} B written at a time, in turns; measured is the longest turn`,
      'of the event loop.',
    ],
    rows: [{ contender: 'longest turn', unit: 'ms', blocks: stops }],
    bars: [
      {
        what: 'longest turn, ms',
        unit: 'ms',
        measured: spreadOf(stops).max,
        atMost: STOP_AT_MOST_MS,
      },
    ],
  };
}

const jsonRequest = (counter: number) => Buffer.from(JSON.stringify(message(counter)));
const msgpackRequest = (counter: number) => pack(message(counter));

function message(counter: number): object {
  return {
    requestId: `${USER_ID}:${DEVICE_ID}:${counter}`,
    serviceReferenceVariant: '4.8.1',
    readLogPeriod: DAY,
  };
}

const SR = 'http://www.dccinterface.co.uk/ServiceUserGateway';
const DS = 'http://www.w3.org/2000/09/xmldsig#';

/** Laid out and signed like the genuine samples, with a signature that is none. */
function xmlRequest(counter: number): Buffer {
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>
<sr:Request xmlns:ds="${DS}" xmlns:sr="${SR}" schemaVersion="5.4">
  <sr:Header>
    <sr:RequestID>${USER_ID}:${DEVICE_ID}:${counter}</sr:RequestID>
    <sr:CommandVariant>1</sr:CommandVariant>
    <sr:ServiceReference>4.8</sr:ServiceReference>
    <sr:ServiceReferenceVariant>4.8.1</sr:ServiceReferenceVariant>
  </sr:Header>
  <sr:Body>
    <sr:ReadActiveImportProfileData>
      <sr:ReadLogPeriod>
        <sr:StartDateTime>${DAY.startDateTime}</sr:StartDateTime>
        <sr:EndDateTime>${DAY.endDateTime}</sr:EndDateTime>
      </sr:ReadLogPeriod>
    </sr:ReadActiveImportProfileData>
  </sr:Body>
  <ds:Signature>
    <ds:SignedInfo>
      <ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
      <ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"/>
      <ds:Reference URI="">
        <ds:Transforms>
          <ds:Transform Algorithm="${DS}enveloped-signature"/>
        </ds:Transforms>
        <ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
        <ds:DigestValue>ZGVmYXVsdA==</ds:DigestValue>
      </ds:Reference>
    </ds:SignedInfo>
    <ds:SignatureValue>ZGVmYXVsdA==</ds:SignatureValue>
    <ds:KeyInfo>
      <ds:X509Data>
        <ds:X509IssuerSerial>
          <ds:X509IssuerName>CN=Example, OU=07</ds:X509IssuerName>
          <ds:X509SerialNumber>1234567890</ds:X509SerialNumber>
        </ds:X509IssuerSerial>
      </ds:X509Data>
    </ds:KeyInfo>
  </ds:Signature>
</sr:Request>`);
}
