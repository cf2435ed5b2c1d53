// `fault`: faults made on purpose, as data.

import { formatMs } from '../../gateway/protocol/half-hours.ts';
import { type Command, type Desk, misused } from '../command.ts';
import { findDevice, shown } from '../device-prefix.ts';
import { type Outcome, refused, said } from '../outcome.ts';
import { counted } from '../table.ts';
import type { World, WorldFaults } from '../world.ts';

export const fault: Command = {
  name: 'fault',
  usage: ['fault list', 'fault add {JSON}', 'fault remove ID', 'fault clear'],
  does: 'lists the faults that are made on purpose, adds one as data, and takes them away',
  notes: 'docs/faults.md has what a fault may say',
  example: 'fault add {"who":"90-B3-D5-1F-40-00-00-07","what":"silent"}',
  looks: false,
  run({ world }: Desk, [form = 'list', ...words]): Outcome {
    const { faults } = world;
    if (faults === undefined) {
      const message = 'this gateway has no faults to make';
      return refused('UNAVAILABLE', message, 'start one with `s1sp serve`');
    }
    if (form === 'add') return add(world, faults, words.join(' '));
    if (form === 'remove' && words.length === 1) return remove(faults, words[0] ?? '');
    if (form === 'remove') return misused(fault, 'one ID is wanted; `fault list` has them');
    if (words.length > 0) return misused(fault, 'too many words');
    if (form === 'list') return list(faults);
    if (form === 'clear') {
      const cleared = faults.clear();
      return said(`cleared ${cleared}`, { cleared });
    }
    return misused(fault, `"${shown(form)}" is nothing that is done with faults`);
  },
};

function list(faults: WorldFaults): Outcome {
  const all = faults.list();
  const text = all.length === 0 ? 'none' : all.map(lineOf).join('\n');
  return said(text, { faults: all });
}

/** `1  3 hits, the latest 2026-11-23T09:00:00.000Z  {"what":"silent"}`. */
function lineOf(fault: object): string {
  const { id, hits, lastHitMs, ...rest }: Readonly<Record<string, unknown>> = { ...fault };
  const count = counted(Number(hits ?? 0), 'hit');
  const latest = typeof lastHitMs === 'number' ? `, the latest ${formatMs(lastHitMs)}` : '';
  return `${id}  ${count}${latest}  ${JSON.stringify(rest)}`;
}

function add(world: World, faults: WorldFaults, text: string): Outcome {
  let data: unknown;
  try {
    data = JSON.parse(text, (key, value) => (key === 'who' ? named(world, value) : value));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return refused('USAGE', `that is not JSON: ${reason}`, `for example: ${fault.example}`);
  }
  const added = faults.add(data);
  if (!added.ok)
    return refused('USAGE', added.problems.join('; '), `for example: ${fault.example}`);
  return said(`added ${lineOf(added.value)}`, added.value);
}

/** Whom a fault hits, meters by their number as the monitor has them; a plan knows no numbers. */
function named(world: World, who: unknown): unknown {
  if (Array.isArray(who)) return who.map((each) => named(world, each));
  if (typeof who === 'object' && who !== null && 'of' in who) {
    return { ...who, of: named(world, who.of) };
  }
  if (typeof who !== 'string' || !who.startsWith('#')) return who;
  const found = findDevice(world, who);
  return found.ok ? world.gateway.devices.deviceId(found.device) : who;
}

function remove(faults: WorldFaults, id: string): Outcome {
  if (!faults.remove(id)) {
    return refused('NOT_FOUND', `there is no fault ${shown(id)}`, '`fault list` shows them');
  }
  return said(`removed ${id}`, { removed: id });
}
