// Where the inspector puts snapshots and takes them from: files on the gateway's machine, relative
// to the directory that the gateway was started in.

import { nextTurn } from '../gateway/server/real-time.ts';
import { SnapshotError } from '../gateway/snapshot-error.ts';
import type { SnapshotView, WorldSnapshots } from '../inspector/world.ts';
import { CommandError } from './exit-codes.ts';
import { readSnapshot, type SnapshotHeader, takeSnapshot } from './snapshot.ts';
import { readSnapshotFile, writeSnapshotFile } from './snapshot-file.ts';
import { settingsOfSnapshot } from './snapshot-settings.ts';
import { openWorld, type ServedWorld } from './world.ts';

/** The shelf of one world; `replaceBy` has another served in its place. */
export function openShelf(
  world: ServedWorld,
  replaceBy: (world: ServedWorld) => void,
): WorldSnapshots {
  return {
    async save(file, withReadings) {
      // Between two turns nothing is half done.
      await nextTurn();
      const { bytes, header } = await takeSnapshot(world, withReadings);
      writeSnapshotFile(file, bytes);
      return viewOf(file, bytes.length, header);
    },
    async load(file) {
      const { gateway, posts, settings, log } = world;
      const bytes = readSnapshotFile(file);
      const snapshot = readSnapshot(file, bytes);
      const waiting = gateway.inFlight.count + posts.waiting;
      if (waiting > 0) {
        const message = `requests or answers are under way: ${waiting}`;
        // On a clock that stands still nothing is answered by waiting.
        const next = world.clock.isPaused ? 'lead the clock on (`clock advance 1m`)' : 'wait';
        throw new SnapshotError(message, `${next} until all have been answered`);
      }
      replaceBy(opened(() => openWorld(settingsOfSnapshot(settings, snapshot), log, snapshot)));
      return viewOf(file, bytes.length, snapshot.header);
    },
  };
}

/** A world, or why there is none: here a wrong file of settings is the snapshot's too. */
function opened(open: () => ServedWorld): ServedWorld {
  try {
    return open();
  } catch (fault) {
    if (!(fault instanceof CommandError)) throw fault;
    throw new SnapshotError(fault.message, 'start the gateway anew with --snapshot', fault);
  }
}

function viewOf(file: string, bytes: number, header: SnapshotHeader): SnapshotView {
  const { now, containsReadings, answersLeftOut } = header;
  return { file, bytes, now, containsReadings, answersLeftOut };
}
