// A connection that speaks DUIS XML to a small world, and judges every document it is sent.

import { expect } from 'vitest';
import type { Party } from '../../../../gateway/access/inventory.ts';
import type { Peer } from '../../../../gateway/peer.ts';
import type { DccService, Srv } from '../../../../gateway/protocol/service-reference.ts';
import { deviceId, partyId, World, type WorldOptions } from '../../small-world.ts';
import { type Bend, DCC, openWire, parsed, requestXml } from './documents.ts';
import { expectValid } from './schemas.ts';

const WIRE = openWire();
/** Whom the requests ask. */
export const DEVICE = deviceId(7);

/** A peer that speaks DUIS XML. */
export class DuisLine implements Peer {
  readonly party: Party | null = null;
  readonly service?: DccService;
  inFlight = 0;
  readonly frames: string[] = [];
  readonly #world: World;

  constructor(world: World, service?: DccService) {
    this.#world = world;
    if (service !== undefined) this.service = service;
  }

  send(frame: Buffer, binary: boolean): void {
    expect(binary).toBe(false);
    const text = frame.toString();
    if (text.startsWith('<')) expectValid(text);
    this.frames.push(text);
  }

  say(xml: string): void {
    this.#world.gateway.handle(Buffer.from(xml), WIRE, this);
  }

  /** ResponseCodes so far, of an error object its own code. */
  get codes(): unknown[] {
    return this.frames.map((frame) =>
      frame.startsWith('<') ? parsed(frame).header.responseCode : JSON.parse(frame).error.code,
    );
  }

  /** The last frame. */
  get last(): string {
    return this.frames.at(-1) ?? '';
  }
}

export function open(options: WorldOptions = {}, service?: DccService) {
  const world = new World(options);
  return { world, line: new DuisLine(world, service) };
}

export const ids = new Map<Srv, string>();
let counter = 1000;

/** The counter of the last request. */
export function lastCounter(): bigint {
  return BigInt(counter - 1);
}

/** A request of a Party of the small world, with a counter of its own. */
export function ask(srv: Srv, role: 'IS' | 'ED' | 'ES' | 'MDR' | 'RSA', bend: Bend = {}): string {
  const target = srv.startsWith('5.') ? DCC : DEVICE;
  const requestId = `${partyId(role)}:${target}:${counter++}`;
  ids.set(srv, requestId);
  return requestXml(srv, { requestId, ...bend });
}
