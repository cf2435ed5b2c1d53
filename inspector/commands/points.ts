// `break` and `watch`: to be told when something happens; a break holds virtual time as well.

import { type Command, type Desk, misused } from '../command.ts';
import { POINTS_MAX, type Point } from '../observatory.ts';
import { type Outcome, refused, said } from '../outcome.ts';
import {
  EVENT_FORM,
  POINT_NOTES,
  RANGE_FORM,
  readWanted,
  unwatchable,
  wantedText,
} from '../points.ts';
import { table } from '../table.ts';
import { readWhole } from '../value-words.ts';
import type { World } from '../world.ts';

function family(name: 'break' | 'watch', does: string, example: string): Command {
  const command: Command = {
    name,
    usage: [
      ...[`${name} list`, `${name} ${EVENT_FORM}`, `${name} ${RANGE_FORM}`],
      `${name} delete N|all`,
    ],
    does,
    notes: POINT_NOTES,
    example,
    looks: false,
    run(desk, words) {
      const [form, word, ...rest] = words;
      if (form === undefined || (form === 'list' && word === undefined)) return list(desk);
      if (form === 'delete' && rest.length === 0) return remove(command, desk, word ?? '');
      return add(desk, name, words);
    },
  };
  return command;
}

export const breakpoint = family(
  'break',
  'holds the clock and tells when something happens',
  'break hit 90-B3-D5-1F-40-00-00-07',
);

export const watch = family(
  'watch',
  'tells when something happens, and lets it go on',
  'watch 90-B3-D5-1F-40-00-00-07 import[2026-11-22T00:30:00Z]',
);

function plain(world: World, { id, action, wanted, hits }: Point) {
  return { id, action, wanted: wantedText(world, wanted), hits };
}

function list({ world, observatory }: Desk): Outcome {
  const points = observatory.points.map((point) => plain(world, point));
  const rows = points.map(({ id, action, wanted, hits }) => [id, action, wanted, hits]);
  const text = points.length === 0 ? 'none' : table(['', 'what', 'for', 'hits'], rows);
  return said(text, { points });
}

function add(desk: Desk, action: Point['action'], words: readonly string[]): Outcome {
  const { world, observatory } = desk;
  const wanted = readWanted(world, words);
  if ('error' in wanted) return wanted;
  const refusal = unwatchable(world, wanted);
  if (refusal !== undefined) return refusal;
  const point = observatory.add(action, wanted);
  if (point === undefined) {
    return refused('UNAVAILABLE', `there are ${POINTS_MAX} already`, 'delete one of them');
  }
  const view = plain(world, point);
  return said(`${action} ${view.id}: ${view.wanted}`, view);
}

function remove(command: Command, { observatory }: Desk, word: string): Outcome {
  if (word === 'all') {
    const { points } = observatory;
    for (const { id } of points) observatory.remove(id);
    return said(`deleted ${points.length}`, { deleted: points.length });
  }
  const id = readWhole(word, 1, Number.MAX_SAFE_INTEGER);
  if (id === undefined) return misused(command, 'delete wants a number, or all');
  if (!observatory.remove(id)) {
    return refused('NOT_FOUND', `there is no break or watch ${id}`, '`break list` shows them');
  }
  return said(`deleted ${id}`, { deleted: 1 });
}
