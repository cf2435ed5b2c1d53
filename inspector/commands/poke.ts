// `real` and `poke`: what changes a meter's memory. A poke changes one field, in the field's own
// type, by the core's own verbs, so that a meter's rings stay what they claim to be.

import { formatSeconds } from '../../gateway/protocol/half-hours.ts';
import { NO_ENTRY } from '../../gateway/protocol/log-entries.ts';
import { type Command, type Desk, misused } from '../command.ts';
import { memoryOf } from '../device-memory.ts';
import { withDevice } from '../device-prefix.ts';
import { hex } from '../hex-dump.ts';
import { ADDRESS_NOTES, entryOf, parseAddress, regionAt } from '../memory-address.ts';
import { fieldsOf } from '../memory-fields.ts';
import type { Region } from '../memory-map.ts';
import { type Outcome, refused, said } from '../outcome.ts';
import { readWhole } from '../value-words.ts';
import { nowSecondsOf } from '../world.ts';
import { noAddress } from './memory.ts';

const NO_ROOM = refused(
  'UNAVAILABLE',
  'no more meters of this cohort can be made real',
  'restart the gateway, or use a meter that is real already (`meters` says which)',
);

export const real: Command = {
  name: 'real',
  usage: ['real METER'],
  does: 'writes the logs of a meter out in memory, where they are the truth from then on',
  example: 'real 90-B3-D5-1F-40-00-00-07',
  looks: false,
  run(desk, words) {
    const [word] = words;
    if (word === undefined || words.length > 1) return misused(real, 'one METER is wanted');
    const { world, observatory } = desk;
    return withDevice(world, word, (device) => {
      const was = world.meters.isReal(device);
      if (!world.meters.makeReal(device, nowSecondsOf(world))) return NO_ROOM;
      observatory.wrote(device, 'its logs were written out');
      const deviceId = world.gateway.devices.deviceId(device);
      return said(`${deviceId} ${was ? 'was real already' : 'is real now'}`, {
        ...{ deviceId, wasReal: was },
      });
    });
  },
};

export const poke: Command = {
  name: 'poke',
  usage: ['poke METER ADDRESS VALUE'],
  does: 'changes one field of a log; the meter is made real first; VALUE may be gap',
  notes: ADDRESS_NOTES,
  example: 'poke 90-B3-D5-1F-40-00-00-07 import[2026-11-22T00:30:00Z] gap',
  looks: false,
  run(desk, words) {
    const [word, place, value] = words;
    if (word === undefined || place === undefined || value === undefined || words.length > 3) {
      return misused(poke, 'a METER, an ADDRESS and a VALUE are wanted');
    }
    return withDevice(desk.world, word, (device) => pokeField(desk, device, place, value));
  },
};

function pokeField(desk: Desk, device: number, place: string, word: string): Outcome {
  const { world } = desk;
  // Where a field lies does not depend on whether the meter is real: what is refused changes
  // nothing.
  const memory = memoryOf(world, device);
  const address = parseAddress(memory, place);
  const region = address === undefined ? undefined : regionAt(memory, address);
  if (place.includes('..')) return misused(poke, 'one field is poked at a time');
  if (address === undefined || region === undefined) return noAddress(memory, place);
  if (region.store === 'cache' || region.name === 'header') {
    const message = `${region.name} is only looked at: the core would trip over a change there`;
    return refused('CONFLICT', message, 'poke the daily reads or a half-hourly log');
  }
  const [field] = fieldsOf(memory, region, address, address + 1);
  if (field === undefined) {
    const message = `no field begins at ${hex(address)}`;
    return refused('USAGE', message, `\`mem dump METER ${hex(address)}\` names the fields near it`);
  }
  const entry = entryOf(region, address);
  if (entry === undefined) {
    const next = 'name the place by its time, such as import[2026-11-22T00:30:00Z]';
    return refused('CONFLICT', `the log has not come to ${field.name} yet`, next);
  }
  const before = field.value;
  const size = 'struct' in region.form ? region.form.size : region.form.wordSize;
  const offset = (address - region.address) % size;
  const change = { name: field.name, entry, place: offset, value: word };
  const outcome =
    region.name === 'daily'
      ? pokeDaily(desk, device, change)
      : pokeEntry(desk, device, region, change);
  if (outcome !== undefined) return outcome;
  const at = formatSeconds(entry * (region.ring?.seconds ?? 0));
  const text = `${hex(address)}  ${field.name}  ${at}: ${before} → ${word}`;
  desk.observatory.wrote(device, text);
  return said(text, { address, field: field.name, at, before, after: word });
}

interface Change {
  readonly name: string;
  /** Half hour or day. */
  readonly entry: number;
  /** Bytes from the beginning of its entry. */
  readonly place: number;
  readonly value: string;
}

const COLUMNS: Readonly<Record<string, readonly ['4.8.1' | '4.8.2' | '4.8.3', number]>> = {
  import: ['4.8.1', 0],
  'import.secondary': ['4.8.1', 1],
  reactive: ['4.8.2', 0],
  export: ['4.8.3', 0],
  'export.reactive': ['4.8.3', 1],
};

/** Changes an entry; the refusal, or undefined where it is done. */
function pokeEntry({ world }: Desk, device: number, region: Region, change: Change) {
  const value = change.value === 'gap' ? NO_ENTRY : readWhole(change.value, 0, NO_ENTRY - 1);
  const column = COLUMNS[region.name];
  if (value === undefined || column === undefined) {
    const range = `a whole number from 0 to ${NO_ENTRY - 1}`;
    const message = `an entry is ${range} of Wh or VArh (gas: litres), or gap`;
    return misused(poke, message);
  }
  if (!world.meters.makeReal(device, nowSecondsOf(world))) return NO_ROOM;
  const done = world.meters.setEntry(device, column[0], change.entry, value, column[1]);
  return done ? undefined : notHeld(change);
}

/** A daily read is its stamp and its registers, eight bytes each. */
const REGISTER_BYTES = 8;

function pokeDaily({ world }: Desk, device: number, change: Change) {
  const register = change.place / REGISTER_BYTES - 1;
  const amount = change.value === 'gap' ? -1 : readWhole(change.value, 0, Number.MAX_SAFE_INTEGER);
  if (amount === undefined)
    return misused(poke, 'a register is a whole number, or gap for no read');
  if (register < 0 && amount >= 0) {
    return misused(poke, 'a stamp cannot be moved; gap takes the read out of the log');
  }
  if (!world.meters.makeReal(device, nowSecondsOf(world))) return NO_ROOM;
  const done = world.meters.setDailyRead(device, change.entry, Math.max(register, 0), amount);
  return done ? undefined : notHeld(change);
}

function notHeld({ name }: Change): Outcome {
  return refused(
    'CONFLICT',
    `the meter does not hold ${name} any more`,
    'look again by `mem dump`',
  );
}
