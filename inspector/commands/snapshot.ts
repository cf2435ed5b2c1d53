// `snapshot`: the whole world as one file, and back. The file is on the gateway's machine, which is
// this one unless the inspector has been opened to others. Readings that the cache holds go into it
// only when that is asked for.

import { SnapshotError } from '../../gateway/snapshot-error.ts';
import { type Command, misused } from '../command.ts';
import { shown } from '../device-prefix.ts';
import { type Outcome, refused, said } from '../outcome.ts';
import type { SnapshotView, WorldSnapshots } from '../world.ts';

const WITH_READINGS = ['with-readings', '--with-readings'];
const FLAG_LIKE = /^(-|with)/i;

/** Whoever may look may change the emulated world; the machine under it is another matter. */
const ELSEWHERE = refused(
  'UNAVAILABLE',
  "snapshots are files on the gateway's machine, and are saved and loaded from there only",
  'run `s1sp inspect` on that machine',
);

export const snapshot: Command = {
  name: 'snapshot',
  usage: ['snapshot save FILE [with-readings]', 'snapshot load FILE'],
  does:
    "saves the whole world as one file on the gateway's machine, and brings it back; " +
    'cached readings enter it only with-readings; load closes every connection',
  example: 'snapshot save bug.s1sp',
  looks: false,
  async run({ world, visitor }, [form, ...words]): Promise<Outcome> {
    const { snapshots } = world;
    if (snapshots === undefined) {
      const message = 'this gateway keeps no snapshots';
      return refused('UNAVAILABLE', message, 'start one with `s1sp serve`');
    }
    if (form !== 'save' && form !== 'load') {
      const what = form === undefined || form === '' ? '' : `, not "${shown(form)}"`;
      return misused(snapshot, `save or load is wanted${what}`);
    }
    if (!visitor.isLocal) return ELSEWHERE;
    const last = words.at(-1) ?? '';
    const withReadings = WITH_READINGS.includes(last);
    const file = unquoted((withReadings ? words.slice(0, -1) : words).join(' '));
    if (file === '') return misused(snapshot, 'a FILE is wanted');
    if (form === 'load' && withReadings) {
      return misused(snapshot, 'a file says itself whether it holds readings');
    }
    // A name may have blanks in it; what was meant for the flag must not become part of one.
    if (words.length > 1 && !withReadings && FLAG_LIKE.test(last)) {
      const message = `"${shown(last)}" is not with-readings`;
      return misused(snapshot, message);
    }
    try {
      return form === 'save'
        ? saved(await snapshots.save(file, withReadings))
        : await loaded(snapshots, file);
    } catch (fault) {
      if (!(fault instanceof SnapshotError)) throw fault;
      return refused('CONFLICT', fault.message, fault.next);
    }
  },
};

/** A name as it is meant where somebody has put it in quotes. */
function unquoted(name: string): string {
  return /^(["'])(.+)\1$/.exec(name)?.[2] ?? name;
}

function saved(view: SnapshotView): Outcome {
  const { file, bytes, now, answersLeftOut } = view;
  const leftOut =
    answersLeftOut === 0
      ? ''
      : `; ${answersLeftOut} waiting answers hold readings and were left out`;
  return said(`saved ${file}: ${now}, ${bytes} bytes, ${readingsOf(view)}${leftOut}`, view);
}

async function loaded(snapshots: WorldSnapshots, file: string): Promise<Outcome> {
  const view = await snapshots.load(file);
  const text = `loaded ${file}: ${view.now}, ${readingsOf(view)}; connect again`;
  return said(text, view);
}

function readingsOf({ containsReadings }: SnapshotView): string {
  return containsReadings ? 'with cached readings' : 'without cached readings';
}
