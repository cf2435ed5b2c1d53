// A world for a crowd: a gateway before real meters behind WANs on which replies come in the very
// millisecond in which somebody stops waiting for them, and connections of every format. Whoever
// takes its part of a script sees what a world does that knows one device only.

import { setImmediate } from 'node:timers/promises';
import { pack } from 'msgpackr';
import { ManualClock } from '../../../emulator/clock.ts';
import { FaultMeters } from '../../../emulator/fault-meters.ts';
import { FaultNetwork } from '../../../emulator/fault-network.ts';
import { Faults } from '../../../emulator/faults.ts';
import { type Fleet, openFleet } from '../../../emulator/fleet.ts';
import { checkFleet } from '../../../emulator/fleet-file.ts';
import { type EmulatorState, saveEmulator } from '../../../emulator/snapshot.ts';
import { Wan } from '../../../emulator/wan.ts';
import { WAN_PROFILES } from '../../../emulator/wan-profiles.ts';
import { PartyTable } from '../../../gateway/access/parties.ts';
import { type Gateway, openGateway } from '../../../gateway/gateway.ts';
import type { Peer } from '../../../gateway/peer.ts';
import { Tally } from '../../../gateway/protocol/tally.ts';
import type { GatewayState } from '../../../gateway/snapshot.ts';
import { jsonWire } from '../../../gateway/wire/json.ts';
import { msgpackWire } from '../../../gateway/wire/msgpack.ts';
import type { Wire } from '../../../gateway/wire/wire.ts';
import { openWire } from '../wire/duis/documents.ts';
import { decoded, type Heard } from './heard.ts';

export const SEED = 11;
export const START_MS = Date.parse('2026-11-23T22:00:00Z');

/** 1,000 ms there and 1,500 back: at the limit of the attempt; the third time at the deadline. */
const LIMIT = {
  ...{ requestMedianMs: 1000, requestSpread: 0, replyMedianMs: 1500, replySpread: 0 },
  ...{ lossProbability: 0.2, attemptTimeoutMs: 2500, retries: 2, meterTimeoutMs: 7500 },
};
/** Some are late, and their meters have answered all the same. */
const LATE = { ...LIMIT, requestSpread: 0.3, replySpread: 0.3, meterTimeoutMs: 6000 };
const SMS = { ...LATE, smsWakeUps: 2, smsMedianMs: 600, smsSpread: 0.6, meterTimeoutMs: 8000 };
/** One at a time, 500 ms each; the fourth loses its turn when the third ends. */
const NARROW = {
  ...{ requestMedianMs: 200, requestSpread: 0, replyMedianMs: 300, replySpread: 0 },
  ...{ lossProbability: 0.1, attemptTimeoutMs: 500, retries: 1, meterTimeoutMs: 1500 },
  ...{ capacity: 1, waitingMax: 4 },
};

/** Lines are a cohort's: where they are narrow, each device is a cohort of its own. */
const COHORTS = [
  { name: 'limit', count: 8, firstDeviceId: '90-B3-D5-1F-40-00-00-00', wan: LIMIT },
  { name: 'late', count: 6, firstDeviceId: 'FF-FF-FF-FF-FF-FF-FF-00', wan: LATE },
  { name: 'twin', count: 4, firstDeviceId: '80-00-00-00-80-00-00-00', model: 'twin-element' },
  { name: 'sms', count: 4, firstDeviceId: '7F-FF-FF-FF-FF-FF-FF-FE', wan: SMS },
  { name: 'none', count: 2, firstDeviceId: '00-00-00-00-00-00-00-01', wan: 'none' },
  ...[0, 1, 2, 3].map((i) => {
    return { name: `narrow ${i}`, count: 1, firstDeviceId: `A0-00-00-0${i}-FF-00-00-00` };
  }),
  {
    ...{ name: 'gas', count: 2, firstDeviceId: 'C0-00-00-00-00-00-00-00', wan: LIMIT },
    ...{ deviceType: 'GSME', model: 'gas-24-hours' },
  },
].map((cohort) => {
  const wan = cohort.name.startsWith('narrow') ? NARROW : LATE;
  return { wan, schedules: cohort.count === 1 ? 1 : 0.75, ...cohort };
});

function openCrowdFleet(): Fleet {
  const defaults = { wan: WAN_PROFILES.typical, scheduledShare: 1 };
  const plans = checkFleet({ cohorts: COHORTS }, 'fleet.json', defaults);
  const fleet = plans.ok ? openFleet(plans.value, { seed: SEED }) : plans;
  if (!fleet.ok) throw new Error(fleet.problems.join('\n'));
  return fleet.value;
}

/** Formats of the connections; the last two never close. */
const WIRES: readonly Wire[] = [jsonWire, msgpackWire, jsonWire, jsonWire, jsonWire, openWire()];
export const CLOSING_LINES = 4;
export const DUIS_LINE = 5;

/** A message about a device, and what whoever asked it asks in the turn in which it is answered. */
export interface Message {
  /** Undefined: it matters to all. */
  readonly device: number | undefined;
  readonly requestId: string;
  /** JSON, or the text of a document. */
  readonly body: object | string;
  readonly next?: Message;
}

export type Act =
  | { readonly kind: 'say'; readonly line: number; readonly messages: readonly Message[] }
  | { readonly kind: 'hangUp'; readonly line: number }
  | { readonly kind: 'status'; readonly device: number; readonly gone: boolean }
  | { readonly kind: 'fault'; readonly fault: object }
  | { readonly kind: 'mend'; readonly place: number }
  /** As at SIGTERM, when the time is over in which meters may still answer. */
  | { readonly kind: 'giveUp' }
  | { readonly kind: 'pass'; readonly ms: number };

/** A connection that asks on while it is being answered. */
class CrowdLine implements Peer {
  readonly party = null;
  isOpen = true;
  inFlight = 0;
  readonly #wire: Wire;
  readonly #world: CrowdWorld;
  readonly place: string;
  readonly #next = new Map<string, Message>();
  /** By RequestID how many messages it has said. */
  readonly said = new Map<string, number>();

  constructor(world: CrowdWorld, wire: Wire, place: string) {
    this.#world = world;
    this.#wire = wire;
    this.place = place;
  }

  say(messages: readonly Message[]): void {
    for (const { requestId, next } of messages) {
      this.said.set(requestId, (this.said.get(requestId) ?? 0) + 1);
      if (next !== undefined) this.#next.set(requestId, next);
    }
    const bodies = messages.map(({ body }) => body);
    const value = bodies.length === 1 ? bodies[0] : bodies;
    const bytes =
      this.#wire === msgpackWire
        ? pack(value)
        : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
    this.#world.gateway.handle(bytes, this.#wire, this);
  }

  send(frame: Buffer, binary: boolean): void {
    if (!this.isOpen) return;
    for (const [requestId, text] of decoded(frame, binary)) {
      this.#world.hear(`${this.place} ${requestId}`, text);
      const next = this.#next.get(requestId);
      if (next === undefined || text.includes('I99')) continue;
      this.#next.delete(requestId);
      this.say([next]);
    }
  }
}

export class CrowdWorld {
  readonly clock = new ManualClock(START_MS);
  readonly fleet = openCrowdFleet();
  readonly gateway: Gateway;
  readonly network: FaultNetwork;
  readonly wan: Wan;
  readonly faults: Faults;
  readonly meters: FaultMeters;
  /** By connection and RequestID every answer, in order. */
  readonly heard: Heard = new Map();
  readonly mistakes: object[] = [];
  readonly tally = new Tally();
  readonly #added: number[] = [];
  readonly #lines: CrowdLine[] = [];
  #opened = 0;

  constructor() {
    const { clock, fleet } = this;
    this.faults = new Faults({ fleet, seed: SEED });
    this.meters = new FaultMeters(fleet, this.faults);
    this.wan = new Wan({ clock, meters: this.meters, seed: SEED });
    const { wan, meters, faults } = this;
    this.network = new FaultNetwork({ clock, wan, meters, faults });
    this.gateway = openGateway({
      clock,
      inventory: fleet,
      network: this.network,
      parties: new PartyTable(),
      tally: this.tally,
      log: {
        debug() {},
        error: (fields) => this.mistakes.push(fields),
        isLevelEnabled: () => false,
      },
      limits: { inFlight: 100_000, inFlightPerConnection: 100_000 },
      cacheArming: 'same-srv',
      realNowMs: () => 0,
    });
    for (const place of WIRES.keys()) this.#open(place);
  }

  /** By connection and RequestID how many messages were said on connections that are open. */
  get said(): Map<string, number> {
    return new Map(
      this.#lines.flatMap(({ place, said }) =>
        [...said].map(([requestId, count]): [string, number] => [`${place} ${requestId}`, count]),
      ),
    );
  }

  /** What a snapshot would hold of it now. */
  save(withReadings: boolean): { emulator: EmulatorState; gateway: GatewayState } {
    const { fleet, meters: readMeters, wan, network, faults } = this;
    const emulated = saveEmulator({ fleet, readMeters, wan, network, faults }, withReadings);
    const { state } = this.gateway.save({ withReadings, numberOf: emulated.numberOf });
    return { emulator: emulated.state, gateway: state };
  }

  hear(place: string, text: string): void {
    this.heard.set(place, [...(this.heard.get(place) ?? []), text]);
  }

  /** Acts a script out; with `only`, what of it is about one device or about all. */
  async act(script: readonly Act[], only?: number): Promise<void> {
    for (const act of script) {
      if (act.kind === 'say' && messagesFor(act.messages, only).length === 0) continue;
      await this.#act(act, only);
      // What promises bring comes before the next act, however many there are under way.
      await setImmediate();
    }
  }

  async #act(act: Act, only: number | undefined): Promise<void> {
    switch (act.kind) {
      case 'say':
        this.#lines[act.line]?.say(messagesFor(act.messages, only));
        return;
      case 'hangUp': {
        const line = this.#lines[act.line];
        if (line === undefined) return;
        line.isOpen = false;
        this.gateway.left(line);
        this.#open(act.line);
        return;
      }
      case 'status':
        this.gateway.setDeviceStatus(act.device, act.gone ? 'Decommissioned' : 'Commissioned');
        return;
      case 'fault': {
        const added = this.faults.add(act.fault);
        if (!added.ok) throw new Error(added.problems.join('\n'));
        this.#added.push(added.value.id);
        return;
      }
      case 'mend':
        this.faults.remove(this.#added[act.place] ?? 0);
        return;
      case 'giveUp':
        void this.gateway.inFlight.drain();
        this.gateway.inFlight.giveUp();
        return;
      case 'pass':
        await this.clock.advanceBy(act.ms);
    }
  }

  #open(place: number): void {
    const wire = WIRES[place];
    if (wire === undefined) throw new RangeError(`there is no line ${place}`);
    this.#lines[place] = new CrowdLine(this, wire, `${place}.${this.#opened++}`);
  }
}

function messagesFor(messages: readonly Message[], only: number | undefined): readonly Message[] {
  return messages.filter(({ device = only }) => only === undefined || device === only);
}
